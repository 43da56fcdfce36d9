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
}
SHARED = {"STORE", "TASKS_ENDPOINT", "TASKS_PARENT", "CONVERGE_URL", "POLICY", "CLOCK_OFFSET"}
USED: dict[Reading, set[str]] = {
    config.provision: SHARED | {"ROOT_DOMAIN"},
    config.converge: SHARED
    | {"ROOT_DOMAIN", "DIRECTORY_ENDPOINT", "DIRECTORY_SUBJECT", "CREDENTIAL_KEYS", "KMS_ENDPOINT"},
    config.reconcile: SHARED | {"QUEUE_RATES"},
}
EACH = pytest.mark.parametrize("reading", LEAST, ids=lambda reading: reading.__name__)


def names_at_fault(reading: Reading, env: Mapping[str, str]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        reading(env)
    return [problem.partition(":")[0] for problem in caught.value.problems]


@EACH
def test_the_least_that_it_demands_is_enough(reading: Reading):
    read = reading(LEAST[reading])
    assert read.store.startswith("firestore://")
    assert read.policy.name == "launch_2020"
    assert read.clock_offset == 0.0


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
    env = {**WRONG, "CREDENTIAL_KEYS": json.dumps({"k1": secret}), "TASKS_ENDPOINT": f"http://u:{secret}@x"}
    with pytest.raises(ConfigError) as caught:
        reading(env)
    text = str(caught.value)
    assert text.count("\n  - ") == len(caught.value.problems) > 3
    assert secret not in text + repr(caught.value)


def test_a_configuration_shows_no_key():
    read = config.converge(LEAST[config.converge])
    assert SECRET not in repr(read)
    assert "1111" not in repr(read)


def test_the_feed_paces_each_admin_below_his_quota():
    env = {**LEAST[config.reconcile], "QUEUE_RATES": '{"*": 9.5}'}
    assert names_at_fault(config.reconcile, env) == ["QUEUE_RATES"]
    assert config.reconcile({**env, "DIRECTORY_ENDPOINT": "http://127.0.0.1:1"}).rates == {"*": 9.5}


def test_a_command_that_only_looks_reads_the_store_alone():
    assert config.store({"STORE": "sqlite:///akun.db"}) == "sqlite:///akun.db"
    assert names_at_fault(config.store, {"STORE": "x"}) == ["STORE"]
