"""Write the published test vectors of signed links, from `shared/domain/links.py`.

Run it from the root of the project: `python -m docs.link_vectors`. The values are frozen: a change of what is signed
is a new first line of the message, never a new value there.
"""

import base64
import json
from pathlib import Path
from typing import Any

from shared.domain.accounts import Category
from shared.domain.links import Link, message, signature

FILE = Path(__file__).with_name("link-vectors.json")
PUBLIC_URL = "https://akun.belajar.id"
KEYS = {"k1": bytes(range(32)), "2021-b": bytes(range(255, 191, -1))}
SCHOOL, OTHER = "0a1b2c3d-4e5f-4678-9a0b-c1d2e3f40516", "b7e0c9aa-11d2-43f4-8566-778899aabbcc"
LID = "Zk9-tWq3_0aBcDeFgHiJkLmN"
AT = 1_624_953_600  # 29 June 2021, 08:00 UTC

SETS: tuple[tuple[Category, ...], ...] = (
    ("admin",), ("peserta_didik",), ("ptk",), ("admin", "peserta_didik"), ("admin", "ptk"), ("peserta_didik", "ptk"),
    ("admin", "peserta_didik", "ptk"),
)  # fmt: skip


def link(**changed: Any) -> Link:
    """Give a good link for 15 minutes, or with something else."""
    given: dict[str, Any] = {
        "sekolah_id": SCHOOL, "categories": SETS[-1], "issued_at": AT, "expires_at": AT + 900, "link_id": LID,
        "key_id": "k1",
    }  # fmt: skip
    return Link(**{**given, **changed})


def accepted() -> list[dict[str, Any]]:
    """Give the links that open: every set of categories, both keys, the shortest and the longest parts."""
    rows = [link(categories=each) for each in SETS]
    rows += [
        link(key_id="2021-b"),
        link(key_id="2021-b", sekolah_id=OTHER, categories=("ptk",), link_id="-_" * 8),
        link(expires_at=AT + 1),
        link(expires_at=AT + 86_400, link_id="A" * 64),
    ]
    return [_row(row) for row in rows]


def refused() -> list[dict[str, str]]:
    """Give links that do not open; those of a wrong form are signed as they are, and refused before one looks."""
    good, mixed, alone = link(), link(categories=("peserta_didik",)), link(categories=("ptk",))
    sig, sig_mixed = signature(KEYS["k1"], good), signature(KEYS["k1"], mixed)
    forms: list[tuple[str, dict[str, Any]]] = [
        ("the categories are not in the order admin, peserta_didik, ptk", {"categories": ("ptk", "admin")}),
        ("a category is named twice", {"categories": ("admin", "admin")}),
        ("there is no such category", {"categories": ("guru",)}),
        ("the UUID has capitals", {"sekolah_id": SCHOOL.upper()}),
        ("iat and exp have eleven digits", {"issued_at": 10**10, "expires_at": 10**10 + 900}),
        ("it ends when it begins", {"expires_at": AT}),
        ("it lives longer than 24 hours", {"expires_at": AT + 86_401}),
        ("lid has fewer than 16 characters", {"link_id": LID[:15]}),
        ("lid has a point", {"link_id": f"{LID}.1"}),
        ("a line break is hidden in lid", {"link_id": f"{LID}\nk1"}),
        ("kid has a capital", {"key_id": "K1"}),
    ]
    texts = [
        ("no such key is configured", _url(link(key_id="k9"))),
        ("it was signed with another key than kid says", _url(good).replace(sig, signature(KEYS["2021-b"], good))),
        ("another school was put in", _url(good).replace(SCHOOL, OTHER)),
        ("a category was added", _url(alone).replace("k=ptk", "k=admin,ptk")),
        ("it was made to live longer", _url(good).replace(f"exp={AT + 900}", f"exp={AT + 86_400}")),
        ("the signature is padded", _url(good).replace(sig, sig + "%3D")),
        ("its last character is another one of the same bytes", _url(good).replace(sig, _alike(sig))),
        ("it is base64, not base64url", _url(mixed).replace(sig_mixed, sig_mixed.replace("-", "%2B"))),
    ]
    found = [{"refused_for": "form", "why": why, "url": _url(link(**changed))} for why, changed in forms]
    return found + [{"refused_for": "signature", "why": why, "url": url} for why, url in texts]


def document() -> dict[str, Any]:
    """Give all vectors."""
    return {
        "schema": "akun-link-vectors/1",
        "note": "Keys and ids are invented. Frozen: another text that is signed has another first line.",
        "public_url": PUBLIC_URL,
        "keys": {kid: base64.b64encode(key).decode() for kid, key in KEYS.items()},
        "accepted": accepted(),
        "refused": refused(),
    }


def _row(one: Link) -> dict[str, Any]:
    return {
        "sekolah_id": one.sekolah_id,
        "k": ",".join(one.categories),
        "iat": one.issued_at,
        "exp": one.expires_at,
        "lid": one.link_id,
        "kid": one.key_id,
        "message": message(one).decode(),
        "sig": signature(KEYS[one.key_id], one),
        "url": _url(one),
    }


def _url(one: Link) -> str:
    """Give the whole link, signed with the key of its kid, or with the first where there is none."""
    return PUBLIC_URL + one.signed(KEYS.get(one.key_id, KEYS["k1"])).replace("\n", "%0A")


def _alike(sig: str) -> str:
    """Give another text that decodes to the same bytes: the last character has two bits that say nothing."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return sig[:-1] + letters[letters.index(sig[-1]) ^ 1]


if __name__ == "__main__":
    FILE.write_text(json.dumps(document(), indent=1) + "\n", "utf-8")
