"""Reads a long answer a page at a time, so that no query is held open while its reader works."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice

from shared.ports import Document, Query, Store


def paged(store: Store, query: Query, pages: int | None = None) -> Iterator[Document]:
    """Give what matches, `query.limit` documents a page, until nothing is left or so many pages were read."""
    for _ in islice(count(), pages):
        found = list(store.query(query))
        yield from found
        if query.limit is None or len(found) < query.limit:
            return
        query = replace(query, start_after=found[-1])
