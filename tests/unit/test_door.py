"""The door of `download`: what it reads of a request, and how it answers when all that is behind it fails."""

import ipaddress
import json
from collections.abc import Callable, Iterable, Iterator
from io import RawIOBase
from typing import Any

import pytest
from flask import Flask, Request, Response
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from shared import door
from shared.domain.links import Link
from shared.errors import BrokenOffError, LinkError, PassingError, QuotaError
from shared.handout.asked import Answer, Asked

SCHOOL = "0a1b2c3d-4e5f-4678-9a0b-c1d2e3f40516"
PAGE = f"/unduh/{SCHOOL}"
GIVEN = {"k": "admin,ptk", "iat": "1624953600", "exp": "1624954500", "lid": "a" * 24, "kid": "p1", "sig": "s" * 43}
QUERY = "&".join(f"{name}={value}" for name, value in GIVEN.items())
SECRET = "SITI AMINAH siti@smp.belajar.id"


class Unreadable(RawIOBase):
    """A body that nobody may wait for."""

    def read(self, _: int = -1) -> bytes:
        raise AssertionError("read")


def request(uri: str = f"{PAGE}?{QUERY}", method: str = "GET", **headers: str) -> Request:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    environ = EnvironBuilder(method=method, headers=named).get_environ()
    environ.update({"RAW_URI": uri, "REQUEST_URI": uri, "wsgi.input": Unreadable()})
    return Request(environ)


def never(_: Asked) -> Answer:
    raise AssertionError("nothing is looked up for a request that cannot be read")


def gives(body: Iterable[bytes], **fields: Any) -> Callable[[Asked], Answer]:
    return lambda _: Answer(body=body, content_type="text/csv", **fields)


def fails(error: Exception) -> Callable[[Asked], Answer]:
    def fail(_: Asked) -> Answer:
        raise error

    return fail


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    printed = capsys.readouterr()
    assert SECRET not in printed.out + printed.err
    return [json.loads(line) for line in printed.out.splitlines()]


def says_come_again(answer: Response) -> None:
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert answer.headers["Cache-Control"] == "no-store, no-transform"
    assert SECRET not in answer.get_data(as_text=True)


# ---------------------------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("way", "form", "category", "path"),
    [
        ("", "page", None, "page"),
        ("/ptk/kartu", "kartu", "ptk", "ptk.kartu"),
        ("/admin.xlsx", "xlsx", "admin", "admin.xlsx"),
        ("/peserta_didik.csv", "csv", "peserta_didik", "peserta_didik.csv"),
        ("/pengecualian.csv", "pengecualian", None, "pengecualian"),
    ],
)
def test_what_is_asked_for_is_read_from_the_path(way: str, form: str, category: str | None, path: str):
    asked = door.read(request(f"{PAGE}{way}?{QUERY}"), 0)
    assert (asked.form, asked.category, asked.path) == (form, category, path)
    assert asked.link == Link(
        sekolah_id=SCHOOL, categories=("admin", "ptk"), issued_at=1624953600, expires_at=1624954500, link_id="a" * 24,
        key_id="p1",
    )  # fmt: skip
    assert asked.posted is False


def test_the_query_for_the_buttons_is_the_links_own_whatever_order_and_strangers_it_came_with():
    backwards = "&".join(reversed(QUERY.split("&"))) + "&utm_source=%3Cscript%3E&pemisah=koma"
    asked = door.read(request(f"{PAGE}/ptk.csv?{backwards}", "POST"), 0)
    assert (asked.query, asked.separator, asked.posted) == (QUERY, ",", True)
    assert door.read(request(f"{PAGE}/ptk.csv?{QUERY}&pemisah=titik"), 0).separator == ";"


def test_without_the_raw_target_the_path_is_what_the_framework_says():
    environ = EnvironBuilder(path=PAGE, query_string=QUERY).get_environ()
    for name in ("RAW_URI", "REQUEST_URI"):
        del environ[name]
    assert door.read(Request(environ), 0).link.sekolah_id == SCHOOL


@pytest.mark.parametrize("uri", [f"http://x{PAGE}?{QUERY}", f"//x{PAGE}?{QUERY}", f"{PAGE}/?{QUERY}", "", "?", "*"])
def test_a_target_in_another_form_is_unknown(uri: str):
    with pytest.raises(LinkError) as error:
        door.read(request(uri or " "), 0)
    assert error.value.kind == "unknown"


@pytest.mark.parametrize("way", ["", "/ptk.csv", "/ptk/kartu", "/pengecualian.csv"])
@pytest.mark.parametrize("query", ["", QUERY + "&k=admin", QUERY + "&kid=p2", QUERY.replace("sig", "sog"), "&" * 9000])
def test_what_cannot_be_read_is_refused_before_anything_is_looked_up(query: str, way: str):
    answer = door.take(request(f"{PAGE}{way}?{query}"), never, 0)
    assert answer.status_code == 400


@given(st.text(st.characters(max_codepoint=255), max_size=60), st.sampled_from(["GET", "POST", "HEAD", "TRACE", "X"]))
def test_no_target_makes_the_door_fail(text: str, method: str):
    for uri in (text, f"/unduh/{text}", f"{PAGE}{text}", f"{PAGE}?{QUERY}{text}", f"{PAGE}?{text}&{QUERY}"):
        answer = door.take(request(uri, method), gives([b"x"]), 0)
        assert answer.status_code in (200, 400, 403, 404, 405)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40))
def test_no_accept_header_makes_a_refusal_fail(accept: str):
    answer = door.take(request("/", Accept=accept), never, 0)
    assert answer.status_code == 404
    assert answer.mimetype in ("text/html", "application/problem+json")


# ---------------------------------------------------------------------------------------------------------- networks


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40), st.integers(0, 5))
def test_whatever_a_caller_says_of_itself_the_network_is_a_prefix_or_unknown(header: str, proxies: int):
    found = door.network(request(X_Forwarded_For=header), proxies)
    assert found == "unknown" or ipaddress.ip_network(found).prefixlen in (24, 48)


@given(st.ip_addresses(v=4), st.ip_addresses(), st.ip_addresses())
def test_what_is_before_the_last_entry_changes_nothing(last: object, one: object, other: object):
    assert door.network(request(X_Forwarded_For=f"{one}, {last}"), 0) == door.network(
        request(X_Forwarded_For=f"{other}, x, {last}"), 0
    )
    assert door.network(request(X_Forwarded_For=str(last)), 0) == f"{str(last).rpartition('.')[0]}.0/24"


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("2001:db8:aaaa:bbbb::1", "2001:db8:aaaa::/48"), ("[2001:db8:aaaa::1]", "2001:db8:aaaa::/48"),
        ("fe80::1%eth0", "fe80::/48"), ("::ffff:192.0.2.9", "192.0.2.0/24"), ("192.0.2.9", "192.0.2.0/24"),
        ("192.0.2.9:443", "unknown"), ("192.0.2", "unknown"), ("0300.0.2.9", "unknown"), ("localhost", "unknown"),
    ],
)  # fmt: skip
def test_a_network_is_a_24_or_a_48(text: str, network: str):
    assert door.network(request(X_Forwarded_For=text), 0) == network


# ------------------------------------------------------------------------------------------------------- what fails


@pytest.mark.parametrize(
    "error", [ValueError(SECRET), QuotaError("quota"), PassingError("server_error"), OSError(SECRET)]
)
def test_whatever_fails_behind_the_door_the_answer_is_a_page_that_says_come_again(
    error: Exception, capsys: pytest.CaptureFixture[str]
):
    says_come_again(door.take(request(f"{PAGE}/ptk.csv?{QUERY}"), fails(error), 0))
    (line,) = told(capsys)
    assert (line["severity"], line["outcome"]) == ("ERROR", "retry")


def broken_at(parts: int) -> Iterator[bytes]:
    for number in range(parts):
        yield b"%d" % number
    raise ValueError(SECRET)


@pytest.mark.parametrize(("parts", "is_small"), [(0, False), (0, True), (3, True)])
def test_a_fault_before_the_first_byte_is_sent_is_answered(
    parts: int, is_small: bool, capsys: pytest.CaptureFixture[str]
):
    says_come_again(door.take(request(), gives(broken_at(parts), is_small=is_small), 0))
    assert [line["outcome"] for line in told(capsys)] == ["retry"]


def test_a_fault_after_it_breaks_the_answer_off_without_a_text(capsys: pytest.CaptureFixture[str]):
    answer = door.take(request(), gives(broken_at(2)), 0)
    parts = iter(answer.response)
    assert [next(parts), next(parts)] == [b"0", b"1"]
    with pytest.raises(BrokenOffError) as error:
        next(parts)
    assert str(error.value) == ""
    assert error.value.__suppress_context__
    assert [line["outcome"] for line in told(capsys)] == ["retry"]


def test_a_caller_who_goes_away_is_told_of_and_one_who_stays_too(capsys: pytest.CaptureFixture[str]):
    counted = {"rows": 7}
    answer = door.take(request(), gives([b"a", b"b"], told=lambda: counted), 0)
    next(iter(answer.response))
    answer.close()
    assert door.take(request(), gives([b"a", b"b"], told=lambda: counted), 0).get_data() == b"ab"
    assert [(line["outcome"], line["rows"]) for line in told(capsys)] == [("broken_off", 7), ("sent", 7)]


def test_no_body_of_a_request_is_waited_for():
    asked = request(f"{PAGE}/ptk.csv?{QUERY}", "POST", Content_Length="1000000")
    assert door.take(asked, gives([b"file"]), 0).get_data() == b"file"
    assert asked.get_data() == b""  # as the framework reads it before it sends


def test_what_the_framework_does_not_hand_on_is_answered_like_any_unknown_page():
    app = Flask(__name__)
    app.register_error_handler(404, door.astray)
    answer, ours = app.test_client().get("/favicon.ico"), door.take(request("/"), never, 0)
    assert (answer.status_code, answer.data) == (404, ours.get_data())
    assert dict(answer.headers) == dict(ours.headers)
