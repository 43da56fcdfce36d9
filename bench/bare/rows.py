"""The floor of a school's CSV: one query for the fields that are shown, and `csv.writer`."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

FIELDS = ("nama", "nisn_nuptk", "rombel", "address", "directory_id", "state", "sekolah_nama")  # seven, as the file has
PART = 500  # rows that are encoded at a time


def firestore(client: Any, sekolah_id: str, category: str, order: str, fields: Sequence[str]) -> Iterator[Any]:
    """Stream the rows by Google's client."""
    from google.cloud.firestore import FieldFilter

    query = client.collection("accounts")
    for field, op, value in (("sekolah_ids", "array_contains", sekolah_id), ("category", "==", category)):
        query = query.where(filter=FieldFilter(field, op, value))
    for snapshot in query.order_by(order).order_by("__name__").select(fields).stream():
        yield snapshot.to_dict()


def sqlite(connection: Any, sekolah_id: str, category: str, order: str, fields: Sequence[str]) -> Iterator[Any]:
    """Stream the rows by sqlite3, where documents are JSON in one table."""
    sql = (
        "SELECT body FROM documents WHERE collection = 'accounts' AND body ->> '$.category' = ?"
        " AND EXISTS (SELECT 1 FROM json_each(body ->> '$.sekolah_ids') AS item WHERE item.value = ?)"
        f" ORDER BY body ->> '$.{order}', id"
    )
    for (body,) in connection.execute(sql, (category, sekolah_id)):
        data = json.loads(body)
        yield {name: data[name] for name in fields}


def fields_of(documents: Iterable[Mapping[str, Any]]) -> Iterator[list[Any]]:
    """Pick the fields of each row."""
    return ([document[name] for name in FIELDS] for document in documents)


def written(rows: Iterable[Sequence[Any]]) -> int:
    """Write rows in parts, each encoded; gives the bytes."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    size = 0
    for number, row in enumerate(rows, 1):
        writer.writerow(row)
        if number % PART == 0:
            size += _taken(buffer)
    return size + _taken(buffer)


def _taken(buffer: io.StringIO) -> int:
    size = len(buffer.getvalue().encode())
    buffer.seek(0)
    buffer.truncate()
    return size
