"""The name that Google is told: as in the roster, tidied, in the two parts that the Directory demands."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

MAX_PART: Final = 40
"""Code units of a given or family name: the lower of Google's two published limits (40 and 60)."""
MAX_DISPLAY: Final = 200
"""Code units of a display name: Google allows 256, and 1 KB for the whole name."""
NEUTRAL: Final = "Pengguna"

_JOINERS: Final = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class DirectoryName:
    """A user's name in the Directory; `display_name` only where a one-word name would show twice."""

    given_name: str
    family_name: str
    display_name: str | None


def directory_name(nama: str) -> DirectoryName:
    """Split a name: the last token is the family name, the rest the given name; a single word is both.

    Lengths count UTF-16 code units, as the strictest reader would. Titles stay: the name is the roster's. A name
    without any letter or digit is `Pengguna`.
    """
    tokens = _tidy(nama).split()
    while tokens and not _readable(tokens[0]):
        del tokens[0]
    while tokens and not _readable(tokens[-1]):
        del tokens[-1]
    if not tokens:
        tokens = [NEUTRAL]
    family = _cut(tokens[-1], MAX_PART)
    if len(tokens) == 1:
        return DirectoryName(family, family, _cut(tokens[0], MAX_DISPLAY))
    return DirectoryName(_cut_tokens(tokens[:-1]), family, None)


def _tidy(nama: str) -> str:
    return unicodedata.normalize("NFC", "".join(map(_kept, nama)))


@lru_cache(2_000)
def _kept(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    return "" if character in "<>" or kind == "Cs" or (kind == "Cf" and character not in _JOINERS) else character


def _readable(token: str) -> bool:
    return any(character.isalnum() for character in token)


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _cut_tokens(tokens: list[str]) -> str:
    text = tokens[0]
    if _units(text) > MAX_PART:
        return _cut(text, MAX_PART)
    for token in tokens[1:]:
        if _units(text) + 1 + _units(token) > MAX_PART:
            break
        text = f"{text} {token}"
    return text


def _cut(token: str, limit: int) -> str:
    """Shorten a token to whole visible characters: no accent, vowel sign or joined part is torn from its letter."""
    if _units(token) <= limit:
        return token
    end, size = 0, 0
    for index, character in enumerate(token):
        if index and not _continues(token[index - 1], character):
            end = index
        size += _units(character)
        if size > limit:
            return token[: end or index]
    return token


def _continues(before: str, character: str) -> bool:
    return (
        unicodedata.category(character)[0] == "M"
        or character in _JOINERS
        or before in _JOINERS
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )
