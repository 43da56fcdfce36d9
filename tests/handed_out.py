"""A row as a file has it, for tests of what files make of rows."""

from typing import Any

from shared.domain.handout import Remark, Row, Status


def a_row(**changed: Any) -> Row:
    """Give the row of a pupil whose password is to be handed out."""
    row = Row(
        account_id="a1",
        nama="SITI AMINAH",
        nisn_nuptk="0012345678",
        kelas="VII B",
        id_pengguna="sitiaminah12@smp.belajar.id",
        password="Kmtw-rqhn-4729",
        generation=1,
        status=Status.UNUSED,
        remark=Remark.HAND_OUT,
        date=None,
        school="SMP NEGERI 1",
    )
    return row._replace(**changed)
