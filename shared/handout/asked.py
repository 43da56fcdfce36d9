"""What a request asks of a link, and what is sent for it: between the door and the files."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from shared.domain.accounts import Category
from shared.domain.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request asks for: `form` is `page`, `kartu`, `xlsx`, `csv` or `pengecualian`."""

    form: str
    category: Category | None
    link: Link
    sig: str
    query: str
    separator: str
    posted: bool
    network: str

    @property
    def path(self) -> str:
        """What is fetched, whatever link it is fetched by."""
        return f"{self.category}.{self.form}" if self.category else self.form


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is sent, part by part; what is small goes as a whole. `told` gives what the log line is to count."""

    body: Iterable[bytes]
    content_type: str
    file_name: str = ""
    is_small: bool = False
    told: Callable[[], Mapping[str, int | str]] = dict
