"""Swallowed exceptions: errors that nobody hears of, and control flow that makes them vanish."""
