"""Links altered by one character or at random, odd paths, and clients that do not speak as browsers do."""

import string
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.functions import Place, Servers, place
from tests.wire.handout import (
    HERE,
    NAMES,
    Seen,
    Served,
    a_link,
    address,
    an_account,
    download_program,
    now,
    parameters,
    plant,
    plant_school,
    serving,
    spelled,
)  # fmt: skip
from tests.wire.programs import Program
from tests.wire.raw import get, raw

pytestmark = pytest.mark.xdist_group("altered")  # one function, loaded once
SAME_KIND = {**dict.fromkeys("0123456789", "0123456789"), **dict.fromkeys(string.ascii_lowercase, "abcdefpq")}


@pytest.fixture(scope="module")
def served(around: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("altered"), around) as running:
        yield running


@pytest.fixture(scope="module")
def forged(served: Served) -> Seen:
    return served.forged()


@pytest.mark.parametrize("name", [*NAMES, "school"])
def test_a_link_with_any_one_character_changed_is_refused_like_a_forged_one(served: Served, forged: Seen, name: str):
    link = a_link()
    text = HERE if name == "school" else parameters(link)[name]
    for place_, character in enumerate(text):
        for other in {*SAME_KIND.get(character, "AZ"), "A"} - {character}:
            changed = text[:place_] + other + text[place_ + 1 :]
            given = parameters(link) if name == "school" else parameters(link, **{name: changed})
            path = f"/unduh/{changed}" if name == "school" else link.path
            assert served.twins(spelled(path, given)) == forged, (place_, other)


# -------------------------------------------------------------------------------------------- the same link again


def test_order_escapes_and_strangers_in_the_query_make_no_other_link(served: Served):
    link = a_link()
    given = parameters(link)
    backwards = dict(reversed(given.items()))
    escaped = "&".join(name + "=" + "".join(f"%{ord(c):02X}" for c in value) for name, value in given.items())
    for url in (spelled(link.path, backwards), f"{link.path}?{escaped}", address(link) + "&utm_source=wa&fbclid=x"):
        assert served.client.get(url).status_code == 200


URL_TEXT = st.text(
    st.sampled_from("&=%?/;+#.,-_ \t\n\0aApP019é") | st.characters(exclude_categories=["Cs"]), max_size=6
)


@given(st.data())
def test_no_mutation_of_a_signed_url_opens_unless_what_it_says_is_the_same(served: Served, data: st.DataObject):
    link = a_link("ptk", at=now() - 30)
    way = data.draw(st.sampled_from(["/ptk.csv", "", "/pengecualian.csv"]))
    url = address(link, way)
    for _ in range(data.draw(st.integers(1, 3))):
        begin = data.draw(st.integers(1, len(url)))
        end = min(len(url), begin + data.draw(st.integers(0, 4)))
        url = url[:begin] + quote(data.draw(URL_TEXT), safe="&=%?/;+#.,-_") + url[end:]
    answer = served.client.get(url, environ_overrides={"RAW_URI": url, "REQUEST_URI": url})
    path, _, query = url.partition("?")
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] in NAMES]
    same = path == link.path + way and sorted(pairs) == sorted(parameters(link).items())
    assert answer.status_code in ((200,) if same else (400, 403, 404)), url


# ------------------------------------------------------------------------------------------ what no browser sends


class Spoken(NamedTuple):
    """The function as a program, and a link that would open."""

    here: Place
    program: Program
    url: str


@pytest.fixture(scope="module")
def spoken(around: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spoken]:
    with place(tmp_path_factory.mktemp("spoken"), around) as here:
        plant_school(here.store)
        plant(here.store, an_account())
        with download_program(here, LINK_MAX_USES="100") as running:
            yield Spoken(here, running, running.url())


def test_over_the_wire_a_good_link_opens(spoken: Spoken):
    for way in ("", "/peserta_didik.csv", "/peserta_didik/kartu", "/pengecualian.csv"):
        answer = get(spoken.url, address(a_link(), way))
        assert (answer.status, answer.whole) == (200, True)


QUERY = "?" + address(a_link(seconds=86_400)).partition("?")[2]
CSV = f"/unduh/{HERE}/peserta_didik.csv"


@pytest.mark.parametrize(
    "path",
    [
        "/", "//", "*", "/unduh", "/unduh/", "/unduh//", f"//unduh/{HERE}", f"/unduh//{HERE}", f"/unduh/{HERE}/",
        f"/unduh/{HERE}//ptk.csv", f"/unduh/{HERE}/./ptk.csv", f"/unduh/x/../{HERE}/ptk.csv", f"/x/../unduh/{HERE}",
        f"/unduh/{HERE}/../{HERE}/ptk.csv", f"/unduh/%2e%2e/unduh/{HERE}", f"/unduh/{HERE}/%2e%2e/ptk.csv",
        f"/unduh/{HERE}%2fptk.csv", f"/unduh%2f{HERE}", f"/unduh/{HERE}%5cptk.csv", f"/unduh/{HERE}\\ptk.csv",
        f"/%75nduh/{HERE}", f"/UNDUH/{HERE}", f"/unduh/{HERE.upper()}", f"/unduh/%{ord(HERE[0]):02x}{HERE[1:]}",
        f"{CSV}/", f"{CSV}%00", f"{CSV}%00.csv", f"{CSV};a=b", f"{CSV}.csv", f"{CSV}%20", f"{CSV}%0a",
        f"{CSV}%0d%0aX: y", f"/unduh/{HERE}%0a", "/favicon.ico", "/robots.txt",
        f"/unduh/{HERE}/ptk", f"/unduh/{HERE}/ptk/", f"/unduh/{HERE}/guru.csv", f"/unduh/{HERE}/PTK.csv",
        f"/unduh/{HERE}/ptk.pdf", f"/unduh/{HERE}/ptk.CSV", f"/unduh/{HERE}/ptk/kartu/", f"/unduh/{HERE}/kartu",
        f"/unduh/{HERE}/admin,ptk.csv", f"/unduh/{HERE}/pengecualian.xlsx", f"/unduh/{HERE}/pengecualian.csv/kartu",
        f"/unduh/{HERE}\x00", f"/unduh/{HERE}\xff", "/unduh/\xc3\xa9", f"/unduh/{HERE}%ff", f"/unduh/{HERE}%", "/%",
        f"http://akun.test/unduh/{HERE}", f"https://other.test{CSV}", "/unduh/" + "a" * 5_000, "/" + "a/" * 2_000,
    ],
    ids=lambda path: path.replace(HERE, "_")[:40].encode("unicode_escape").decode(),
)  # fmt: skip
def test_no_odd_path_gives_a_file_or_a_fault(spoken: Spoken, path: str):
    for method in ("GET", "POST"):
        answer = raw(spoken.url, f"{method} {path}{QUERY} HTTP/1.1\r\nContent-Length: 0".encode("latin-1"))
        assert answer.status in (400, 403, 404, 405), answer
        assert b"PRATIWI" not in answer.body
        assert "location" not in answer.headers


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "TRACK", "CONNECT", "PUT", "DELETE", "PATCH", "BREW"])
def test_no_other_method_gives_a_file_or_echoes_what_it_was_sent(spoken: Spoken, method: str):
    for way in ("/peserta_didik.csv", "/pengecualian.csv"):
        answer = get(spoken.url, address(a_link(), way), method, "X-Geheim: kata-sandi")
        assert (answer.status, answer.headers["allow"]) == (405, "GET, POST")
        assert b"kata-sandi" not in answer.body
    page = get(spoken.url, address(a_link()), method)
    assert page.status == (200 if method == "HEAD" else 405)
    assert method != "HEAD" or page.body == b""


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (f"GET {CSV}{QUERY}&x={'a' * 70_000} HTTP/1.1", b""),
        (f"GET {CSV}{QUERY}&sig=\xff\xfe HTTP/1.1", b""),
        (f"GET {CSV}{QUERY}\xe9 HTTP/1.1", b""),
        (f"GET {CSV}{QUERY}\x00 HTTP/1.1", b""),
        (f"GET {CSV}{QUERY}#x HTTP/1.1", b""),
        (f"GET {CSV}?{QUERY} HTTP/1.1", b""),
        (f"GET  {CSV}{QUERY}  HTTP/1.1", b""),
        (f"GET {CSV}{QUERY} HTTP/9.9", b""),
        (f"GE\x00T {CSV}{QUERY} HTTP/1.1", b""),
        (f"GET {CSV}{QUERY}x HTTP/1.1\r\nX-Forwarded-For: {'1,' * 3_000}", b""),
        (f"GET {CSV}{QUERY}x HTTP/1.1\r\nAccept: \xff;q=\xfe,,;/", b""),
        (f"POST {CSV}{QUERY}x HTTP/1.1\r\nContent-Length: 1000000", b"k=ptk&" * 10),
        (f"POST {CSV}{QUERY}x HTTP/1.1\r\nContent-Length: -1", b""),
        (f"POST {CSV}{QUERY}x HTTP/1.1\r\nTransfer-Encoding: chunked", b"zz\r\nno chunk\r\n"),
    ],
    ids=range(14),
)
def test_no_odd_request_gives_a_file_or_a_fault(spoken: Spoken, head: str, body: bytes):
    answer = raw(spoken.url, head.encode("latin-1"), body)
    assert 400 <= answer.status < 500, answer
    assert b"PRATIWI" not in answer.body
