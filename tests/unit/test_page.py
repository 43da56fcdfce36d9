"""The operator's page: what it tells, in which words, and that nothing of it runs or is fetched."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from shared.domain.accounts import Category
from shared.domain.handout import Counts, Remark, Row, Status
from shared.domain.links import Link
from shared.domain.policy import Campaign, Policy
from shared.handout import cards, csv_file, page, xlsx_file
from shared.policies import load
from shared.usecases.handout import File, Page
from tests.rosters import some_id

NOW = datetime(2021, 1, 4, 7, 0, tzinfo=UTC)
LAUNCH = load("launch_2020")
QUERY = "k=admin,peserta_didik,ptk&iat=1609743600&exp=1609744500&lid=aaaaaaaaaaaaaaaa&kid=p1&sig=x-_y"
SCHOOL = {"npsn": "20106343", "nama": "SMP NEGERI 241", "bentuk_pendidikan_id": 6, "kode_wilayah": "010101"}
LINK = Link(
    sekolah_id=some_id("school"),
    categories=("admin", "peserta_didik", "ptk"),
    issued_at=int(NOW.timestamp()),
    expires_at=int(NOW.timestamp()) + 900,
    link_id="a" * 16,
    key_id="p1",
)
ENGLISH = re.compile(
    r"\b(account|back|browser|card|click|download|email|error|expired|file|home|invalid|link|login|log in|logout|name|"
    r"online|page|portal|print|reload|reset|school|sheet|sign|spreadsheet|submit|upload|username|website)\b",
    re.IGNORECASE,
)
BLOCKS = re.compile(r"</?(?:p|li|h1|h2|dt|dd|div|section|button|a|title|summary|span class=\"(?:sum|task)\")\b[^>]*>")


def counts(category: Category, **by: int) -> Counts:
    return Counts(category, {status: by.get(status.value, 0) for status in Status})


def facts(**changed: object) -> Page:
    given = Page(
        link=LINK,
        school=SCHOOL,
        requested_by="operator-7",
        counts=[
            counts("admin", unused=1, active=1),
            counts("peserta_didik", unused=1204, active=96, suspended=12, preparing=3),
            counts("ptk", unused=8, active=22, elsewhere=1),
        ],
        uses_left={"admin": 5, "peserta_didik": 4, "ptk": 0},
        refused=Counter(grade_missing=14, staff_not_eligible=6, form_grade_mismatch=2, jenis_ptk_missing=1),
        now=NOW,
    )
    return replace(given, **changed)  # type: ignore[arg-type]


def html(policy: Policy = LAUNCH, help_contact: str = "pusatinformasi.belajar.id", **changed: object) -> str:
    return page.render(facts(**changed), QUERY, policy, help_contact).decode()


def words(text: str) -> str:
    body = text.partition("<body>")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def said(**changed: object) -> str:
    return words(html(**changed))  # type: ignore[arg-type]


def section(text: str, heading: str) -> str:
    return words("<body>" + text.partition(f'<section aria-labelledby="{heading}">')[2].partition("</section>")[0])


def with_campaigns(*campaigns: Campaign) -> Policy:
    return replace(LAUNCH, campaigns=campaigns)


def campaign(until: datetime | None = None, days: int | None = None, **changed: object) -> Campaign:
    given = Campaign(
        id="c", realms=("*",), legal_basis="-", max_share=0.2, never_accessed_by=until, never_accessed_for_days=days
    )
    return replace(given, **changed)  # type: ignore[arg-type]


def test_it_names_the_school_and_what_the_link_is_for() -> None:
    told = said()
    assert "SMP NEGERI 241 NPSN 20106343 · DKI Jakarta" in told
    assert "Tautan ini untuk Peserta Didik, PTK, Admin" in told
    assert "Berlaku sampai 4 Januari 2021, 14.15 WIB" in told
    assert "Diminta oleh operator-7" in told


@pytest.mark.parametrize(("code", "time"), [("150101", "15.15 WITA"), ("250101", "16.15 WIT"), (None, "14.15 WIB")])
def test_times_are_those_of_the_schools_clock(code: str | None, time: str) -> None:
    assert f"4 Januari 2021, {time}" in said(school={**SCHOOL, "kode_wilayah": code})


def test_groups_come_in_one_order_whatever_the_link_says_first() -> None:
    assert re.findall(r'<section aria-labelledby="(\w+)">', html()) == [
        "peserta_didik", "ptk", "admin", "belum", "batas",
    ]  # fmt: skip


def test_a_group_tells_its_counts_by_status() -> None:
    told = section(html(), "peserta_didik")
    assert told.startswith("Peserta Didik 1.315 akun")
    assert "perlu dibagikan 1.204 sudah aktif 96 ditangguhkan 12 sedang disiapkan 3" in told


def test_a_status_that_is_rare_is_told_only_where_there_is_one() -> None:
    assert "dikelola sekolah lain 1" in section(html(), "ptk")
    assert "dikelola" not in section(html(), "admin")
    assert "ditangguhkan 0" in section(html(), "admin")


def test_the_bar_is_drawn_to_scale() -> None:
    bar = html().partition('<div class="bar"')[2].partition("</div>")[0]
    assert re.findall(r'class="(\w+)" style="flex-grow:(\d+)"', bar) == [
        ("unused", "1204"), ("active", "96"), ("suspended", "12"), ("preparing", "3"),
    ]  # fmt: skip


def test_each_button_sends_the_whole_link_and_says_its_group_and_form() -> None:
    text = html()
    forms = re.findall(r'<form method="post" action="([^"]*)"><button[^>]*>(.*?)</button></form>', text)
    wanted = [
        (f"{LINK.path}/{category}{ending}?{QUERY}", f"{label} {name}")
        for category, name in (("peserta_didik", "Peserta Didik"), ("admin", "Admin"))
        for ending, label in (("/kartu", "Cetak kartu"), (".xlsx", "Unduh XLSX"), (".csv", "Unduh CSV"))
    ]
    assert [(unescape(action), re.sub(r"<[^>]*>", "", label)) for action, label in forms] == wanted
    assert all(action.count("&amp;") == 5 == action.count("&") for action, _ in forms)


def test_cards_are_told_by_whom_there_is_one_for_and_files_by_all_rows() -> None:
    told = section(html(), "peserta_didik")
    assert "Halaman cetak A4, 1.204 kartu, sekitar" in told
    assert "XLSX untuk Excel, 1.315 baris, sekitar" in told
    assert "CSV untuk aplikasi lain, 1.315 baris, sekitar" in told


def test_uses_left_are_told_and_a_group_used_up_has_words_instead_of_buttons() -> None:
    text = html()
    assert "Sisa jatah: 4 unduhan ." in section(text, "peserta_didik")
    assert section(text, "ptk").endswith("Jatah unduhan habis. Minta tautan baru di laman sekolah.")
    assert f"{LINK.path}/ptk" not in text


def test_no_card_is_offered_where_nobody_is_to_get_one() -> None:
    text = html(counts=[counts("ptk", active=3)], uses_left={"ptk": 5})
    assert "Tidak ada kartu untuk dicetak." in section(text, "ptk")
    assert "/ptk/kartu" not in text
    assert "/ptk.xlsx" in text


def test_it_tells_who_has_no_account_by_the_two_commonest_reasons() -> None:
    told = section(html(), "belum")
    assert told.startswith("Belum punya akun 23 orang Kelas belum tercatat. 14 orang Masukkan ke rombongan belajar")
    assert "Hanya guru, kepala sekolah, dan operator yang menerima akun. 6 orang" in told
    assert "Kelas tidak cocok" not in told
    assert "Alasan lain. 3 orang" in told
    assert "CSV, 23 baris, sekitar 4 kB" in told
    assert f'href="{LINK.path}/pengecualian.csv?{QUERY.replace("&", "&amp;")}"' in html()


def test_it_says_so_if_everybody_has_an_account() -> None:
    told = section(html(refused=Counter()), "belum")
    assert told == "Belum punya akun 0 orang Tidak ada orang tanpa akun."
    assert "pengecualian" not in html(refused=Counter())


def test_a_school_with_nobody_yet_reads_well() -> None:
    nobody = [counts(category) for category in LINK.categories]
    text = html(counts=nobody, refused=Counter())
    assert "Belum ada akun untuk diunduh Akun dibuat dari data Dapodik." in words(text)
    assert "<button" not in text
    assert "Perhatian." not in words(text)
    assert "Belum punya akun" not in words(text)
    assert "Belum punya akun 2 orang" in said(counts=nobody, refused=Counter(grade_missing=2))


def test_a_group_with_nobody_beside_others_offers_nothing() -> None:
    text = html(counts=[counts("admin"), counts("peserta_didik", unused=1)])
    assert section(text, "admin") == "Admin 0 akun Belum ada akun di kelompok ini."
    assert f"{LINK.path}/admin" not in text


def test_it_says_how_to_hand_out_and_how_to_sign_in() -> None:
    told = said()
    for part in (
        "Jangan unggah ke grup percakapan",
        "secara pribadi",
        "Hapus berkas",
        "mail.google.com",
        "setujui ketentuan",
        "paling sedikit 8 karakter. Pakai huruf besar, huruf kecil, dan angka.",
        "Hubungi pusatinformasi.belajar.id.",
    ):
        assert part in told


def test_the_nearest_deadline_ahead_is_told_with_the_days_left() -> None:
    near, far, past = (NOW + timedelta(days=days) for days in (10, 20, -1))
    told = said(policy=with_campaigns(campaign(far), campaign(near), campaign(past)))
    assert "14 Januari 2021, 14.00 WIB 10 hari lagi Akun yang belum dibuka sampai saat itu akan ditangguhkan." in told
    assert "sudah lewat" not in told


def test_the_launch_policys_deadline_is_told_with_whom_it_is_for() -> None:
    told = section(html(), "batas")
    assert "30 Juni 2021, 23.59 WIB 177 hari lagi" in told
    assert "Batas ini untuk akun yang dibuat sebelum 1 Juni 2021." in told


def test_of_deadlines_past_the_last_is_told() -> None:
    older, last = (datetime(2021, month, 1, tzinfo=UTC) for month in (2, 3))
    told = section(html(with_campaigns(campaign(last), campaign(older)), now=datetime(2021, 7, 1, tzinfo=UTC)), "batas")
    assert told.endswith("Batas waktu 1 Maret 2021, 07.00 WIB sudah lewat. Akun yang belum dibuka dapat ditangguhkan.")


def test_a_rolling_deadline_is_told_in_days() -> None:
    told = said(policy=with_campaigns(campaign(days=120), campaign(days=90)))
    assert "Akun yang tidak dibuka dalam 90 hari akan ditangguhkan." in told


def test_a_deadline_of_other_realms_is_not_the_schools() -> None:
    none = "Saat ini tidak ada batas waktu untuk membuka akun."
    ahead = NOW + timedelta(days=10)
    assert none in said(policy=with_campaigns())
    assert none in said(policy=with_campaigns(campaign(ahead, realms=("sma", "guru.sma"))))
    assert none not in said(policy=with_campaigns(campaign(ahead, realms=("sma", "smp"))))
    other = facts(link=replace(LINK, categories=("ptk",)), counts=[counts("ptk", unused=1)])
    text = page.render(other, QUERY, with_campaigns(campaign(ahead, realms=("smp",))), "x").decode()
    assert none in words(text)


def test_what_people_typed_is_text_and_nothing_else() -> None:
    evil = "</title><script>alert(1)</script>\" ' &"
    text = html(school={**SCHOOL, "nama": evil}, requested_by=evil, help_contact=evil)
    assert "<script" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4


def test_a_school_without_name_number_or_region_has_a_page_too() -> None:
    text = html(school={**SCHOOL, "nama": None, "npsn": None, "kode_wilayah": None}, requested_by="")
    assert "Satuan pendidikan Anda NPSN belum ada Tautan" in words(text)
    assert "Diminta oleh tidak tercatat" in words(text)


def test_nothing_runs_and_nothing_is_fetched() -> None:
    text = html()
    assert '<html lang="id">' in text
    assert not re.search(r"<(script|img|iframe|object|embed|audio|video)\b|\son\w+=|@import|url\(|https?:", text)
    assert re.findall(r'<link [^>]*href="([^"]*)"', text) == ["data:,"]
    assert len(text.encode()) <= 30_000


def sentences(text: str) -> list[str]:
    blocks = BLOCKS.sub("\n\n", text.partition("<body>")[2])
    plain = (" ".join(unescape(re.sub(r"<[^>]*>", "", block)).split()) for block in blocks.split("\n\n"))
    return [sentence for block in plain for sentence in re.split(r"(?<=[.?!:])\s+", block) if sentence]


def test_sentences_have_at_most_fifteen_words_and_no_english() -> None:
    past = datetime(2021, 7, 1, tzinfo=UTC)
    rolling = with_campaigns(campaign(days=90))
    nobody = html(counts=[counts("ptk")], refused=Counter())
    for text in (html(), html(now=past), html(policy=rolling), html(policy=with_campaigns()), nobody):
        found = sentences(text)
        assert len(found) > 10
        assert [sentence for sentence in found if len(re.findall(r"[^\W_][\w.-]*", sentence)) > 15] == []
        assert [sentence for sentence in found if ENGLISH.search(sentence)] == []


def rows(status: Status, remark: Remark, number: int) -> list[Row]:
    password = "Kmtw-rqhn-4729" if status is Status.UNUSED else ""
    return [
        Row(
            account_id=str(n),
            nama="SITI NUR AMINAH" if n % 2 else "BUDI",
            nisn_nuptk=f"01012{n:05}",
            kelas="VII B",
            id_pengguna=f"sitinuraminah{n}@smp.belajar.id",
            password=password,
            generation=1 if password else 0,
            status=status,
            remark=remark,
            date=None,
            school="SMP NEGERI 241",
        )
        for n in range(number)
    ]


@pytest.mark.parametrize("number", [1, 30, 1000])
@pytest.mark.parametrize("status", list(Status))
def test_the_size_told_is_near_the_real_files(status: Status, number: int) -> None:
    remark = {
        Status.UNUSED: Remark.HAND_OUT,
        Status.ACTIVE: Remark.IN_USE,
        Status.SUSPENDED: Remark.DORMANT,
        Status.PREPARING: Remark.SOON,
        Status.ELSEWHERE: Remark.ELSEWHERE,
    }[status]
    part = rows(status, remark, number)
    file = File(
        link=LINK,
        school=SCHOOL,
        category="peserta_didik",
        number="ABCDEFGH-1",
        is_repeat=False,
        now=NOW,
        rows=iter([]),
    )
    real = {
        "csv": csv_file.of_rows([part]),
        "xlsx": xlsx_file.of_rows([part], file),
        **({"kartu": cards.of_rows([part], file)} if status is Status.UNUSED else {}),
    }
    for form, body in real.items():
        alone, each = page.WEIGHTS[form]
        ratio = (alone + each * number) / sum(map(len, body))
        assert 1 / 1.6 < ratio < 1.6, (form, ratio)
