"""The addresses that an account tries, one after another; the same ones in every retry."""

import hashlib
from typing import Final

_WIDTHS: Final = (2, 3, 4, 5, 6)


def digits(account_id: str, attempt: int) -> str:
    r"""Give the digits of an attempt (from 0): 2, 3, 4, 5, then always 6; ValueError below 0.

    They are SHA-256 of `akun-address/1\n<account_id>\n<attempt>` as a big-endian number, modulo 10^width, zero-padded.
    """
    if attempt < 0:
        raise ValueError("attempt is below 0")
    width = _WIDTHS[min(attempt, len(_WIDTHS) - 1)]
    digest = hashlib.sha256(f"akun-address/1\n{account_id}\n{attempt}".encode()).digest()
    return str(int.from_bytes(digest, "big") % 10**width).zfill(width)


def candidate(base: str, account_id: str, attempt: int, realm: str, root_domain: str) -> str:
    """Give the address that an attempt (from 0) would reserve."""
    return f"{base}{digits(account_id, attempt)}@{realm}.{root_domain}"


def base_of(address: str) -> str:
    """Give the base that an address of ours was made from: its local part without the digits at the end."""
    return address.partition("@")[0].rstrip("0123456789")
