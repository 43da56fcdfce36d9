"""The name that Google is to show (design 6), counted in the UTF-16 units of the strictest reader."""

import unicodedata
from typing import NamedTuple

PART = 40
DISPLAY = 200
NOBODY = "Pengguna"
_JOINERS = ("\u200c", "\u200d")


class Shown(NamedTuple):
    """Given name, family name, and the display name of somebody with one word."""

    given: str
    family: str
    display: str | None


def shown(nama: str) -> Shown:
    """Split a tidy name: the last word is the family name, a single one both; words without a letter go at the ends."""
    tokens = nama.translate({ord("<"): None, ord(">"): None}).split()
    meant = [place for place, token in enumerate(tokens) if any(letter.isalnum() for letter in token)]
    tokens = tokens[meant[0] : meant[-1] + 1] if meant else [NOBODY]
    family = clip(tokens[-1], PART)
    if len(tokens) == 1:
        return Shown(family, family, clip(tokens[0], DISPLAY))
    given = clip(tokens[0], PART)
    if given == tokens[0]:
        for token in tokens[1:-1]:
            if units(f"{given} {token}") > PART:
                break
            given = f"{given} {token}"
    return Shown(given, family, None)


def units(text: str) -> int:
    """Count UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clip(text: str, most: int) -> str:
    """Keep as many whole letters, each with its marks, as fit."""
    letters: list[str] = []
    for character in text:
        joined = bool(letters) and (
            unicodedata.category(character).startswith("M")
            or character in _JOINERS
            or letters[-1][-1] in _JOINERS
            or 0x1F3FB <= ord(character) <= 0x1F3FF
        )
        if joined:
            letters[-1] += character
        else:
            letters.append(character)
    kept = ""
    for letter in letters:
        if units(kept + letter) > most:
            break
        kept += letter
    return kept
