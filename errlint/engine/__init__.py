"""Runs rules over files: selection, the walk, suppressions, fixes, and the run as a whole."""
