"""Where a link does not open: one page for each kind, small, without anything of the request in it."""

import json

import pytest

from shared.door import STATUS
from shared.handout import refusals

KINDS = sorted(refusals.TEXTS)


def test_every_refusal_of_the_door_has_its_words():
    assert set(KINDS) == {*STATUS, "later"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_small_whole_and_the_same_each_time(kind: str):
    page = refusals.page(kind)
    assert page == refusals.page(kind)
    assert len(page.encode()) < 6_000
    assert page.startswith("<!doctype html>")
    assert '<html lang="id">' in page
    assert page.count("<h1>") == 1
    assert all(text in page for text in refusals.TEXTS[kind])
    assert "http" not in page
    assert "<script" not in page


@pytest.mark.parametrize("kind", KINDS)
def test_a_program_gets_the_same_words_as_json(kind: str):
    title, detail = refusals.TEXTS[kind]
    told = json.loads(refusals.problem(kind, 403))
    assert told == {"type": "about:blank", "title": title, "detail": detail, "status": 403}


def test_a_dead_link_is_told_as_everywhere():
    assert " ".join(refusals.TEXTS["gone"]) == "Tautan sudah tidak berlaku. Minta tautan baru di laman sekolah."
