"""HTTP at its boundary: the code that speaks HTTP chooses the status, the domain says what went wrong."""
