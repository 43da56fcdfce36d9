"""What the Directory takes as a password, in clear or hashed, and how a sign-in compares with it."""

import hashlib
import hmac
import re
from typing import Any

from local.directory.errors import DirectoryError, invalid

_HASHES = {
    "MD5": re.compile(r"[0-9a-fA-F]{32}"),
    "SHA-1": re.compile(r"[0-9a-fA-F]{40}"),
    "crypt": re.compile(
        r"[./0-9A-Za-z]{13}|\$1\$[^$]{1,8}\$[./0-9A-Za-z]{22}"
        r"|\$5\$(rounds=\d{4,5}\$)?[^$]{1,16}\$[./0-9A-Za-z]{43}|\$6\$(rounds=\d{4,5}\$)?[^$]{1,16}\$[./0-9A-Za-z]{86}"
    ),
}
_MAX_ROUNDS = 10_000


def check(password: Any, hash_function: Any) -> None:
    """Refuse a password that isn't 8-100 ASCII characters, or a hash that isn't of the function named."""
    if not isinstance(password, str):
        raise DirectoryError(400, "invalid", "Invalid Password")
    if hash_function is None:
        if not (8 <= len(password) <= 100 and password.isascii()):
            raise DirectoryError(400, "invalid", "Invalid Password")
        return
    pattern = _HASHES.get(hash_function) if isinstance(hash_function, str) else None
    if pattern is None:
        raise invalid("hashFunction")
    rounds = re.search(r"rounds=(\d+)", password)
    if not pattern.fullmatch(password) or (rounds and int(rounds[1]) > _MAX_ROUNDS):
        raise DirectoryError(400, "invalid", "Invalid Password")


def matches(stored: str, hash_function: str | None, given: str) -> bool:
    """Say whether a sign-in's password fits; a crypt hash can't be compared here and never fits."""
    if hash_function is None:
        found = given
    elif hash_function == "MD5":
        found = hashlib.md5(given.encode(), usedforsecurity=False).hexdigest()
    elif hash_function == "SHA-1":
        found = hashlib.sha1(given.encode(), usedforsecurity=False).hexdigest()
    else:
        return False
    expected = stored if hash_function is None else stored.lower()
    return hmac.compare_digest(found.encode(), expected.encode())
