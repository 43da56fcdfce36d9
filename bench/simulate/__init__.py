"""The launch in virtual time: the real use cases, SQLite in memory, and Google's side as plain objects."""
