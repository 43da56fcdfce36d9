"""The first password of an account: derived from a key, never stored; frozen by `docs/vectors.json`."""

import hmac
import re
from typing import Final

SCHEME: Final = 1
"""Number of this derivation; any change to what follows is a new one."""

LETTERS: Final = "bcdfhjkmnpqrtwxz"
"""No vowels and no y (no words), no l, s, g, v (read as 1, 5, 9, u)."""
DIGITS: Final = "23456789"

# What readers complete to a vulgar word, and runs that print like another letter (`rn`) or mark adult content.
_REFUSED: Final = """
    bbq bbx bcn bct bdh bdt bjn bkp bnc btch cck ccq ccx cmk cnt dck dcq dnc dnk dnx fck fcq fcx fkc fkn fkr hmk jbt
    jck jcq jmb jnc jnk jnx kfr kkk kmk kmpr knt kpr ktt mmk mmq mmx njc njk njn njr njx nzt pcn phk pjh pkm pnt ppk
    ppq ppx prk rn tkt tmpk tnt trk ttd ttk ttt wtf xxx
"""
REFUSED_RUNS: Final = frozenset(_REFUSED.split())
_HAS_REFUSED: Final = re.compile("|".join(sorted(REFUSED_RUNS))).search


def scope_message(scope: str) -> bytes:
    """Give what a school key is the MAC of, for a key of ours and for Cloud KMS alike."""
    return f"akun-scope/1\n{scope}".encode()


def school_key(key: bytes, scope: str) -> bytes:
    """Give the 32 bytes that all passwords of a scope (a `sekolah_id`) derive from: HMAC-SHA256 of its message."""
    return hmac.digest(key, scope_message(scope), "sha256")


def password(school_key: bytes, account_id: str, generation: int) -> str:
    r"""Give the password of a generation, like `Kmtw-rqhn-4729`: 14 characters, 43.8 bits (44 less refused runs).

    Draft 0 is HMAC-SHA256 of `akun-password/1\n<account_id>\n<generation>`, draft n that of the same with `\n<n>`
    behind. Bytes 0 to 7 choose letters by their low 4 bits, bytes 8 to 11 digits by their low 3 bits: alphabets of 16
    and 8 leave no bias to reject. The first draft without a refused run is it, its first letter a capital.
    """
    message = f"akun-password/1\n{account_id}\n{generation}"
    draft, suffix = 0, ""
    while True:
        mac = hmac.digest(school_key, f"{message}{suffix}".encode(), "sha256")
        letters = "".join(LETTERS[byte & 15] for byte in mac[:8])
        if _HAS_REFUSED(letters) is None:
            numbers = "".join(DIGITS[byte & 7] for byte in mac[8:12])
            return f"{letters[:4].capitalize()}-{letters[4:]}-{numbers}"
        draft += 1
        suffix = f"\n{draft}"
