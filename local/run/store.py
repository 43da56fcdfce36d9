"""`python -m local.run.store COLLECTION [ID]`: documents of the store that STORE names, as JSON lines."""

import argparse
import json
import os
import sys

from shared import wiring
from shared.environment import Reader
from shared.errors import AppError
from shared.ports import Document, Query, Ref


def main(arguments: list[str] | None = None) -> int:
    """Print one document, or the first of a collection."""
    parser = argparse.ArgumentParser(prog="python -m local.run.store", description=__doc__)
    parser.add_argument("collection", help="people, accounts, addresses, schools, parked, cursors, switches")
    parser.add_argument("id", nargs="?", help="only this document")
    parser.add_argument("--limit", type=int, default=10, help="at most so many (%(default)s)")
    given = parser.parse_args(arguments)
    try:
        read = Reader(os.environ)
        url = read.store()
        read.check()
        store = wiring.store(url)
        if given.id is not None:
            one = store.get(Ref(given.collection, given.id))
            return _shown([one] if one else [])
        return _shown(list(store.query(Query(given.collection, limit=given.limit))))
    except AppError as error:
        print(error, file=sys.stderr)
        return 1


def _shown(documents: list[Document]) -> int:
    for document in documents:
        print(json.dumps({"id": document.ref.id, **document.data}, ensure_ascii=False, default=str))
    return 0 if documents else 1


if __name__ == "__main__":
    sys.exit(main())
