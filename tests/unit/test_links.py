"""Signed links against what is published of them: recipe, vectors and examples; neither can drift alone."""

import base64
import hashlib
import hmac
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs import link_vectors
from shared.domain import links
from shared.domain.links import Link
from tests.require import require

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "signed-links.md").read_text("utf-8")
VECTORS = json.loads((DOCS / "link-vectors.json").read_text("utf-8"))
ACCEPTED, REFUSED = VECTORS["accepted"], VECTORS["refused"]
KEYS = {kid: base64.b64decode(key) for kid, key in VECTORS["keys"].items()}
EACH = pytest.mark.parametrize("row", ACCEPTED, ids=lambda row: row["sig"][:8])
DAY = 86_400


def read(url: str) -> tuple[Link | None, str]:
    parts = urlsplit(url)
    found = dict(parse_qsl(parts.query, strict_parsing=True))
    return Link.read(parts.path.removeprefix("/unduh/"), found), found["sig"]


def opens(url: str) -> bool:
    link, sig = read(url)
    return link is not None and links.is_signed(KEYS, link, sig)


def some_link(**changed: Any) -> Link:
    return link_vectors.link(**changed)


def url_of(link: Link) -> str:
    return "https://akun.belajar.id" + link.signed(KEYS[link.key_id])


@EACH
def test_what_is_published_is_signed_so(row: dict[str, Any]):
    link, sig = read(row["url"])
    assert link is not None
    assert links.message(link).decode() == row["message"]
    assert links.signature(KEYS[row["kid"]], link) == sig == row["sig"]
    assert VECTORS["public_url"] + link.signed(KEYS[row["kid"]]) == row["url"]
    assert links.is_signed(KEYS, link, sig)


@EACH
def test_the_recipe_is_enough_to_sign_a_link(row: dict[str, Any]):
    """Written again from the page, with nothing but what it says."""
    text = "\n".join(["akun-link/1", *(str(row[part]) for part in ("sekolah_id", "k", "iat", "exp", "lid", "kid"))])
    mac = hmac.new(KEYS[row["kid"]], text.encode(), hashlib.sha256).digest()
    sig = base64.urlsafe_b64encode(mac).decode().rstrip("=")
    assert (text, sig) == (row["message"], row["sig"])


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row["why"])
def test_what_is_published_as_refused_is_refused_for_that(row: dict[str, str]):
    link, sig = read(row["url"])
    if row["refused_for"] == "form":
        assert link is None
    else:
        assert link is not None
        assert not links.is_signed(KEYS, link, sig)


def test_the_vectors_have_every_set_of_categories_and_two_keys():
    assert {row["k"] for row in ACCEPTED} == {
        "admin", "peserta_didik", "ptk", "admin,peserta_didik", "admin,ptk", "peserta_didik,ptk",
        "admin,peserta_didik,ptk",
    }  # fmt: skip
    assert {row["kid"] for row in ACCEPTED} == set(KEYS)
    assert len(KEYS) == 2
    assert {row["refused_for"] for row in REFUSED} == {"form", "signature"}
    assert not {row["url"] for row in REFUSED} & {row["url"] for row in ACCEPTED}


def test_the_file_of_vectors_is_what_its_program_writes():
    assert link_vectors.document() == VECTORS


def test_some_signatures_are_frozen_here_once_more():
    by_kid = {row["kid"]: row["sig"] for row in ACCEPTED if row["k"].count(",") == 2 and row["exp"] - row["iat"] == 900}
    assert by_kid == {
        "k1": "JXM2kf4mXt8eSWWSpk4JbS3C06tWKbUNFGskKBvkFhc",
        "2021-b": "VEIsxyt66j4deZT2t67AB3Kw7J0GTyxqK5Lg1CBzvFI",
    }


@given(st.data())
def test_a_link_with_any_one_character_changed_does_not_open(data: st.DataObject):
    link = some_link(key_id=data.draw(st.sampled_from(sorted(KEYS))))
    query = link.query(links.signature(KEYS[link.key_id], link))
    values = [found.span(1) for found in re.finditer(r"=([^&]*)", query)]
    place = data.draw(st.sampled_from([place for start, end in values for place in range(start, end)]))
    other = data.draw(st.sampled_from("aZ059-_,").filter(lambda letter: letter != query[place]))
    changed = query[:place] + other + query[place + 1 :]
    assert opens(f"https://akun.belajar.id{link.path}?{query}")
    assert not opens(f"https://akun.belajar.id{link.path}?{changed}")


@pytest.mark.parametrize("sig", ["", "é" * 43, "\ud800", "A" * 43, "A" * 4000])
def test_any_text_may_come_as_a_signature(sig: str):
    assert not links.is_signed(KEYS, some_link(), sig)


def test_a_key_that_was_taken_out_opens_nothing_and_another_goes_on():
    old, new = some_link(key_id="k1"), some_link(key_id="2021-b")
    left = {"2021-b": KEYS["2021-b"]}
    assert not links.is_signed(left, old, links.signature(KEYS["k1"], old))
    assert links.is_signed(left, new, links.signature(KEYS["2021-b"], new))


def test_a_key_that_is_not_there_is_not_one_of_zeros():
    link = some_link(key_id="gone")
    assert not links.is_signed(KEYS, link, links.signature(bytes(32), link))


@pytest.mark.parametrize(("lifetime", "is_read"), [(1, True), (DAY, True), (0, False), (-5, False), (DAY + 1, False)])
def test_a_link_lives_a_day_at_most(lifetime: int, is_read: bool):
    link, _ = read(url_of(some_link(expires_at=link_vectors.AT + lifetime)))
    assert (link is not None) is is_read


def test_the_mark_of_a_links_files_is_its_own_and_does_not_tell_the_link():
    mark, other = some_link().file_mark, some_link(link_id=link_vectors.LID + "x").file_mark
    assert re.fullmatch(r"[A-Z2-7]{8}", mark)
    assert mark != other
    assert some_link(sekolah_id=link_vectors.OTHER).file_mark == mark
    assert mark.lower() not in url_of(some_link()).lower()


# name in the page -> file, what makes it ready, and what runs it
EXAMPLES: dict[str, tuple[str, list[str], list[str]]] = {
    "python": ("signed_link.py", [], [sys.executable, "signed_link.py"]),
    "sh": ("signed_link.sh", [], ["sh", "signed_link.sh"]),
    "java": ("SignedLink.java", ["javac", "SignedLink.java"], ["java", "-Xshare:auto", "SignedLink"]),
}
NEEDS = {"python": [], "sh": ["openssl"], "java": ["java", "javac"]}


@pytest.mark.parametrize("language", EXAMPLES)
def test_the_examples_of_the_page_print_the_published_links(tmp_path: Path, language: str):
    lacking = [tool for tool in NEEDS[language] if shutil.which(tool) is None]
    require(f"{', '.join(lacking)} is not installed" if lacking else None)
    file, ready, command = EXAMPLES[language]
    found = re.search(rf"(?ms)^```{language}\n(.*?)^```$", PAGE)
    assert found
    (tmp_path / file).write_text(found[1], "utf-8")
    if ready:
        subprocess.run(ready, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    for row in ACCEPTED:
        parts = [VECTORS["public_url"], row["kid"], VECTORS["keys"][row["kid"]], row["sekolah_id"], row["k"]]
        parts += [str(row["iat"]), str(row["exp"]), row["lid"]]
        done = subprocess.run([*command, *parts], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
        assert done.stdout == row["url"] + "\n"


def test_the_page_has_an_example_for_each_language_that_it_names():
    assert re.findall(r"(?m)^```(\w+)$", PAGE) == ["java", "php", "go", "python", "sh"]
