"""The operator's page: what it tells of a school, its accounts and the deadline."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from shared.handout import page
from tests.unit.page_facts import (
    LINK,
    NOW,
    QUERY,
    SCHOOL,
    campaign,
    counts,
    facts,
    html,
    said,
    section,
    with_campaigns,
    words,
)


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


@pytest.mark.parametrize("code", ["010101", "150101", "250101"])
def test_the_deadline_is_told_in_jakartas_time_as_it_was_announced(code: str):
    told = words(html(school={**SCHOOL, "kode_wilayah": code}))
    assert "30 Juni 2021, 23.59 WIB" in told
