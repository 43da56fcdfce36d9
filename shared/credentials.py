"""First passwords: derived whenever they are needed, never stored."""

from shared.domain import passwords
from shared.domain.accounts import Account
from shared.domain.users import Mark
from shared.ports import Keyring


class Credentials:
    """Derives passwords with the credential keys."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def wished(self, account: Account) -> tuple[Mark, str]:
        """Give the password of the wished generation under the present key, with the mark that goes with it."""
        kid, credential = self._keyring.current, account.credential
        key = self._keyring.school_key(kid, credential.scope)
        password = passwords.password(key, account.account_id, credential.generation)
        return Mark(key_id=kid, generation=credential.generation), password

    @property
    def kids(self) -> frozenset[str]:
        """The keys that passwords can be derived with."""
        return self._keyring.kids

    def school_key(self, kid: str, scope: str) -> bytes:
        """Give the key that the passwords of a school derive from; raises TransientError when KMS does not answer."""
        return self._keyring.school_key(kid, scope)

    def warm(self, scope: str) -> None:
        """Make sure that a school's present key can be had: better no answer than half a file."""
        self._keyring.school_key(self._keyring.current, scope)
