"""Reads environment variables into typed values; all problems are reported at once, each with its cure."""

import base64
import binascii
import json
import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared import policies
from shared.domain.policy import Policy
from shared.errors import ConfigError

MIN_KEY = 32  # bytes
MAX_OFFSET = 100 * 365 * 86_400  # seconds
MAX_RATE = 9.5  # tasks a second of a realm, below the Directory's 10 creations a second and domain
MAX_RATE_OF_ADMIN = 38.0  # of all realms that call as one admin, below the Directory's 2,400 calls a minute
ANY_REALM = "*"

_KID = re.compile(r"[a-z0-9-]{1,32}")
_URL = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")
_DOMAIN = re.compile(r"([a-z0-9-]+\.)+[a-z]{2,}")
_PARENT = re.compile(r"projects/[^/\s]+/locations/[^/\s]+")
_KMS = re.compile(r"projects/[^/\s]+/locations/[^/\s]+/keyRings/[^/\s]+/cryptoKeys/[^/\s]+/cryptoKeyVersions/\d+")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_DATABASE = re.compile(r"\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9]")
_LINE = re.compile(r"[^\x00-\x1f]{1,120}")
_STORE = re.compile(r"firestore://|sqlite:///.+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksConfig:
    """Where tasks go; `invoker` None: a stand-in at `endpoint` takes no token."""

    endpoint: str | None
    parent: str
    converge_url: str
    invoker: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key: its bytes, or the name of a Cloud KMS key version."""

    secret: bytes | None = field(default=None, repr=False)
    kms: str | None = None


class Reader:
    """Reads variables and collects what is wrong with them; an empty variable counts as unset."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = {name: value.strip() for name, value in env.items() if value.strip()}
        self.problems: list[str] = []

    def check(self) -> None:
        """Raise ConfigError if anything was wrong."""
        if self.problems:
            raise ConfigError(self.problems)

    def fail(self, name: str, cure: str) -> None:
        """Note a problem."""
        self.problems.append(f"{name}: {cure}")

    def text(self, name: str, form: re.Pattern[str], cure: str, *, default: str | None = None) -> str:
        """Read a text of the form; without a default it must be set."""
        value = self._env.get(name, default)
        if value is None:
            self.fail(name, f"is not set; {cure}")
        elif not form.fullmatch(value):
            self.fail(name, cure)
        return value or ""

    def url(self, name: str) -> str | None:
        """Read a base URL, or None where it is unset."""
        if name not in self._env:
            return None
        return self.text(name, _URL, "must be a URL such as http://127.0.0.1:8080, without a query").rstrip("/")

    def store(self) -> str:
        """Read STORE; of Firestore the answer names the database too: FIRESTORE_DATABASE."""
        url = self.text("STORE", _STORE, "must be firestore:// or sqlite:///path.db", default="firestore://")
        if not url.startswith("firestore"):
            return url
        cure = "must be (default), or 4 to 63 lower-case letters, digits and hyphens"
        return "firestore://" + self.text("FIRESTORE_DATABASE", _DATABASE, cure, default="(default)")

    def root_domain(self) -> str:
        """Read ROOT_DOMAIN."""
        return self.text("ROOT_DOMAIN", _DOMAIN, "must be a domain in lower case", default="belajar.id")

    def policy(self) -> Policy:
        """Read POLICY and load the policy it names."""
        try:
            return policies.load(self._env.get("POLICY", "launch_2020"))
        except ConfigError as error:
            self.problems += error.problems
            return policies.load("launch_2020")

    def clock_offset(self) -> float:
        """Read CLOCK_OFFSET, seconds; only beside a stand-in of the Directory."""
        text = self._env.get("CLOCK_OFFSET", "0")
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
            self.fail("CLOCK_OFFSET", "must be a number of seconds")
            return 0.0
        if abs(float(text)) > MAX_OFFSET:
            self.fail("CLOCK_OFFSET", f"must be at most {MAX_OFFSET} seconds, a hundred years")
        if float(text) and "DIRECTORY_ENDPOINT" not in self._env:
            self.fail("CLOCK_OFFSET", "is refused unless DIRECTORY_ENDPOINT is set: it is for the local stack")
        return float(text)

    def tasks(self) -> TasksConfig:
        """Read TASKS_ENDPOINT, TASKS_PARENT, CONVERGE_URL, TASKS_INVOKER."""
        endpoint = self.url("TASKS_ENDPOINT")
        invoker = None
        if endpoint is None:
            invoker = self.text("TASKS_INVOKER", _ADDRESS, "must be the service account that calls converge")
        return TasksConfig(
            endpoint=endpoint,
            parent=self.text("TASKS_PARENT", _PARENT, "must be projects/P/locations/L"),
            converge_url=self.text("CONVERGE_URL", _URL, "must be the URL of converge"),
            invoker=invoker,
        )

    def subjects(self) -> Mapping[str, str]:
        """Read DIRECTORY_SUBJECT: one admin's address, or JSON realm -> address with `*` for all others."""
        cure = 'must be an address or JSON such as {"*": "akun@belajar.id"}'
        text = self._env.get("DIRECTORY_SUBJECT", "")
        if not text or _ADDRESS.fullmatch(text):
            return {ANY_REALM: text} if text else {}
        subjects = self._object("DIRECTORY_SUBJECT", cure)
        if not all(isinstance(value, str) and _ADDRESS.fullmatch(value) for value in subjects.values()):
            self.fail("DIRECTORY_SUBJECT", cure)
            return {}
        return subjects

    def rates(self, realms: Collection[str]) -> Mapping[str, float]:
        """Read QUEUE_RATES: tasks a second by realm, with `*` for all others; together what each admin may call."""
        cure = 'must be JSON of tasks a second such as {"smp": 9.5, "*": 0.5}, each above 0 and at most 9.5, with "*"'
        rates = self._object("QUEUE_RATES", cure)
        good = all(type(rate) in (int, float) and 0 < rate <= MAX_RATE for rate in rates.values())
        if rates and (not good or ANY_REALM not in rates):
            self.fail("QUEUE_RATES", cure)
            return {}
        if rates and "DIRECTORY_ENDPOINT" not in self._env:
            self._check_admins(rates, realms)
        return {realm: float(rate) for realm, rate in rates.items()}

    def _check_admins(self, rates: Mapping[str, float], realms: Collection[str]) -> None:
        subjects, sums = self.subjects(), defaultdict[str | None, float](float)
        for realm in realms:
            sums[subjects.get(realm, subjects.get(ANY_REALM))] += rates.get(realm, rates[ANY_REALM])
        if max(sums.values(), default=0.0) > MAX_RATE_OF_ADMIN + 1e-9:
            cure = f"the realms of one admin must come to at most {MAX_RATE_OF_ADMIN:g} a second together"
            self.fail("QUEUE_RATES", f"{cure}: lower some, or name more admins in DIRECTORY_SUBJECT")

    def credential_keys(self) -> Mapping[str, Key]:
        """Read CREDENTIAL_KEYS: kid -> base64 of at least 32 bytes, or kms:<key version>; the first is used."""
        cure = 'must be JSON {"kid": "<base64, at least 32 bytes>" or "kms:projects/…/cryptoKeyVersions/1"}'
        entries = self._object("CREDENTIAL_KEYS", cure)
        keys = {kid: _key(value) for kid, value in entries.items() if _KID.fullmatch(kid)}
        if len(keys) != len(entries) or None in keys.values():
            self.fail("CREDENTIAL_KEYS", cure)
        return {kid: key for kid, key in keys.items() if key is not None}

    def link_keys(self) -> Mapping[str, bytes]:
        """Read LINK_KEYS: kid -> base64 of at least 32 bytes; the first signs, all are accepted."""
        cure = 'must be JSON {"kid": "<base64, at least 32 bytes>"}'
        entries = self._object("LINK_KEYS", cure)
        keys = {kid: _key(value) for kid, value in entries.items() if _KID.fullmatch(kid)}
        secrets = {kid: key.secret for kid, key in keys.items() if key is not None and key.secret is not None}
        if len(secrets) != len(entries):
            self.fail("LINK_KEYS", cure)
        return secrets

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """Read a whole number."""
        text = self._env.get(name, str(default))
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            self.fail(name, f"must be a whole number, {least} to {most}")
            return default
        return int(text)

    def flag(self, name: str) -> bool:
        """Read a switch: 1, or 0, which is the default."""
        text = self._env.get(name, "0")
        if text not in ("0", "1"):
            self.fail(name, "must be 1 or 0")
        return text == "1"

    def public_url(self) -> str:
        """Read PUBLIC_URL: what signed links begin with."""
        cure = "must be the URL that operators open, such as https://akun.belajar.id, without a query"
        return self.text("PUBLIC_URL", _URL, cure).rstrip("/")

    def help_contact(self) -> str:
        """Read HELP_CONTACT: whom an operator asks, in words; shown on the page."""
        cure = "must be one line of at most 120 characters"
        return self.text("HELP_CONTACT", _LINE, cure, default="pusatinformasi.belajar.id")

    def _object(self, name: str, cure: str) -> dict[str, Any]:
        """Read a JSON object that is not empty; a doubled name is refused, for one of the two would be lost."""
        text = self._env.get(name)
        if text is None:
            self.fail(name, f"is not set; {cure}")
            return {}
        try:
            value = json.loads(text, object_pairs_hook=_without_doubles)
        except ValueError:
            value = None
        if not isinstance(value, dict) or not value:
            self.fail(name, cure)
            return {}
        return value


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError
    return value


def _key(value: object) -> Key | None:
    if not isinstance(value, str):
        return None
    if value.startswith("kms:"):
        name = value.removeprefix("kms:")
        return Key(kms=name) if _KMS.fullmatch(name) else None
    try:
        secret = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return Key(secret=secret) if len(secret) >= MIN_KEY else None
