"""What `download` refuses, and that nobody learns from a refusal which part of a link was wrong."""

import hashlib
import hmac
import string
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from shared.link_records import new_link
from tests.rosters import school
from tests.wire.functions import Servers
from tests.wire.handout import (
    FILES,
    HERE,
    LINK_SECRETS,
    NAMES,
    OTHER,
    Seen,
    Served,
    a_link,
    address,
    download,
    now,
    parameters,
    revoke,
    serving,
    sig,
    spelled,
)  # fmt: skip

pytestmark = pytest.mark.xdist_group("refusals")  # one function, loaded once
WAYS = ("", *(f"/peserta_didik{form}" for form in FILES), "/pengecualian.csv")


@pytest.fixture(scope="module")
def served(around: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("refusals"), around) as running:
        yield running


@pytest.fixture(scope="module")
def forged(served: Served) -> Seen:
    return served.forged()


# ----------------------------------------------------------------------------------------------------------- 400


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_a_link_without_one_of_its_parameters_is_incomplete(served: Served, name: str, way: str):
    link = a_link()
    given = parameters(link)
    del given[name]
    assert served.client.get(spelled(link.path + way, given)).status_code == 400


@pytest.mark.parametrize("again", ["%s", "", "x"])
@pytest.mark.parametrize("name", [*NAMES, "pemisah"])
def test_a_doubled_parameter_is_refused_even_with_the_same_value(served: Served, name: str, again: str):
    given = parameters(a_link(), pemisah="koma")
    url = spelled(f"/unduh/{HERE}", given)
    second = again.replace("%s", quote(given[name]))
    encoded = "".join(f"%{ord(character):02x}" for character in name)
    for doubled in (f"{url}&{name}={second}", f"{url}&{encoded}={second}"):
        assert served.client.get(doubled).status_code == 400


@pytest.mark.parametrize("name", NAMES)
def test_a_parameter_of_over_200_characters_is_refused_as_incomplete_and_one_of_200_as_wrong(served: Served, name: str):
    for length, status in ((201, 400), (200, 403)):
        url = spelled(f"/unduh/{HERE}", parameters(a_link(), **{name: "a" * length}))
        assert served.client.get(url).status_code == status


@pytest.mark.parametrize("more", ["&x=" + "a" * 5_000, "&x=1" * 100, "&k" * 5_000])
def test_an_oversized_query_is_refused(served: Served, more: str):
    assert served.client.get(address(a_link()) + more).status_code == 400


def test_every_incomplete_link_reads_the_same(served: Served):
    path, given = f"/unduh/{HERE}", parameters(a_link())
    incomplete = [path, address(a_link()) + "&k=ptk", address(a_link()) + "&x=1" * 100]
    incomplete += [spelled(path, {name: given[name] for name in given if name != one}) for one in given]
    incomplete += [spelled(path, {**given, one: "a" * 201}) for one in given]
    answers = [served.twins(url) for url in incomplete]
    assert answers == [answers[0]] * len(answers)


# ----------------------------------------------------------------------------------------------------------- 403


def resigned(**changed: str) -> str:
    """A link with something else in it, signed as it is: only its form can be wrong."""
    link = a_link()
    lines = {**parameters(link), "school": HERE, **changed}
    text = "\n".join(["akun-link/1", *(lines[name] for name in ("school", "k", "iat", "exp", "lid", "kid"))])
    mac = hmac.new(LINK_SECRETS.get(lines["kid"], b"?" * 32), text.encode(), hashlib.sha256).digest()
    given = {name: lines[name] for name in NAMES} | {"sig": urlsafe_b64encode(mac).rstrip(b"=").decode()}
    return spelled(f"/unduh/{quote(lines['school'])}", given)


def test_what_is_signed_by_hand_opens_if_nothing_is_wrong_with_it(served: Served):
    assert served.client.get(resigned()).status_code == 200
    assert served.client.get(resigned(kid="p2")).status_code == 200
    assert served.client.get(resigned(lid="A" * 64)).status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"k": ""}, {"k": "guru"}, {"k": "ptk,admin"}, {"k": "admin,admin"}, {"k": "admin,"}, {"k": "admin, ptk"},
        {"k": "ADMIN"}, {"k": "admin;ptk"}, {"k": "admin\nptk"},
        {"iat": ""}, {"iat": "162495360"}, {"iat": "0162495360"}, {"iat": "+162495360"}, {"iat": "16249536000"},
        {"iat": "1624953600.0"}, {"iat": "١٦٢٤٩٥٣٦٠٠"}, {"iat": "1_62495360"}, {"iat": "1624953600\n"},
        {"exp": ""}, {"exp": "9" * 11}, {"exp": "²" * 10}, {"exp": "1e9"}, {"exp": "-162495360"},
        {"exp": "1624953600"}, {"exp": "9999999999"},
        {"lid": ""}, {"lid": "a" * 15}, {"lid": "a" * 65}, {"lid": "a" * 16 + "/"}, {"lid": "a" * 16 + "."},
        {"lid": "a" * 16 + "\n"}, {"lid": "é" * 16}, {"lid": "a" * 16 + "\0"}, {"lid": "__" + "a" * 14 + "=="},
        {"kid": ""}, {"kid": "P1"}, {"kid": "p1\n"}, {"kid": "p" * 33}, {"kid": "p3"}, {"kid": "p_1"},
        {"school": HERE.upper()}, {"school": HERE.replace("-", "")}, {"school": f"{{{HERE}}}"}, {"school": HERE[:-1]},
        {"school": HERE + "\0"}, {"school": HERE + " "}, {"school": "１" + HERE[1:]},
    ],
    ids=lambda changed: ",".join(f"{name}={value!r}"[:24] for name, value in changed.items()),
)  # fmt: skip
def test_a_part_without_its_form_is_refused_like_a_forged_link(served: Served, forged: Seen, changed: dict[str, str]):
    assert served.twins(resigned(**changed)) == forged


def test_a_link_of_the_future_or_of_too_long_a_life_is_refused_like_a_forged_one(served: Served, forged: Seen):
    early, long = a_link(at=now() + 70), a_link(seconds=86_401)
    backwards, standing = a_link(seconds=-1), a_link(seconds=0)
    for link in (early, long, backwards, standing):
        assert served.twins(address(link)) == forged
    assert served.client.get(address(a_link(at=now() + 50))).status_code == 200
    assert served.client.get(address(a_link(seconds=86_400))).status_code == 200


@pytest.mark.parametrize("form", FILES)
def test_a_category_that_the_link_does_not_name_is_refused_like_a_forged_one(served: Served, forged: Seen, form: str):
    for method in ("GET", "POST"):
        assert served.twins(address(a_link("admin", "ptk"), f"/peserta_didik{form}"), method) == forged


def test_a_signature_for_another_right_school_or_key_is_refused_like_a_forged_one(served: Served, forged: Seen):
    link = a_link("ptk")
    text = "\n".join(["akun-link/2", HERE, "ptk", str(link.issued_at), str(link.expires_at), link.link_id, "p1"])
    right = urlsafe_b64encode(hmac.digest(LINK_SECRETS["p1"], text.encode(), "sha256")).rstrip(b"=").decode()
    elsewhere = sig(replace(link, sekolah_id=OTHER["sekolah_id"]))
    other_key = sig(replace(link, key_id="p2"))
    wider, longer = sig(replace(link, categories=("admin", "ptk"))), sig(replace(link, expires_at=now() + 3_600))
    for wrong in (right, elsewhere, other_key, wider, longer):
        assert served.twins(spelled(link.path, parameters(link, sig=wrong))) == forged
    stretched = [{"k": "admin,ptk"}, {"k": "admin,peserta_didik,ptk"}, {"exp": str(link.expires_at + 1)}, {"kid": "p2"}]
    for changed in stretched:
        assert served.twins(spelled(link.path, parameters(link, **changed))) == forged


@pytest.mark.parametrize("wrong", ["", "é" * 43, "\udcff", "A" * 200, "a b", "+/" * 21 + "=", "\0", "%", "💥"])
def test_a_signature_that_is_none_is_refused_like_a_forged_one(served: Served, forged: Seen, wrong: str):
    given = parameters(a_link(), sig="")
    url = spelled(f"/unduh/{HERE}", given) + quote(wrong, errors="surrogateescape")
    assert served.twins(url) == forged


def test_a_signature_is_compared_as_text_so_that_no_other_spelling_of_it_opens(served: Served, forged: Seen):
    link = a_link()
    good = sig(link)
    others = [good + "=", good + "==", good + " ", " " + good, good.swapcase(), good[:-1], good + "\n", good + "A"]
    others += [good[:-1] + letter for letter in string.ascii_letters + string.digits + "-_" if letter != good[-1]]
    for other in others:
        assert served.twins(spelled(link.path, parameters(link, sig=other))) == forged


def test_another_spelling_of_what_is_signed_is_refused_like_a_forged_link(served: Served, forged: Seen):
    link = a_link("admin", "ptk")
    arabic = str(link.issued_at).translate({ord(str(digit)): 0x660 + digit for digit in range(10)})
    spellings = [{"k": "ptk,admin"}, {"k": "admin,ptk,"}, {"k": "admin,admin,ptk"}, {"k": "admin,ptk,guru"}]
    spellings += [{"iat": arabic}, {"iat": f"0{link.issued_at}"}, {"exp": f" {link.expires_at}"}, {"kid": "P1"}]
    for changed in spellings:
        assert served.twins(spelled(link.path, parameters(link, **changed))) == forged, changed


def test_the_id_of_another_schools_link_is_refused_like_a_forged_one(served: Served, forged: Seen):
    link = a_link()
    assert served.client.get(address(link, "/ptk.csv")).status_code == 200
    stolen = replace(link, sekolah_id=OTHER["sekolah_id"])
    for way in ("", "/ptk.csv", "/pengecualian.csv"):
        assert served.twins(address(stolen, way)) == forged


def test_where_links_must_be_registered_others_are_refused_like_forged_ones(served: Served, forged: Seen):
    strict = Served(served.here, download(served.here, LINK_REGISTERED_ONLY="1"))
    used, known = a_link(), a_link("ptk")
    assert served.client.get(address(used, "/ptk.csv")).status_code == 200
    for way in WAYS:
        assert strict.twins(address(a_link(), way)) == forged
        assert strict.twins(address(used, way)) == forged
    served.here.plant("links", known.link_id, new_link(known, "operator-7"))
    assert strict.client.get(address(known, "/ptk.csv")).status_code == 200
    wider, longer = replace(known, categories=("admin", "ptk")), replace(known, expires_at=known.expires_at + 60)
    for grown in (wider, longer, replace(known, key_id="p2"), replace(known, issued_at=known.issued_at - 1)):
        assert strict.twins(address(grown, "/ptk.csv")) == forged


# ----------------------------------------------------------------------------------------------------- 404 to 410


def test_a_good_link_to_an_unknown_school_is_not_found(served: Served):
    link = a_link(sekolah_id=school("SMP TIDAK ADA")["sekolah_id"])
    assert [served.client.get(address(link, way)).status_code for way in WAYS] == [404] * len(WAYS)


@pytest.mark.parametrize("way", WAYS)
def test_an_expired_link_is_gone(served: Served, way: str):
    answers = served.twins(address(a_link(at=now() - 1_000, seconds=999), way))
    assert [status for status, _, _ in answers] == [410, 410]
    assert all("Tautan sudah tidak berlaku." in body.decode() for _, body, _ in answers)


@pytest.mark.parametrize("fraction", [0.0, 0.999999])
@pytest.mark.parametrize("way", WAYS)
def test_a_link_of_the_second_of_the_revocation_or_before_is_gone_and_one_of_the_next_second_is_not(
    served: Served, way: str, fraction: float
):
    at = now() - 20
    revoke(served.here, datetime.fromtimestamp(at, UTC) + timedelta(seconds=fraction))
    try:
        ages = [served.client.get(address(a_link(at=at + seconds), way)).status_code for seconds in (-1, 0, 1)]
    finally:
        revoke(served.here, datetime(2020, 1, 1, tzinfo=UTC))
    assert ages == [410, 410, 200]


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get"])
def test_another_method_is_refused_and_told_which_ones_there_are(served: Served, method: str):
    link = a_link()
    for way in WAYS:
        answer = served.client.open(address(link, way), method=method)
        if (method, way) == ("HEAD", "") or method == "get":  # werkzeug's client sends every method in capitals
            assert answer.status_code == 200
            continue
        assert answer.status_code == 405
        assert answer.headers["Allow"] == ("GET, POST" if way else "GET, HEAD")
    assert served.client.post(address(link)).status_code == 405
