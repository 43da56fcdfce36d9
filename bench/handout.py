"""Figures: CPU and memory of a school's CSV and XLSX, over a bare query and `csv.writer`; rows read before a byte."""

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from bench.bare import rows as bare
from bench.figures import REPEATS, Figure, MeasurementError, ratio
from bench.handout_school import (
    MANY,
    ROWS,
    SCHOOL,
    SECRET,
    WARM,
    CountingStore,
    EndlessStore,
    fetched,
    planted,
    row_of,
)
from bench.stage import Stage
from shared.domain import passwords
from shared.handout import csv_file, xlsx_file
from shared.ports import Store
from shared.usecases.handout import File

ROW_GOAL = 1.3
FINISHED_GOAL = 1.5
GROWTH_GOAL = 4.0  # MiB
FIRST_GOAL = 1_000.0  # rows
_MIB = 1_048_576
Take = Callable[[File], Iterator[bytes]]


def row_cpu(stage: Stage) -> list[Figure]:
    """Compare a whole file, counted, noted and its passwords derived, with one query and `csv.writer`."""
    store, read = planted(stage)
    ours, floor = partial(_sent, store, _as_csv), lambda: bare.written(bare.fields_of(read()))
    spent = _side_by_side(ours, floor)
    figure = ratio("csv_row_cpu", *spent, ROW_GOAL, f"µs a row, {stage.store}")
    return [replace(figure, detail=f"{figure.detail}; of it {_derived():.1f} for a password")]


def finished_rows_cpu(_: Stage) -> list[Figure]:
    """Compare the file made of finished rows with `csv.writer` over their fields."""
    parts = [[row_of(number) for number in range(first, first + bare.PART)] for first in range(0, ROWS, bare.PART)]
    fields = [csv_file.line(row) for part in parts for row in part]
    spent = _side_by_side(lambda: _size(csv_file.of_rows(parts)), lambda: bare.written(fields))
    return [ratio("csv_finished_rows_cpu", *spent, FINISHED_GOAL, "µs a row")]


def memory(_: Stage) -> list[Figure]:
    """Measure what a file of 100,000 rows takes at its peak beyond its first 1,000, as Python counts its objects."""
    found = []
    for name, take in (("csv", _as_csv), ("xlsx", _as_xlsx)):
        grown = growth(EndlessStore(), take) / _MIB
        detail = f"MiB at the peak of {MANY:,} rows beyond that of {WARM:,}"
        found.append(Figure(f"{name}_memory_growth", grown, GROWTH_GOAL, detail))
    return found


def first_byte_row(stage: Stage) -> list[Figure]:
    """Count the rows that have been read when the first byte of a file can be sent."""
    store, _ = planted(stage)
    counting = CountingStore(store)
    body = csv_file.of_rows(fetched(counting).rows)
    next(body)
    read = counting.read
    return [Figure("csv_first_byte_row", float(read), FIRST_GOAL, f"of {ROWS:,} rows, {stage.store}")]


def growth(store: EndlessStore, take: Take) -> int:
    """Give the bytes at the peak of a file beyond the peak of its first rows."""
    gc.collect()
    tracemalloc.start()
    try:
        size = _sent(store, take)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    if size < store.rows or not store.peak_of_the_first:
        raise MeasurementError("the file is not whole")
    return peak - store.peak_of_the_first


def _as_csv(file: File) -> Iterator[bytes]:
    return csv_file.of_rows(file.rows)


def _as_xlsx(file: File) -> Iterator[bytes]:
    return xlsx_file.of_rows(file.rows, file)


def _sent(store: Store, take: Take) -> int:
    return _size(take(fetched(store)))


def _size(body: Iterable[bytes]) -> int:
    return sum(map(len, body))


def _side_by_side(ours: Callable[[], int], floor: Callable[[], int]) -> tuple[list[float], list[float]]:
    """Give the µs of CPU a row for each side, in turns; both once before, so that neither is the first."""
    sides = (ours, floor)
    spent: tuple[list[float], list[float]] = ([], [])
    for number in range(REPEATS + 1):
        for each in (0, 1) if number % 2 == 0 else (1, 0):
            before = time.process_time()
            if sides[each]() < ROWS:
                raise MeasurementError("the file is not whole")
            if number:
                spent[each].append((time.process_time() - before) / ROWS * 1e6)
    return spent


def _derived() -> float:
    """Give the µs of CPU that a password takes."""
    key, before = passwords.school_key(SECRET, SCHOOL), time.process_time()
    for number in range(ROWS):
        passwords.password(key, f"{number:012}", 1)
    return (time.process_time() - before) / ROWS * 1e6
