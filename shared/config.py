"""Configuration of each function, from the environment: it demands only what it uses."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.domain.links import MAX_LIFETIME
from shared.domain.policy import Policy
from shared.environment import Key, Reader, TasksConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionConfig:
    """What `provision` needs."""

    store: str
    tasks: TasksConfig
    root_domain: str
    policy: Policy
    clock_offset: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvergeConfig:
    """What `converge` needs; `subjects` maps realm, or `*`, to the admin whose rights are used."""

    store: str
    tasks: TasksConfig
    root_domain: str
    policy: Policy
    clock_offset: float
    directory_endpoint: str | None
    subjects: Mapping[str, str]
    keys: Mapping[str, Key]
    kms_endpoint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileConfig:
    """What `reconcile` needs; `rates` are tasks a second, `subjects` admins, both by realm, or `*`."""

    store: str
    tasks: TasksConfig
    root_domain: str
    policy: Policy
    clock_offset: float
    rates: Mapping[str, float]
    directory_endpoint: str | None
    subjects: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendConfig:
    """What `suspend` needs; `rates` are tasks a second by realm, or `*`."""

    store: str
    policy: Policy
    clock_offset: float
    rates: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkConfig:
    """What `link` needs; `ttl_seconds` is how long a link lives if nothing else is asked for."""

    store: str
    clock_offset: float
    keys: Mapping[str, bytes] = field(repr=False)
    public_url: str
    ttl_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadConfig:
    """What `download` needs; `proxies` are those of ours that add themselves to X-Forwarded-For behind the caller."""

    store: str
    policy: Policy
    clock_offset: float
    link_keys: Mapping[str, bytes] = field(repr=False)
    keys: Mapping[str, Key]
    kms_endpoint: str | None
    max_uses: int
    registered_only: bool
    help_contact: str
    proxies: int


def provision(env: Mapping[str, str]) -> ProvisionConfig:
    """Read the configuration of `provision`; raises ConfigError."""
    read = Reader(env)
    config = ProvisionConfig(
        store=read.store(),
        tasks=read.tasks(),
        root_domain=read.root_domain(),
        policy=read.policy(),
        clock_offset=read.clock_offset(),
    )
    read.check()
    return config


def converge(env: Mapping[str, str]) -> ConvergeConfig:
    """Read the configuration of `converge`; raises ConfigError."""
    read = Reader(env)
    config = ConvergeConfig(
        store=read.store(),
        tasks=read.tasks(),
        root_domain=read.root_domain(),
        policy=read.policy(),
        clock_offset=read.clock_offset(),
        directory_endpoint=read.url("DIRECTORY_ENDPOINT"),
        subjects=read.subjects(),
        keys=read.credential_keys(),
        kms_endpoint=read.url("KMS_ENDPOINT"),
    )
    read.check()
    return config


def reconcile(env: Mapping[str, str]) -> ReconcileConfig:
    """Read the configuration of `reconcile`; raises ConfigError."""
    read = Reader(env)
    policy = read.policy()
    config = ReconcileConfig(
        store=read.store(),
        tasks=read.tasks(),
        root_domain=read.root_domain(),
        policy=policy,
        clock_offset=read.clock_offset(),
        rates=read.rates(policy.realms),
        directory_endpoint=read.url("DIRECTORY_ENDPOINT"),
        subjects=read.subjects(),
    )
    read.check()
    return config


def suspend(env: Mapping[str, str]) -> SuspendConfig:
    """Read the configuration of `suspend`, and of `akun campaign`; raises ConfigError."""
    read = Reader(env)
    policy = read.policy()
    config = SuspendConfig(
        store=read.store(), policy=policy, clock_offset=read.clock_offset(), rates=read.rates(policy.realms)
    )
    read.check()
    return config


def link(env: Mapping[str, str]) -> LinkConfig:
    """Read the configuration of `link`; raises ConfigError."""
    read = Reader(env)
    config = LinkConfig(
        store=read.store(),
        clock_offset=read.clock_offset(),
        keys=read.link_keys(),
        public_url=read.public_url(),
        ttl_seconds=read.number("LINK_TTL_SECONDS", 900, 60, MAX_LIFETIME),
    )
    read.check()
    return config


def download(env: Mapping[str, str]) -> DownloadConfig:
    """Read the configuration of `download`; raises ConfigError."""
    read = Reader(env)
    config = DownloadConfig(
        store=read.store(),
        policy=read.policy(),
        clock_offset=read.clock_offset(),
        link_keys=read.link_keys(),
        keys=read.credential_keys(),
        kms_endpoint=read.url("KMS_ENDPOINT"),
        max_uses=read.number("LINK_MAX_USES", 5, 1, 100),
        registered_only=read.flag("LINK_REGISTERED_ONLY"),
        help_contact=read.help_contact(),
        proxies=read.number("LINK_PROXIES", 0, 0, 5),
    )
    read.check()
    return config


def store(env: Mapping[str, str]) -> str:
    """Read STORE alone, for a command that only looks; raises ConfigError."""
    read = Reader(env)
    url = read.store()
    read.check()
    return url


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandConfig:
    """What a command needs that changes accounts."""

    store: str
    tasks: TasksConfig
    clock_offset: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LookConfig:
    """What a command needs that only looks, and at the clock too."""

    store: str
    clock_offset: float


def command(env: Mapping[str, str]) -> CommandConfig:
    """Read the configuration of a command that changes accounts; raises ConfigError."""
    read = Reader(env)
    config = CommandConfig(store=read.store(), tasks=read.tasks(), clock_offset=read.clock_offset())
    read.check()
    return config


def look(env: Mapping[str, str]) -> LookConfig:
    """Read the configuration of a command that only looks; raises ConfigError."""
    read = Reader(env)
    config = LookConfig(store=read.store(), clock_offset=read.clock_offset())
    read.check()
    return config


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideConfig(LookConfig):
    """What a command needs that decides on campaigns and exemptions: the policy, and no other system."""

    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class StopConfig(CommandConfig):
    """What `akun stop` and `akun go` need: the realms of the policy, and their queues."""

    policy: Policy


def decide(env: Mapping[str, str]) -> DecideConfig:
    """Read the configuration of a command that decides on campaigns and exemptions; raises ConfigError."""
    read = Reader(env)
    config = DecideConfig(store=read.store(), policy=read.policy(), clock_offset=read.clock_offset())
    read.check()
    return config


def stop(env: Mapping[str, str]) -> StopConfig:
    """Read the configuration of `akun stop` and `akun go`; raises ConfigError."""
    read = Reader(env)
    config = StopConfig(store=read.store(), tasks=read.tasks(), policy=read.policy(), clock_offset=read.clock_offset())
    read.check()
    return config
