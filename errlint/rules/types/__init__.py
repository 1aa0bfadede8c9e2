"""Error types: how exception classes are made, and how errors are told apart."""
