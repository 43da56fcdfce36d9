"""Each variable: good, missing, malformed; and no secret in any message."""

import pytest

from shared.environment import TasksConfig
from tests.unit.environments import ENDPOINT, is_refused, problems, read

TASKS = {
    "TASKS_PARENT": "projects/akun/locations/asia-southeast2",
    "CONVERGE_URL": "https://converge-abc.a.run.app",
    "TASKS_INVOKER": "converge@akun.iam.gserviceaccount.com",
}


@pytest.mark.parametrize("store", ["sqlite:///akun.db", "sqlite:////var/akun.db"])
def test_a_store_of_sqlite_is_taken_as_it_is(store: str):
    assert read("store", STORE=store) == store


@pytest.mark.parametrize("env", [{}, {"STORE": ""}, {"STORE": " firestore:// "}])
def test_without_a_store_it_is_firestore(env: dict[str, str]):
    assert read("store", **env).startswith("firestore://")


@pytest.mark.parametrize("store", ["sqlite://", "sqlite:///", "postgres://x", "akun.db", "firestore://x"])
def test_another_store_is_refused(store: str):
    is_refused("STORE", "store", STORE=store)


@pytest.mark.parametrize("name", ["DIRECTORY_ENDPOINT", "KMS_ENDPOINT"])
def test_an_endpoint_is_a_url_without_a_slash_at_its_end_or_none(name: str):
    assert read("url", name) is None
    assert read("url", name, **{name: "http://127.0.0.1:8080/"}) == "http://127.0.0.1:8080"
    assert read("url", name, **{name: "https://directory.test/base"}) == "https://directory.test/base"


@pytest.mark.parametrize("text", ["127.0.0.1:1", "ftp://x", "http://", "http://x?k=v", "http://x#y", "http://u:pass@x"])
def test_an_endpoint_that_is_no_base_url_is_refused_without_a_quotation(text: str):
    (problem,) = problems("url", "KMS_ENDPOINT", KMS_ENDPOINT=text)
    assert problem.startswith("KMS_ENDPOINT: must be a URL")
    assert "pass" not in problem


def test_the_root_domain_is_belajar_id_unless_another_is_named():
    assert read("root_domain") == "belajar.id"
    assert read("root_domain", ROOT_DOMAIN="belajar.test") == "belajar.test"


@pytest.mark.parametrize("domain", ["belajar", "Belajar.id", "belajar.id/", "siti@belajar.id", ".id"])
def test_another_root_domain_is_refused(domain: str):
    is_refused("ROOT_DOMAIN", "root_domain", ROOT_DOMAIN=domain)


def test_the_policy_is_that_of_2020_unless_another_is_named():
    assert read("policy").name == "launch_2020"
    assert read("policy", POLICY="wide_2022").name == "wide_2022"


@pytest.mark.parametrize("name", ["wide", "../policy/launch_2020", "launch_2020.toml"])
def test_a_policy_that_does_not_exist_is_refused_with_those_that_do(name: str):
    (problem,) = problems("policy", POLICY=name)
    assert problem.startswith("POLICY: ")
    assert "launch_2020, wide_2022" in problem


@pytest.mark.parametrize(("text", "offset"), [("3600", 3600.0), ("-86400", -86400.0), ("0.5", 0.5), ("0", 0.0)])
def test_the_clock_may_be_moved_beside_a_stand_in(text: str, offset: float):
    assert read("clock_offset", CLOCK_OFFSET=text, **ENDPOINT) == offset


def test_the_clock_goes_right_unless_it_is_moved():
    assert read("clock_offset") == 0.0
    assert read("clock_offset", CLOCK_OFFSET="0") == 0.0


def test_the_clock_is_never_moved_beside_google():
    (problem,) = problems("clock_offset", CLOCK_OFFSET="60")
    assert problem.startswith("CLOCK_OFFSET: is refused unless DIRECTORY_ENDPOINT is set")


@pytest.mark.parametrize("text", ["soon", "1e9", "+5", "nan", "inf", "٣", "1_000", "9" * 12, "9" * 400])
def test_an_offset_that_is_none_is_refused(text: str):
    is_refused("CLOCK_OFFSET", "clock_offset", CLOCK_OFFSET=text, **ENDPOINT)


def test_tasks_go_to_google_with_an_invoker():
    assert read("tasks", **TASKS) == TasksConfig(
        endpoint=None,
        parent=TASKS["TASKS_PARENT"],
        converge_url=TASKS["CONVERGE_URL"],
        invoker=TASKS["TASKS_INVOKER"],
    )


def test_tasks_go_to_a_stand_in_without_one():
    config = read("tasks", **TASKS, TASKS_ENDPOINT="http://127.0.0.1:1/")
    assert (config.endpoint, config.invoker) == ("http://127.0.0.1:1", None)


@pytest.mark.parametrize("name", TASKS)
def test_each_variable_of_tasks_must_be_set(name: str):
    (problem,) = problems("tasks", **{other: text for other, text in TASKS.items() if other != name})
    assert problem.startswith(f"{name}: is not set; must be ")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TASKS_PARENT", "projects/akun"),
        ("TASKS_PARENT", "projects/akun/locations/x/queues/y"),
        ("CONVERGE_URL", "converge.run.app"),
        ("TASKS_INVOKER", "converge"),
        ("TASKS_ENDPOINT", "cloudtasks.googleapis.com"),
    ],
)
def test_a_malformed_variable_of_tasks_is_refused(name: str, text: str):
    is_refused(name, "tasks", **{**TASKS, name: text})


def test_what_is_blank_counts_as_unset_and_padding_is_dropped():
    assert read("root_domain", ROOT_DOMAIN="   ") == "belajar.id"
    assert read("root_domain", ROOT_DOMAIN=" belajar.test\n") == "belajar.test"
