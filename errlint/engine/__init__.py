"""Runs rules over files: selection, the walk, suppressions, and the run as a whole."""
