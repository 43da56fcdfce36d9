"""What is not as it should be, in words that name no person."""

from typing import NamedTuple


class Finding(NamedTuple):
    """One line of the report: an account's id (or what else it is about) and what is wrong there."""

    where: str
    what: str

    def __str__(self) -> str:
        """Give the line."""
        return f"{self.where}: {self.what}"
