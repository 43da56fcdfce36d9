"""Configuration of each function, from the environment: it demands only what it uses."""

from collections.abc import Mapping
from dataclasses import dataclass

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
    """What `reconcile` needs; `rates` are tasks a second by realm, or `*`."""

    store: str
    tasks: TasksConfig
    policy: Policy
    clock_offset: float
    rates: Mapping[str, float]


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
        policy=policy,
        clock_offset=read.clock_offset(),
        rates=read.rates(policy.realms),
    )
    read.check()
    return config


def store(env: Mapping[str, str]) -> str:
    """Read STORE alone, for a command that only looks; raises ConfigError."""
    read = Reader(env)
    url = read.store()
    read.check()
    return url
