"""The formats, read by other people's parsers and validators."""
