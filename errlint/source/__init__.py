"""From paths to text, outline, regions and places. Knows Python's grammar, no rule and no meaning."""
