"""The first password (design 6), by the letters and refused runs that `docs/vectors.json` publishes."""

import hashlib
import hmac
import json
from functools import cache
from itertools import count
from pathlib import Path

VECTORS = Path(__file__).parents[3] / "docs" / "vectors.json"


@cache
def _alphabet() -> tuple[str, str, tuple[str, ...]]:
    published = json.loads(VECTORS.read_text("utf-8"))
    return published["password_letters"], published["password_digits"], tuple(published["password_refused_runs"])


def password(key: bytes, scope: str, account_id: str, generation: int) -> str:
    """Derive the password: the school's key is a MAC of the scope, the password's bytes are one of the account.

    Of its bytes the first eight choose letters by four bits, the next four digits by three; a draft with a refused run
    gives way to the next, whose number is appended to the message.
    """
    letters, digits, refused = _alphabet()
    school = _mac(key, f"akun-scope/1\n{scope}")
    for draft in count():
        suffix = f"\n{draft}" if draft else ""
        mac = _mac(school, f"akun-password/1\n{account_id}\n{generation}{suffix}")
        word = "".join(letters[byte % 16] for byte in mac[:8])
        if not any(run in word for run in refused):
            number = "".join(digits[byte % 8] for byte in mac[8:12])
            return f"{word[0].upper()}{word[1:4]}-{word[4:]}-{number}"
    raise AssertionError("counting has no end")


def _mac(key: bytes, message: str) -> bytes:
    return hmac.new(key, message.encode(), hashlib.sha256).digest()
