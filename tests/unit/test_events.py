import json
import unicodedata
from datetime import UTC, date, datetime

import pytest

from shared import events
from shared.domain.roster import Membership, Person, Sekolah
from shared.errors import PermanentError
from tests.unit.event_samples import EXAMPLES, NOW, PUPIL, M, S, edited, encoded, parsed, read_at, without

GOOD = sorted((EXAMPLES / "good").glob("*.json"))
P = ("person",)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_every_good_example_is_understood(path):
    raw = json.loads(path.read_bytes())
    change = events.parse(path.read_bytes(), now=NOW)
    assert change.event_id == raw["event_id"].lower()
    assert len(change.person.memberships) == len(raw["person"]["memberships"])


def test_an_event_becomes_the_domains_types():
    change = parsed(PUPIL)
    assert change.revision == 1609743175123456
    assert change.occurred_at == datetime(2021, 1, 4, 7, 12, 55, tzinfo=UTC)
    assert change.person == Person(
        person_id="7d3c1f0a-52b6-4e8d-9a41-000000000201",
        kind="peserta_didik",
        nama="SITI AMINAH",
        nisn="0081234567",
        memberships=(
            Membership(
                membership_id="7d3c1f0a-52b6-4e8d-9a41-000000000301",
                sekolah=Sekolah(
                    sekolah_id="7d3c1f0a-52b6-4e8d-9a41-000000000502",
                    npsn="90100002",
                    nama="SMP NEGERI CONTOH 2",
                    bentuk_pendidikan_id=6,
                    kode_wilayah="010102",
                ),
                tingkat_pendidikan_id=7,
                rombel="VII B",
                induk=True,
            ),
        ),
    )


def test_the_content_hash_is_marked_and_never_changes_for_the_same_normaliser():
    assert parsed(PUPIL).content_hash == "1:716c88d4d2b69c309a9059ef67da2c712ba375df92ddf2cfe52e388705bfb481"


TRAPS = [
    # texts
    ((*P, "nama"), "\t SITI\u00a0\u2003AMINAH \r\n", "SITI AMINAH"),
    ((*P, "nama"), "SITI\x00\x07AMINAH\x9f", "SITI AMINAH"),
    ((*P, "nama"), "SITI\u2028AMINAH\u3164", "SITI AMINAH"),
    ((*P, "nama"), "\ufeffSI\u200bTI \u200e AMI\u00adNAH\u202c", "SITI AMINAH"),
    ((*P, "nama"), unicodedata.normalize("NFD", "Çağrı José"), "Çağrı José"),
    ((*P, "nama"), "e\u200b\u0301", "é"),
    ((*P, "nama"), "N", "N"),
    ((*P, "nama"), "Nur'aini binti `Abd.` (Ani)", "Nur'aini binti `Abd.` (Ani)"),
    ((*P, "nama"), "ع", "ع"),
    ((*P, "nama"), " x " + "y" * 298 + "  ", "x " + "y" * 298),
    ((*M, "rombel"), "", None),
    ((*M, "rombel"), " \t ", None),
    ((*M, "rombel"), "NULL", None),
    ((*M, "rombel"), 7, "7"),
    ((*S, "nama"), "null", None),
    # codes
    ((*S, "bentuk_pendidikan_id"), "6", 6),
    ((*S, "bentuk_pendidikan_id"), "06", 6),
    ((*S, "bentuk_pendidikan_id"), " 6\t", 6),
    ((*S, "bentuk_pendidikan_id"), "6.0", 6),
    ((*S, "bentuk_pendidikan_id"), 6.0, 6),
    ((*S, "bentuk_pendidikan_id"), 0, 0),
    ((*S, "bentuk_pendidikan_id"), "000", 0),
    ((*S, "bentuk_pendidikan_id"), 999_999, 999_999),
    ((*M, "tingkat_pendidikan_id"), "10", 10),
    ((*M, "tingkat_pendidikan_id"), "null", None),
    ((*M, "tingkat_pendidikan_id"), "", None),
    ((*M, "jenis_ptk_id"), "20", 20),
    ((*M, "jabatan_ptk_id"), None, ()),
    ((*M, "jabatan_ptk_id"), "null", ()),
    ((*M, "jabatan_ptk_id"), 2, (2,)),
    ((*M, "jabatan_ptk_id"), " 02", (2,)),
    ((*M, "jabatan_ptk_id"), [153, "2", None, "", 2], (2, 153)),
    (("revision",), "1609743175123456", 1609743175123456),
    (("revision",), 1609743175123456.0, 1609743175123456),
    # flags
    *(((*M, "induk"), value, True) for value in (True, 1, "1", " true ", "TRUE", "Ya", 1.0)),
    *(((*M, "induk"), value, False) for value in (False, 0, "0", "false", "tidak", None, "", "null")),
    ((*P, "deleted"), "1", True),
    # leaving
    *(((*M, "jenis_keluar_id"), value, None) for value in (None, "", " ", "null")),
    *(((*M, "jenis_keluar_id"), value, "1") for value in (1, "1", " 1 ", "01", 1.0)),
    *(((*M, "jenis_keluar_id"), value, "Z") for value in ("Z", "z", " z\t")),
    ((*M, "jenis_keluar_id"), 7, "7"),
    *(
        ((*M, "tanggal_keluar"), value, date(2021, 6, 30))
        for value in ("2021-06-30", " 2021-06-30 ", "2021-06-30T00:00:00Z", "2021-06-30 00:00:00.0")
    ),
    ((*M, "tanggal_keluar"), "2021-06-30T23:30:00-07:00", date(2021, 6, 30)),
    ((*M, "tanggal_keluar"), "null", None),
    # times
    (("occurred_at",), "2021-01-04T14:12:55+07:00", datetime(2021, 1, 4, 7, 12, 55, tzinfo=UTC)),
    (("occurred_at",), "2021-01-04t07:12:55.123456789z", datetime(2021, 1, 4, 7, 12, 55, 123456, tzinfo=UTC)),
    (("occurred_at",), "", None),
    # numbers that are texts
    *(((*P, "nisn"), value, "0101234567") for value in ("0101234567", " 0101234567 ", "101234567", 101234567)),
    ((*P, "nisn"), 81234567, "0081234567"),
    ((*P, "nisn"), 81234567.0, "0081234567"),
    *(((*P, "nisn"), value, None) for value in ("", "0", "-", "null", 0, "0000000000", "1234", "01012345678", 10**400)),
    ((*P, "nisn"), "3171234567890001", None),
    ((*P, "nisn"), "०१०१२३४५६७", None),
    ((*P, "nuptk"), 435763665200003, "0435763665200003"),
    ((*P, "nuptk"), "0435763665200003", "0435763665200003"),
    ((*P, "nuptk"), "196512311990031001", None),
    ((*S, "npsn"), "np123456", "NP123456"),
    ((*S, "npsn"), 20106343, "20106343"),
    ((*S, "npsn"), "2010634", None),
    ((*S, "kode_wilayah"), "020500  ", "020500"),
    ((*S, "kode_wilayah"), 20500, "020500"),
    ((*S, "kode_wilayah"), "02050012", "02050012"),
    ((*S, "kode_wilayah"), "Prov.", None),
]


@pytest.mark.parametrize(("path", "sent", "read"), TRAPS)
def test_a_tolerated_form_is_put_right(path, sent, read):
    assert read_at(parsed(edited(path, sent)), path) == read


IDS = [("event_id",), (*P, "person_id"), (*M, "membership_id"), (*S, "sekolah_id")]


@pytest.mark.parametrize("sent", ["R-17", "17", "registrasi:2020.1", " R-17\n"])
def test_a_membership_may_have_an_id_of_another_form_than_a_uuid(sent):
    assert parsed(edited((*M, "membership_id"), sent)).person.memberships[0].membership_id == sent.strip()


@pytest.mark.parametrize(
    "sent", ["3171234567890001", "2008-07-01", "SITI AMINAH", "x" * 65, "00000000-0000-0000-0000-000000000000", 17]
)
def test_what_identifies_a_person_or_nothing_is_no_id_of_a_membership(sent):
    with pytest.raises(PermanentError, match="id_invalid"):
        parsed(edited((*M, "membership_id"), sent))


@pytest.mark.parametrize("path", IDS)
@pytest.mark.parametrize(
    "sent",
    [
        "7D3C1F0A-52B6-4E8D-9A41-0000000000AB",
        "  7d3c1f0a-52b6-4e8d-9a41-0000000000ab\n",
        "{7D3C1F0A-52B6-4E8D-9A41-0000000000AB}",
        "7d3c1f0a52b64e8d9a410000000000ab",
    ],
)
def test_a_uuid_in_any_form_is_read_in_one(path, sent):
    assert read_at(parsed(edited(path, sent)), path) == "7d3c1f0a-52b6-4e8d-9a41-0000000000ab"


@pytest.mark.parametrize(
    "path",
    [
        ("occurred_at",),
        *((*P, name) for name in ("nisn", "nuptk", "deleted")),
        *((*M, name) for name in ("tingkat_pendidikan_id", "rombel", "jenis_ptk_id", "jabatan_ptk_id", "operator")),
        *((*M, name) for name in ("induk", "jenis_keluar_id", "tanggal_keluar")),
        *((*S, name) for name in ("npsn", "nama", "kode_wilayah")),
    ],
)
def test_an_optional_field_may_be_null_or_absent(path):
    assert parsed(without(path)) == parsed(edited(path, None))


def test_memberships_are_sorted_and_may_be_none_or_fifty():
    one = PUPIL["person"]["memberships"][0]
    many = [{**one, "membership_id": f"7d3c1f0a-52b6-4e8d-9a41-{n:012x}"} for n in range(50, 0, -1)]
    read = parsed(edited((*P, "memberships"), many)).person.memberships
    assert [membership.membership_id[-2:] for membership in read] == [f"{n:02x}" for n in range(1, 51)]
    assert parsed(edited((*P, "memberships"), [])).person.memberships == ()


def test_unknown_fields_are_dropped_at_every_level():
    event = edited((*S, "alamat"), "Jalan")
    event = edited((*M, "nipd"), {"a": [1]}, event)
    event = edited((*P, "agama_id"), 1, event)
    assert parsed(edited(("extra",), [], event)) == parsed(PUPIL)


def test_a_revision_may_be_up_to_a_day_ahead_of_now():
    now = datetime(2021, 1, 4, tzinfo=UTC)
    limit = int(datetime(2021, 1, 5, tzinfo=UTC).timestamp()) * 1_000_000
    assert events.parse(encoded(edited(("revision",), limit)), now=now).revision == limit
    with pytest.raises(PermanentError) as caught:
        events.parse(encoded(edited(("revision",), limit + 1)), now=now)
    assert (caught.value.code, caught.value.field) == ("revision_in_future", "revision")


def test_the_same_content_has_the_same_hash_however_it_was_sent():
    untidy = (EXAMPLES / "good" / "untidy-but-understood.json").read_bytes()
    assert events.parse(untidy, now=NOW).content_hash == parsed(PUPIL).content_hash


def test_event_id_time_and_revision_are_no_content():
    other = {**PUPIL, "event_id": "7d3c1f0a-52b6-4e8d-9a41-00000000ffff", "occurred_at": None, "revision": 1}
    assert parsed(other).content_hash == parsed(PUPIL).content_hash


def test_reordered_memberships_have_the_same_hash():
    event = json.loads((EXAMPLES / "good" / "pupil-who-moved-up.json").read_bytes())
    turned = edited((*P, "memberships"), event["person"]["memberships"][::-1], event)
    assert parsed(turned).content_hash == parsed(event).content_hash


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*P, "person_id"), "7d3c1f0a-52b6-4e8d-9a41-0000000000ab"),
        ((*P, "kind"), "ptk"),
        ((*P, "nama"), "Siti Aminah"),
        ((*P, "nisn"), None),
        ((*P, "nuptk"), "0435763665200003"),
        ((*P, "deleted"), True),
        ((*P, "memberships"), []),
        ((*M, "membership_id"), "7d3c1f0a-52b6-4e8d-9a41-0000000000ab"),
        ((*M, "tingkat_pendidikan_id"), 8),
        ((*M, "rombel"), "VII C"),
        ((*M, "jenis_ptk_id"), 20),
        ((*M, "jabatan_ptk_id"), [2]),
        ((*M, "operator"), True),
        ((*M, "induk"), False),
        ((*M, "jenis_keluar_id"), "1"),
        ((*M, "tanggal_keluar"), "2021-06-30"),
        ((*S, "sekolah_id"), "7d3c1f0a-52b6-4e8d-9a41-0000000000ab"),
        ((*S, "npsn"), "90100003"),
        ((*S, "nama"), "SMP N 1"),
        ((*S, "bentuk_pendidikan_id"), 5),
        ((*S, "kode_wilayah"), "010103"),
    ],
)
def test_any_other_content_has_another_hash(path, value):
    assert parsed(edited(path, value)).content_hash != parsed(PUPIL).content_hash
