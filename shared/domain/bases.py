"""The letters of an address, made from the name in the roster.

An address is permanent: in doubt a rule leaves a title in rather than a name out, and none takes away all there is.

1. Nicknames in brackets or double quotes go. The name ends at the first comma (that of `S,Pd` is a dot); if no name
   stands before it, the next part counts (`Drs., Ahmad`), then what the brackets held.
2. Apostrophes, hyphens, digits and invisible characters join (`Ma'ruf` is `maruf`, `Pi-Thariq` is `pithariq`); a dot
   ends a token, and is remembered; any other sign is a space.
3. Titles and degrees go as whole tokens at the two ends: if dotted (`S.Pd`, `Drs.H.`), if no name looks like them
   (`Spd`, `Hj`), or if in capitals where the rest isn't (`Ani Suryani SE`) or where two more words are left
   (`ANI SURYANI SE`). So `Ma Ling`, `Sri Ir`, `Cut`, `Andi`, `R.`, `M.`, `Muh.` stay; an undotted title that is all
   there is stays too.
4. What follows `alias` goes, and `bin`, `binti`, `alias` at the end; at the beginning they are names.
5. Official and rude tokens go, then a leading particle (I, Ni, Si, Sang) if another token follows.
6. First and last token make the base; if that has over 24 letters or reads badly, the first alone, else the last alone.
7. `pengguna` where fewer than two letters are left, or nothing that is allowed.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from anyascii import anyascii

from shared.domain.titles import (
    AFTER,
    BEFORE,
    BEFORE_DOTTED,
    BEFORE_RUNS,
    DEGREES,
    NAME_LIKE,
    PLAIN_AFTER,
    UNMISTAKABLE,
)
from shared.domain.words import OFFICIAL, RUDE, RUDE_INSIDE

MAX_LETTERS: Final = 24
NEUTRAL: Final = "pengguna"

_LONGEST_RUN: Final = 5
_HAS_RUDE_INSIDE = re.compile("|".join(map(re.escape, sorted(RUDE_INSIDE)))).search
_PARTICLES: Final = frozenset({"i", "ni", "si", "sang"})
_ALIASES: Final = frozenset({"alias", "als"})
_CONNECTORS: Final = frozenset({"bin", "binti"}) | _ALIASES

# Straight, typographic, modifier, full-width ones, primes, accents typed for them, transliterated ayn and hamza.
_APOSTROPHES: Final = (
    "'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u2018\u2019\u201b"
    "\u2032\u2035\u055a\ua78b\ua78c\uff07\uff40"
)
_JOINING: Final = dict.fromkeys(map(ord, _APOSTROPHES))
_HYPHENS: Final = "-\u2010\u2011\u2012\u2013\u2212"
# `Budi-S.Pd`, `BudiS.Pd`: a degree begins here all the same; `S,Pd`: its comma is a dot.
_DEGREE_AHEAD: Final = re.compile(rf"[{_HYPHENS}](?=\w{{1,4}}\.\w)|(?<=[a-z])(?=[A-Z]\.[A-Za-z])")
_COMMA_FOR_DOT: Final = re.compile(r"(?<=\b[SMA]),(?= ?(?:ag|hum|kom|md|pd|si|sos)\b)", re.IGNORECASE)
_INNER_BRACKETS: Final = re.compile(r"\([^()\[\]{}]*\)|\[[^()\[\]{}]*\]|\{[^()\[\]{}]*\}")
_OPEN_BRACKET: Final = re.compile(r"[(\[{].*", re.DOTALL)
_QUOTES: Final = '"\u201c\u201d\u201e\u00ab\u00bb'
_QUOTED: Final = re.compile(f"[{_QUOTES}][^{_QUOTES}]*[{_QUOTES}]")
_COMMAS: Final = re.compile("[,;\u060c\u061b\u3001\u201a]")
_ATOM: Final = re.compile(r"([^\s.]+)(\s*\.)?")


@dataclass(frozen=True, slots=True)
class _Atom:
    """What stands between two spaces or dots: `S` of `S.Pd` is dotted and glued to what follows."""

    text: str
    key: str
    dotted: bool
    glued: bool


def base(nama: str) -> str:
    """Give the 2 to 24 letters `[a-z]` that a person's address begins with; `pengguna` where the name gives none."""
    words = _words(nama)
    tokens = [word for word in words if not _refused(word)]
    while len(tokens) > 1 and tokens[0] in _PARTICLES:
        del tokens[0]
    if not tokens:
        return NEUTRAL
    first, last = tokens[0], tokens[-1]
    glued = first + last if len(tokens) > 1 else first
    for choice in (glued, first[:MAX_LETTERS], last[:MAX_LETTERS]):
        if 2 <= len(choice) <= MAX_LETTERS and not _refused(choice):
            return choice
    return NEUTRAL


def _refused(word: str) -> bool:
    return word in OFFICIAL or word in RUDE or _HAS_RUDE_INSIDE(word) is not None


def _words(nama: str) -> list[str]:
    """Give the usable tokens, lower case `[a-z]`, of the first part of the name that has two letters left."""
    text = unicodedata.normalize("NFKD", nama.translate(_JOINING)).translate(_JOINING)
    text = _COMMA_FOR_DOT.sub(".", text)
    bare = _OPEN_BRACKET.sub(" ", _without_nicknames(text))
    parts = _COMMAS.split(bare)
    may_vanish = len(parts) > 1 or bare != text
    for number, part in enumerate([*parts, *_COMMAS.split(text)]):
        atoms = _atoms(part)
        if number not in (0, len(parts)) and "".join(atom.key for atom in atoms) in AFTER:
            continue
        words = [word for word in map(_letters, _name_atoms(atoms, may_vanish)) if word]
        if sum(map(len, words)) > 1:
            while len(words) > 1 and words[-1] in _CONNECTORS:
                del words[-1]
            return words
    return []


def _without_nicknames(text: str) -> str:
    text = _QUOTED.sub(" ", text)
    while True:
        shorter = _INNER_BRACKETS.sub(" ", text)
        if shorter == text:
            return text
        text = shorter


def _letters(atom: _Atom) -> str:
    return "".join(letter for letter in anyascii(atom.text).lower() if "a" <= letter <= "z")


def _atoms(part: str) -> list[_Atom]:
    text = "".join(map(_kept, _DEGREE_AHEAD.sub(" ", part)))
    atoms = []
    for match in _ATOM.finditer(text):
        word = match.group(1)
        if any(unicodedata.category(letter)[0] == "L" for letter in word):
            glued = not text[match.end() : match.end() + 1].isspace()
            atoms.append(_Atom(word, word.casefold(), match.group(2) is not None, glued))
    return atoms


@lru_cache(2_000)
def _kept(character: str) -> str:
    kind = unicodedata.category(character)
    if kind[0] in "LM" or character == ".":
        return character
    return "" if character in _HYPHENS or kind[0] == "N" or kind == "Cf" else " "


def _name_atoms(atoms: list[_Atom], may_vanish: bool) -> list[_Atom]:
    """Strip titles in front, an alias, degrees behind; `may_vanish` says that a lone title isn't the name itself."""
    while count := _title_in_front(atoms, may_vanish):
        atoms = atoms[count:]
    for index, atom in enumerate(atoms):
        if index and atom.key in _ALIASES:
            atoms = atoms[:index]
            break
    while count := _degree_behind(atoms, may_vanish):
        atoms = atoms[:-count]
    return atoms


def _title_in_front(atoms: list[_Atom], may_vanish: bool) -> int:
    for count in range(min(_LONGEST_RUN, len(atoms)), 0, -1):
        run, rest = atoms[:count], atoms[count:]
        if (rest or may_vanish or run[0].dotted) and (_is_title(run[0], rest) if count == 1 else _is_title_run(run)):
            return count
    return 0


def _is_title(atom: _Atom, rest: list[_Atom]) -> bool:
    if atom.key in BEFORE_DOTTED:
        return atom.dotted or (atom.key == "ir" and _long(rest) > 1)
    return atom.key in BEFORE


def _is_title_run(run: list[_Atom]) -> bool:
    keys = tuple(atom.key for atom in run)
    return keys in BEFORE_RUNS or (run[0].dotted and keys in DEGREES and not UNMISTAKABLE.isdisjoint(keys))


def _degree_behind(atoms: list[_Atom], may_vanish: bool) -> int:
    for count in range(min(_LONGEST_RUN, len(atoms)), 0, -1):
        rest, run = atoms[:-count], atoms[-count:]
        if "".join(atom.key for atom in run) not in AFTER:
            continue
        if _is_degree(run[0], rest, may_vanish) if count == 1 else _is_degree_run(run, rest):
            return count
    return 0


def _is_degree(atom: _Atom, rest: list[_Atom], may_vanish: bool) -> bool:
    if not rest:
        return may_vanish and atom.key in PLAIN_AFTER
    if atom.dotted or atom.key in PLAIN_AFTER:
        return True
    if len(atom.text) < 2 or atom.text[1:] == atom.text[1:].lower():
        return False
    mixed = atom.text != atom.text.upper() or any(other.text != other.text.upper() for other in rest)
    return mixed or _long(rest) > 1


def _is_degree_run(run: list[_Atom], rest: list[_Atom]) -> bool:
    last = run[-1]
    glued = all(atom.dotted and atom.glued for atom in run[:-1])
    if not rest:
        return glued and last.key not in NAME_LIKE
    if all(atom.dotted for atom in run[:-1]):
        return last.dotted or glued or last.key not in NAME_LIKE
    if last.key in NAME_LIKE or len(run[0].key) > 2:
        return False
    keys = tuple(atom.key for atom in run)
    return _long(rest) > 1 or (keys in DEGREES and _long(run) > 0)


def _long(atoms: list[_Atom]) -> int:
    return sum(len(atom.text) > 1 for atom in atoms)
