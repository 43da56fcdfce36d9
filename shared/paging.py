"""Reads a long answer a page at a time, so that no query is held open while its reader works."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice

from shared.ports import Document, Query, Store


def pages(store: Store, query: Query, at_most: int | None = None) -> Iterator[list[Document]]:
    """Give what matches as lists of `query.limit` documents, until nothing is left or so many lists were read."""
    for _ in islice(count(), at_most):
        found = list(store.query(query))
        if found:
            yield found
        if query.limit is None or len(found) < query.limit:
            return
        query = replace(query, start_after=found[-1])


def paged(store: Store, query: Query, at_most: int | None = None) -> Iterator[Document]:
    """Give what matches one by one, read in the same way."""
    for page in pages(store, query, at_most):
        yield from page
