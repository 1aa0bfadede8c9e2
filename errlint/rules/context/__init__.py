"""Raise with context: an error says what happened, to which values, and because of what."""
