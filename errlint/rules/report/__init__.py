"""Reported exactly once, with enough to troubleshoot: the record an operator reads at night."""
