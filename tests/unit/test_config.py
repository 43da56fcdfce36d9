"""The configuration of each function: what it demands, what it does without, and all problems at once."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from shared import config
from shared.errors import ConfigError

SECRET = base64.b64encode(b"1" * 32).decode()
TASKS = {
    "TASKS_PARENT": "projects/akun/locations/asia-southeast2",
    "CONVERGE_URL": "https://converge-abc.a.run.app",
    "TASKS_INVOKER": "converge@akun.iam.gserviceaccount.com",
}
Reading = Callable[[Mapping[str, str]], Any]
LEAST: dict[Reading, dict[str, str]] = {
    config.provision: TASKS,
    config.converge: {**TASKS, "CREDENTIAL_KEYS": json.dumps({"k1": SECRET})},
    config.reconcile: {**TASKS, "QUEUE_RATES": '{"*": 0.5}'},
    config.suspend: {"QUEUE_RATES": '{"*": 0.5}'},
    config.link: {"LINK_KEYS": json.dumps({"k1": SECRET}), "PUBLIC_URL": "https://akun.belajar.id"},
    config.download: {"LINK_KEYS": json.dumps({"k1": SECRET}), "CREDENTIAL_KEYS": json.dumps({"k1": SECRET})},
}
WRONG = {
    "STORE": "postgres://x",
    "TASKS_ENDPOINT": "x",
    "TASKS_PARENT": "x",
    "CONVERGE_URL": "x",
    "ROOT_DOMAIN": "x",
    "POLICY": "x",
    "CLOCK_OFFSET": "x",
    "DIRECTORY_ENDPOINT": "x",
    "DIRECTORY_SUBJECT": "x",
    "CREDENTIAL_KEYS": "x",
    "KMS_ENDPOINT": "x",
    "QUEUE_RATES": "x",
    "LINK_KEYS": "x",
    "PUBLIC_URL": "x",
    "LINK_TTL_SECONDS": "x",
    "LINK_MAX_USES": "x",
    "LINK_REGISTERED_ONLY": "x",
    "LINK_PROXIES": "x",
    "HELP_CONTACT": "x" * 121,
}
SHARED = {"STORE", "TASKS_ENDPOINT", "TASKS_PARENT", "CONVERGE_URL", "POLICY", "CLOCK_OFFSET"}
USED: dict[Reading, set[str]] = {
    config.provision: SHARED | {"ROOT_DOMAIN"},
    config.converge: SHARED
    | {"ROOT_DOMAIN", "DIRECTORY_ENDPOINT", "DIRECTORY_SUBJECT", "CREDENTIAL_KEYS", "KMS_ENDPOINT"},
    config.reconcile: SHARED | {"QUEUE_RATES", "ROOT_DOMAIN", "DIRECTORY_ENDPOINT", "DIRECTORY_SUBJECT"},
    config.suspend: {"STORE", "POLICY", "CLOCK_OFFSET", "QUEUE_RATES"},
    config.link: {"STORE", "CLOCK_OFFSET", "LINK_KEYS", "PUBLIC_URL", "LINK_TTL_SECONDS"},
    config.download: {"STORE", "CLOCK_OFFSET", "POLICY", "LINK_KEYS", "CREDENTIAL_KEYS", "KMS_ENDPOINT"}
    | {"LINK_MAX_USES", "LINK_REGISTERED_ONLY", "LINK_PROXIES", "HELP_CONTACT"},
}
HAS_POLICY = [reading for reading in LEAST if "POLICY" in USED[reading]]
EACH = pytest.mark.parametrize("reading", LEAST, ids=lambda reading: reading.__name__)


def names_at_fault(reading: Reading, env: Mapping[str, str]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        reading(env)
    return [problem.partition(":")[0] for problem in caught.value.problems]


@EACH
def test_the_least_that_it_demands_is_enough(reading: Reading):
    read = reading(LEAST[reading])
    assert read.store.startswith("firestore://")
    assert read.clock_offset == 0.0


@pytest.mark.parametrize("reading", HAS_POLICY, ids=lambda reading: reading.__name__)
def test_the_policy_is_that_of_the_launch_unless_another_is_named(reading: Reading):
    assert reading(LEAST[reading]).policy.name == "launch_2020"
    assert reading({**LEAST[reading], "POLICY": "wide_2022"}).policy.name == "wide_2022"


@EACH
def test_each_demanded_variable_is_missed_by_name(reading: Reading):
    for name in LEAST[reading]:
        env = {other: text for other, text in LEAST[reading].items() if other != name}
        assert names_at_fault(reading, env) == [name]


@EACH
def test_everything_that_is_missing_is_told_at_once(reading: Reading):
    assert sorted(names_at_fault(reading, {})) == sorted(LEAST[reading])


@EACH
def test_everything_that_is_wrong_is_told_at_once_and_nothing_that_it_does_not_use(reading: Reading):
    found = names_at_fault(reading, WRONG)
    assert set(found) == USED[reading]
    assert len(found) == len(USED[reading])


@EACH
def test_the_message_has_a_line_for_each_problem_and_quotes_no_secret(reading: Reading):
    secret = "geheim" * 6
    keys = json.dumps({"k1": secret})
    env = {**WRONG, "CREDENTIAL_KEYS": keys, "LINK_KEYS": keys, "TASKS_ENDPOINT": f"http://u:{secret}@x"}
    with pytest.raises(ConfigError) as caught:
        reading(env)
    text = str(caught.value)
    assert text.count("\n  - ") == len(caught.value.problems) > 3
    assert secret not in text + repr(caught.value)


@pytest.mark.parametrize("reading", [config.converge])
def test_a_configuration_shows_no_key(reading: Reading):
    read = reading(LEAST[reading])
    assert SECRET not in repr(read)
    assert "1111" not in repr(read)


def test_a_link_lives_a_quarter_of_an_hour_and_gives_five_fetches_unless_it_is_configured():
    assert config.link(LEAST[config.link]).ttl_seconds == 900
    read = config.download(LEAST[config.download])
    assert (read.max_uses, read.registered_only, read.proxies) == (5, False, 0)
    assert read.help_contact == "pusatinformasi.belajar.id"
    wide = config.download({**LEAST[config.download], "LINK_MAX_USES": "9", "LINK_REGISTERED_ONLY": "1"})
    assert (wide.max_uses, wide.registered_only) == (9, True)


@pytest.mark.parametrize("reading", [config.reconcile, config.suspend])
def test_the_feed_paces_each_admin_below_his_quota_and_a_campaign_keeps_to_the_feed(reading: Reading):
    env = {**LEAST[reading], "QUEUE_RATES": '{"*": 9.5}'}
    assert names_at_fault(reading, env) == ["QUEUE_RATES"]
    assert reading({**env, "DIRECTORY_ENDPOINT": "http://127.0.0.1:1"}).rates == {"*": 9.5}


def test_a_command_that_only_looks_reads_the_store_alone():
    assert config.store({"STORE": "sqlite:///akun.db"}) == "sqlite:///akun.db"
    assert names_at_fault(config.store, {"STORE": "x"}) == ["STORE"]
