"""Linting itself: files that cannot be read as Python, and comments that silence findings."""
