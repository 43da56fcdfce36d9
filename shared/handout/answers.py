"""From what a request asks to what is sent: opens the link by the use case, and renders what it gives."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from shared.domain.handout import Row
from shared.domain.policy import Policy
from shared.handout import csv_file
from shared.handout.asked import Answer, Asked
from shared.link_records import Caller
from shared.usecases.handout import File, Handout

CSV = "text/csv; charset=utf-8"
HTML = "text/html; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHORT = {"peserta_didik": "peserta-didik", "ptk": "ptk", "admin": "admin"}

Part = TypeVar("Part")


class Answers:
    """Answers what is asked of a link."""

    def __init__(self, handout: Handout, policy: Policy, help_contact: str) -> None:
        self._handout = handout
        self._policy = policy
        self._help_contact = help_contact

    def __call__(self, asked: Asked) -> Answer:
        """Open the link and render; what is imported here is loaded on first use only."""
        if asked.form == "page":
            from shared.handout import page

            html = page.render(self._handout.page(asked.link, asked.sig), asked.query, self._policy, self._help_contact)
            return Answer(body=[html], content_type=HTML, is_small=True)
        if asked.category is None:
            found = self._handout.exceptions(asked.link, asked.sig)
            name = f"pengecualian-{found.school.get('npsn') or asked.link.sekolah_id}.csv"
            body = csv_file.of_exceptions(found.rows, asked.separator)
            return Answer(body=body, content_type=CSV, file_name=name)
        caller = Caller(path=asked.path, network=asked.network, posted=asked.posted)
        return self._of_file(asked, self._handout.fetch(asked.link, asked.sig, asked.category, caller))

    def _of_file(self, asked: Asked, file: File) -> Answer:
        tally = Tally(file)
        name = _name(file, asked.form)
        if asked.form == "csv":
            body = csv_file.of_rows(tally, asked.separator)
            return Answer(body=body, content_type=CSV, file_name=name, told=tally.told)
        if asked.form == "xlsx":
            from shared.handout import xlsx_file

            return Answer(body=xlsx_file.of_rows(tally, file), content_type=XLSX, file_name=name, told=tally.told)
        from shared.handout import cards

        return Answer(body=cards.of_rows(tally, file), content_type=HTML, told=tally.told)


class Tally:
    """Passes a file's parts on and counts what was in them."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._rows = 0

    def __iter__(self) -> Iterator[Sequence[Row]]:
        """Give the parts."""
        for part in self._file.rows:
            self._rows += len(part)
            yield part

    def told(self) -> dict[str, int | str]:
        """Give what the log line tells."""
        return {"rows": self._rows, "scopes": len(self._file.scopes)}


def _name(file: File, form: str) -> str:
    school = file.school.get("npsn") or file.link.sekolah_id
    return f"akun-{school}-{SHORT[file.category]}-{file.number}.{form}"
