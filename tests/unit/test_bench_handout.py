"""The figures of the hand-out measure what they say: the floor reads what we read, and growth would show."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import handout
from bench.bare import rows as bare
from bench.figures import MeasurementError
from bench.handout_school import ROWS, WARM, EndlessStore, fetched, planted
from bench.stage import Stage
from shared.domain.handout import Row
from shared.handout import csv_file
from shared.usecases.handout import File

ENOUGH = 4 * WARM


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, {"STORE": f"sqlite:///{tmp_path}/akun.db"}, 0, 0, "SQLite")


def csv_of(file: File) -> Iterator[bytes]:
    return csv_file.of_rows(file.rows)


def test_the_floor_reads_the_rows_that_our_file_shows_in_the_same_order(stage: Stage):
    store, read = planted(stage)
    ours = [(row.nama, row.id_pengguna) for part in fetched(store).rows for row in part]
    assert ours == [(document["nama"], document["address"]) for document in read()]
    assert len(ours) == ROWS


def test_the_floor_writes_as_many_bytes_as_its_fields_have():
    assert bare.written([["Siti", "é"]] * 1_001) == 1_001 * len('"Siti";"é"\r\n'.encode())


def test_rows_read_before_the_first_byte_are_counted_at_the_store(stage: Stage):
    (figure,) = handout.first_byte_row(stage)
    assert (figure.name, figure.value, figure.met) == ("csv_first_byte_row", 500.0, True)


def test_finished_rows_are_measured_on_both_sides(stage: Stage):
    (figure,) = handout.finished_rows_cpu(stage)
    assert (figure.name, figure.value > 0) == ("csv_finished_rows_cpu", True)


def test_a_file_that_keeps_its_rows_grows():
    kept: list[Row] = []

    def keeping(file: File) -> Iterator[bytes]:
        for part in file.rows:
            kept.extend(part)
            yield b"".join(csv_file.of_rows([part]))

    flat = handout.growth(EndlessStore(ENOUGH), csv_of)
    assert handout.growth(EndlessStore(ENOUGH), keeping) > flat + (ENOUGH - WARM) * 100


def test_a_file_that_ends_early_is_a_failed_measurement():
    with pytest.raises(MeasurementError):
        handout.growth(EndlessStore(ENOUGH), lambda file: iter([b"%d rows" % sum(map(len, file.rows))]))
