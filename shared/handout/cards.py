"""Printable cards: one for each person with a password to hand out, eight to a sheet of A4, each class apart."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

from shared.domain.handout import Row
from shared.handout import phrases, qr, regions
from shared.handout.cards_style import STYLE
from shared.usecases.handout import File

ON_A_SHEET: Final = 8
_LONG_NAME: Final = 30  # letters; longer ones are set smaller, so that three lines hold what people are called
_AT_ONCE: Final = 500  # lines sent at a time
_PUPILS: Final = "peserta_didik"

_STEPS: Final = (
    "<ol><li>Buka <b>mail.google.com</b>.<li>Masuk dengan nama akun dan kata sandi ini, lalu setujui ketentuan."
    "<li>Buat kata sandi baru: minimal 8 karakter, ada huruf besar, huruf kecil, dan angka.</ol>"
)
_QR: Final = '<svg aria-hidden="true"><use href="#q"/></svg>'
_SYMBOL: Final = (
    f'<svg width="0" height="0" style="position:absolute" aria-hidden="true"><symbol id="q" viewBox="0 0 {qr.SIZE}'
    f' {qr.SIZE}"><path stroke="#000" d="{qr.PATH}"/></symbol></svg>'
)


def of_rows(parts: Iterable[Sequence[Row]], file: File) -> Iterator[bytes]:
    """Give the page of cards, a part at a time; rows have to come sorted by class."""
    cards = _Cards(file)
    yield cards.head()
    for part in parts:
        yield b"".join(piece for row in part for piece in cards.of_row(row))
    yield from cards.end()


class _Cards:
    """What has been written so far; of a class only the lines of those without a card are kept, until it ends."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._group = phrases.CATEGORIES[file.category]
        self._zone = regions.of(file.school.get("kode_wilayah")).zone
        self._school = escape(file.school.get("nama") or file.school.get("npsn") or "")
        self._number = escape(file.number)
        self._footer = f'<p class="f">Berkas {self._number} - {phrases.day(file.now, self._zone)}</p>'
        self._kelas: str | None = None
        self._cards = self._without = 0
        self._cards_of_class = 0
        self._lines: list[bytes] = []

    def head(self) -> bytes:
        """Give what comes before the first card: the bar on the screen says how to print and to hand out."""
        return (
            '<!doctype html><html lang="id"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f"<title>Kartu {self._group} - {self._school} - {self._number}</title><style>{STYLE}</style></head><body>"
            f'{_SYMBOL}<header class="bar"><h1>Kartu Akun Pembelajaran {self._group}</h1>'
            f"<p>{self._school}. Berkas {self._number}, {phrases.minute(self._file.now, self._zone)}.</p><ul>"
            "<li>Cetak dengan Ctrl+P, atau dari menu peramban di ponsel. Kertas A4, skala 100%."
            "<li>Potong di garis putus-putus. <b>Bagikan setiap kartu secara pribadi kepada pemiliknya.</b>"
            "<li>Jangan unggah halaman ini ke grup atau Drive bersama. Hapus berkasnya setelah dicetak."
            "<li>Halaman ini lengkap jika jumlah kartu tertulis di bagian akhir.</ul></header><main>"
        ).encode()

    def of_row(self, row: Row) -> Iterator[bytes]:
        """Give a person's card; who has none gets a line when the class ends."""
        if row.kelas != self._kelas:
            yield from self._end_of_class()
            self._kelas = row.kelas
        if not row.password:
            self._lines.append(_line(row).encode())
            return
        if self._cards_of_class % ON_A_SHEET == 0:
            yield self._sheet().encode()
        self._cards_of_class += 1
        yield self._card(row).encode()

    def end(self) -> Iterator[bytes]:
        """Give the end of the last class, and how many cards there were: known only here."""
        yield from self._end_of_class()
        told = f"{phrases.number(self._cards)} kartu"
        if self._without:
            told += f" dan {phrases.number(self._without)} orang tanpa kartu"
        if not self._cards and not self._without:
            told = "Belum ada akun di kelompok ini"
        yield (
            f'</main><footer class="bar"><p><b>{told}.</b> Kartu hanya untuk akun yang belum diaktifkan.'
            " Simpan sisa kartu di tempat terkunci, lalu musnahkan.</p></footer></body></html>"
        ).encode()

    def _sheet(self) -> str:
        """Open a sheet of paper; the class is told on each, for who sorts the stack."""
        begun = self._cards_of_class // ON_A_SHEET
        before = "</div>" if begun else '<section class="c">'
        more = f", lembar {begun + 1}" if begun else ""
        about = f"{self._school} - {self._group}" if self._kelas else self._school
        return f'{before}<div class="s"><h2><b>{self._title()}{more}</b><span>{about}</span></h2>'

    def _title(self) -> str:
        if not self._kelas:
            return "Belum ada kelas" if self._file.category == _PUPILS else self._group
        return escape(self._kelas if self._kelas.lower().startswith("kelas") else f"Kelas {self._kelas}")

    def _end_of_class(self) -> Iterator[bytes]:
        if self._cards_of_class:
            yield b"</div>"
        elif self._lines:
            yield b'<section class="l">'
        if self._lines:
            yield (
                f'<table><thead><tr><th scope="col">{self._title()}: tanpa kartu'
                '<th scope="col">Status dan keterangan<tbody>'
            ).encode()
            for start in range(0, len(self._lines), _AT_ONCE):
                yield b"".join(self._lines[start : start + _AT_ONCE])
            yield b'<tfoot><tr><td colspan="2"></table>'
        if self._cards_of_class or self._lines:
            yield b"</section>"
        self._cards += self._cards_of_class
        self._without += len(self._lines)
        self._cards_of_class, self._lines = 0, []

    def _card(self, row: Row) -> str:
        about = self._title() if row.kelas or self._file.category != _PUPILS else ""
        number = ""
        if self._file.category == _PUPILS and row.nisn_nuptk:
            number = f"<span>{' · ' if about else ''}NISN …{escape(row.nisn_nuptk[-4:])}</span>"
        size = ' class="m"' if len(row.nama) > _LONG_NAME else ""
        return (
            f'<article{size}><h3>{escape(row.nama)}</h3><p class="w"><b>{about}</b>{number}</p>'
            f"<dl><dt>Nama akun (user ID)<dd>{_address(row)}"
            f'<dt>Kata sandi awal (password), tanda hubung ikut diketik<dd class="p">{escape(row.password)}</dl>'
            f'<div class="b"><div>{_STEPS}{self._footer}</div>{_QR}</div></article>'
        )


def _address(row: Row) -> str:
    """Give a user ID that may be broken after its "@" and nowhere else."""
    local, at, domain = escape(row.id_pengguna).partition("@")
    return f"<span>{local}{at}</span><wbr><span>{domain}</span>"


def _line(row: Row) -> str:
    address = f'<div class="u">{_address(row)}</div>' if row.id_pengguna else ""
    status = phrases.status(row)
    told = escape(f"{status[0].upper()}{status[1:]}. {phrases.remark(row)}")
    return f"<tr><td>{escape(row.nama)}{address}<td>{told}"
