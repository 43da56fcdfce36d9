"""The signed link: what it opens, how it is signed, and the form that each of its parts must have."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from shared.domain.accounts import Category

CATEGORIES: Final[tuple[Category, ...]] = ("admin", "peserta_didik", "ptk")
"""In the order in which a link names them."""
MAX_LIFETIME: Final = 86_400  # seconds
LEEWAY: Final = 60  # seconds that the clock of whoever signed may be ahead
PARAMETERS: Final = ("k", "iat", "exp", "lid", "kid", "sig")

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FORMS: Final = {
    "iat": re.compile(r"[1-9][0-9]{9}"),
    "exp": re.compile(r"[1-9][0-9]{9}"),
    "lid": re.compile(r"[A-Za-z0-9_-]{16,64}"),
    "kid": re.compile(r"[a-z0-9-]{1,32}"),
}
_UNKNOWN_KEY: Final = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a link says; `issued_at` and `expires_at` are Unix seconds."""

    sekolah_id: str
    categories: tuple[Category, ...]
    issued_at: int
    expires_at: int
    link_id: str
    key_id: str

    @classmethod
    def read(cls, sekolah_id: str, given: Mapping[str, str]) -> Self | None:
        """Read the parts of a link; None where one of them does not have its form.

        Only what passes here is ever signed or compared: a line break in a part would let two links share a text.
        """
        categories = tuple(category for category in CATEGORIES if category in given["k"].split(","))
        forms = all(form.fullmatch(given[name]) for name, form in _FORMS.items())
        if not forms or not categories or given["k"] != ",".join(categories) or not _UUID.fullmatch(sekolah_id):
            return None
        issued_at, expires_at = int(given["iat"]), int(given["exp"])
        if not 0 < expires_at - issued_at <= MAX_LIFETIME:
            return None
        return cls(
            sekolah_id=sekolah_id,
            categories=categories,
            issued_at=issued_at,
            expires_at=expires_at,
            link_id=given["lid"],
            key_id=given["kid"],
        )

    @property
    def path(self) -> str:
        """The path of its page."""
        return f"/unduh/{self.sekolah_id}"

    @property
    def file_mark(self) -> str:
        """Eight letters and digits that name the link on its files; they do not tell the link."""
        return base64.b32encode(hashlib.sha256(self.link_id.encode()).digest()[:5]).decode()

    def signed(self, key: bytes) -> str:
        """Give path and query of the link, signed."""
        return f"{self.path}?{self.query(signature(key, self))}"

    def query(self, sig: str) -> str:
        """Give the query of the link, in the documented order; no part of it needs an escape."""
        values = (
            ",".join(self.categories), str(self.issued_at), str(self.expires_at), self.link_id, self.key_id, sig,
        )  # fmt: skip
        return "&".join(f"{name}={value}" for name, value in zip(PARAMETERS, values, strict=True))


def message(link: Link) -> bytes:
    """Give what is signed: the first line names the right that the link gives, so another right needs another one."""
    lines = (
        "akun-link/1", link.sekolah_id, ",".join(link.categories), str(link.issued_at), str(link.expires_at),
        link.link_id, link.key_id,
    )  # fmt: skip
    return "\n".join(lines).encode()


def signature(key: bytes, link: Link) -> str:
    """Give HMAC-SHA256 of the message, base64url without padding: 43 characters."""
    mac = hmac.digest(key, message(link), "sha256")
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def is_signed(keys: Mapping[str, bytes], link: Link, sig: str) -> bool:
    """Tell whether the signature is the link's, as text and in constant time: decoded, four texts would be alike."""
    expected = signature(keys.get(link.key_id, _UNKNOWN_KEY), link)
    equal = hmac.compare_digest(expected.encode(), sig.encode("utf-8", "replace"))
    return equal and link.key_id in keys
