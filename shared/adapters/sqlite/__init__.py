"""The store on one machine: documents as JSON in one SQLite table, safe between threads, forks and processes."""

from shared.adapters.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
