"""What is said where a link does not open: one text for each kind, whatever was wrong."""

import json
from collections.abc import Mapping
from typing import Final

from shared.handout import look

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "incomplete": ("Tautan tidak lengkap.", "Salin seluruh tautan, atau minta tautan baru di laman sekolah."),
    "refused": ("Tautan tidak dapat dipakai.", "Minta tautan baru di laman sekolah."),
    "unknown": ("Halaman tidak ditemukan.", "Periksa tautan, atau minta tautan baru di laman sekolah."),
    "method": ("Cara membuka tautan ini tidak dikenal.", "Buka tautan di peramban."),
    "gone": ("Tautan sudah tidak berlaku.", "Minta tautan baru di laman sekolah."),
    "later": ("Layanan sedang sibuk.", "Coba lagi beberapa menit lagi. Tautan Anda tetap berlaku."),
}


def problem(kind: str, status: int) -> str:
    """Give the refusal for a program: RFC 9457."""
    title, detail = TEXTS[kind]
    return json.dumps({"type": "about:blank", "title": title, "detail": detail, "status": status}, ensure_ascii=False)


def page(kind: str) -> str:
    """Give the refusal for a person: the same bytes for the same kind."""
    title, detail = TEXTS[kind]
    return (
        f"{look.head(title.rstrip('.'), look.BASE)}<body>\n<main>\n"
        f'<p class="brand">{look.MARK}Akun Pembelajaran</p>\n<section>\n<h1>{title}</h1>\n'
        f'<p class="what">{detail}</p>\n</section>\n</main>\n</body>\n</html>\n'
    )
