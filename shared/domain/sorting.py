"""The order of a school's lists: grade, class as people count it, name without accents, name."""

import re

from anyascii import anyascii

_DIGITS = re.compile(r"\d+")


def sort_key(nama: str, rombel: str | None, tingkat: int | None) -> str:
    """Give a text that sorts as a school lists its people; no class sorts last."""
    grade = f"{tingkat:06d}" if tingkat is not None else "~"
    group = _DIGITS.sub(lambda m: m.group().zfill(6)[-6:], (rombel or "~").casefold())
    return "\t".join((grade, group, anyascii(nama).casefold(), nama))
