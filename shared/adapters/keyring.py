"""The credential keys: bytes from the environment, or MAC keys in Cloud KMS that nobody can take away."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Protocol

from shared.domain import passwords
from shared.ports import UnknownKeyError

REMEMBERED = 5_000  # school keys a process keeps


class Mac(Protocol):
    """What signs with a key that stays elsewhere."""

    def sign(self, key_version: str, data: bytes) -> bytes:
        """Give the MAC of the data, 32 bytes; raises TransientError when there is no answer."""


class Keys:
    """The Keyring port; the first kid is the present one. School keys are remembered: one KMS call a school."""

    def __init__(
        self, current: str, *, secrets: Mapping[str, bytes], kms: Mapping[str, str], mac: Mac | None = None
    ) -> None:
        self._secrets = secrets
        self._kms = kms
        self._current = current
        self._mac = mac
        self._remembered: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def current(self) -> str:
        """Give the kid that new passwords are derived with."""
        return self._current

    @property
    def kids(self) -> frozenset[str]:
        """Give the kids of all keys that are configured."""
        return frozenset({*self._secrets, *self._kms})

    def school_key(self, kid: str, scope: str) -> bytes:
        """Give the key of one school."""
        if kid in self._secrets:
            return passwords.school_key(self._secrets[kid], scope)
        if kid not in self._kms or self._mac is None:
            raise UnknownKeyError
        with self._lock:
            known = self._remembered.get((kid, scope))
        if known is None:
            known = self._mac.sign(self._kms[kid], passwords.scope_message(scope))
            with self._lock:
                self._remembered[kid, scope] = known
                while len(self._remembered) > REMEMBERED:
                    self._remembered.popitem(last=False)
        return known
