"""What names mean: imports, exception classes, reporters, layers; and what a handler does, path by path."""
