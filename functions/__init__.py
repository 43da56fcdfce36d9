"""The deployed functions: one folder each, one `main.py` in it."""
