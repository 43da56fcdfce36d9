"""Each function's zip loads alone, with nothing but its lock, and imports no more than it uses."""

import ast
import re
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest

from tests.package.layout import FUNCTIONS, ROOT, build, environment, files, loaded, run

pytestmark = pytest.mark.xdist_group("package")  # each function is loaded once
EACH = pytest.mark.parametrize("name", FUNCTIONS)
Told = dict[str, dict[str, Any]]

# Import budget: facts of weight are in the libraries' own measurements; `anyascii` is for provision alone.
NEVER = {"google.cloud.pubsub_v1", "google.cloud.tasks_v2", "google.cloud.kms", "google.cloud.secretmanager"}
NEVER |= {"pydantic", "pydantic_settings", "jsonschema", "environs", "openpyxl", "fpdf", "rich", "babel", "faker"}
NEVER |= {"pytest", "hypothesis", "uvloop", "cli", "local", "tests", "segno"}
LAZY = {"xlsxwriter", "shared.handout.xlsx_file"}  # for whoever asks for that file
USE_CASES = {
    "provision": {"provision"},
    "converge": {"converge"},
    "reconcile": {"feed", "stuck"},
    "suspend": {"suspend"},
    "link": {"link"},
    "download": {"handout"},
}
NOT_USED = {
    "provision": "adapters.directory adapters.directory_errors adapters.keyring adapters.firestore "
    "credentials directory_steps switchboard queries domain.sending domain.applying domain.pacing",
    "converge": "adapters.firestore contract events intake normalise parking schools domain.bases domain.titles "
    "domain.words domain.people domain.plan domain.sorting domain.pacing",
    "reconcile": "adapters.directory adapters.directory_errors adapters.keyring adapters.firestore contract events "
    "intake normalise parking schools credentials directory_steps domain.bases domain.titles domain.words "
    "domain.people domain.plan domain.sorting domain.sending domain.applying domain.passwords",
    "suspend": "adapters.directory adapters.directory_errors adapters.keyring adapters.kms adapters.firestore "
    "adapters.tasks adapters.google_http contract events intake normalise parking schools credentials directory_steps "
    "hints switchboard door handout.page domain.bases domain.titles domain.words domain.plan domain.sorting "
    "domain.sending domain.applying domain.passwords",
    "link": "adapters.directory adapters.directory_errors adapters.keyring adapters.kms adapters.firestore contract "
    "adapters.tasks events intake normalise parking schools credentials directory_steps switchboard door handout.page "
    "domain.passwords domain.bases domain.plan",
    "download": "adapters.directory adapters.directory_errors adapters.firestore adapters.tasks contract events intake "
    "adapters.kms adapters.google_http normalise parking schools directory_steps switchboard portal_door "
    "handout.xlsx_file domain.bases domain.titles domain.words domain.plan domain.sending domain.applying "
    "domain.pacing",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return {name: loaded(tmp_path_factory.mktemp(name), name) for name in FUNCTIONS}


@cache
def owners() -> dict[str, str]:
    """Give each installed file's distribution."""
    return {
        str(file.locate()): re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower()
        for found in distributions()
        for file in found.files or ()
        if file.suffix in (".py", ".so")
    }


def locked() -> set[str]:
    lines = (ROOT / "functions" / "requirements.txt").read_text().splitlines()
    return {line.partition("==")[0].lower() for line in lines if re.match(r"[a-z0-9]", line)}


def ours(modules: dict[str, str | None]) -> set[str]:
    return {name.removeprefix("shared.") for name in modules if name.startswith("shared.")}


@EACH
def test_it_loads_and_answers(told: Told, name: str):
    expected = {"provision": [503], "link": [200], "download": [200] * 4}  # nobody listens where provision enqueues
    assert told[name]["statuses"] == expected.get(name, [200])


@EACH
def test_it_runs_from_its_own_folder(told: Told, name: str):
    places = {
        path for module, path in told[name]["in_use"].items() if path and module.partition(".")[0] in ("main", "shared")
    }
    assert places
    assert [place for place in places if place.startswith(str(ROOT))] == []


@EACH
def test_it_imports_nothing_that_its_lock_does_not_name(told: Told, name: str):
    installed = {path for path in told[name]["in_the_cloud"].values() if path and "site-packages" in path}
    strangers = {path: owners().get(path) for path in installed if owners().get(path) not in locked()}
    assert installed
    assert strangers == {}


@EACH
def test_it_imports_nothing_heavy(told: Told, name: str):
    assert NEVER & set(told[name]["in_the_cloud"]) == set()


@EACH
def test_it_imports_what_makes_an_xlsx_for_whoever_asks_for_one(told: Told, name: str):
    assert LAZY & set(told[name]["in_use"]) == set()
    assert told[name].get("of_xlsx") == (200 if name == "download" else None)
    assert LAZY & set(told[name]["in_the_cloud"]) == (LAZY if name == "download" else set())


def test_the_page_and_the_cards_are_imported_on_first_use(told: Told):
    pages = {"handout.page", "handout.cards"}
    assert pages & ours(told["download"]["at_start"]) == set()
    assert pages <= ours(told["download"]["in_use"])


@EACH
def test_it_imports_msgspec_and_only_provision_the_letters(told: Told, name: str):
    assert "msgspec" in told[name]["in_use"]
    assert ("anyascii" in told[name]["in_use"]) == (name == "provision")


@EACH
def test_it_imports_no_use_case_but_its_own(told: Told, name: str):
    found = {
        module.removeprefix("usecases.") for module in ours(told[name]["in_use"]) if module.startswith("usecases.")
    }
    assert found == USE_CASES[name]


@EACH
def test_it_imports_none_of_our_modules_in_vain(told: Told, name: str):
    assert set(NOT_USED[name].split()) & ours(told[name]["in_use"]) == set()


@EACH
def test_what_it_must_not_import_exists(name: str):
    known = {place.removeprefix("shared/").removesuffix(".py").replace("/", ".") for place in files(name)}
    assert set(NOT_USED[name].split()) <= known


@EACH
def test_it_imports_clients_only_when_it_needs_one(told: Told, name: str):
    clients = {"google.cloud.firestore", "googleapiclient", "grpc", "httplib2", "sqlite3"}
    assert clients & set(told[name]["at_start"]) == set()
    assert {"google.cloud.firestore", "grpc"} & set(told[name]["in_use"]) == set()  # the store is SQLite


@EACH
def test_a_function_folder_holds_main_py_alone(name: str):
    assert {path.name for path in (ROOT / "functions" / name).iterdir()} - {"__pycache__"} == {"main.py", "__init__.py"}


@EACH
def test_main_py_is_short_and_its_target_is_called_as_its_folder(name: str):
    text = (ROOT / "functions" / name / "main.py").read_text()
    assert len(text.splitlines()) <= 40
    assert name in {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}


def test_the_zip_holds_every_file_of_shared_that_is_read():
    others = {
        path.suffix for path in (ROOT / "shared").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    assert others == {".py", ".toml"}


@EACH
def test_without_configuration_it_does_not_start_and_names_all_that_is_missing(tmp_path: Path, name: str):
    done = run(build(tmp_path, name), name, {})
    tasks = {"TASKS_INVOKER", "TASKS_PARENT", "CONVERGE_URL"}
    missing = {
        "provision": tasks,
        "converge": {*tasks, "CREDENTIAL_KEYS"},
        "reconcile": {*tasks, "QUEUE_RATES"},
        "suspend": {"QUEUE_RATES"},
        "link": {"LINK_KEYS", "PUBLIC_URL"},
        "download": {"LINK_KEYS", "CREDENTIAL_KEYS"},
    }[name]
    assert done.returncode != 0
    assert set(re.findall(r"^  - ([A-Z_]+): is not set; ", done.stderr, re.MULTILINE)) == missing


def test_a_malformed_secret_is_not_printed(tmp_path: Path):
    env = {**environment(tmp_path), "CREDENTIAL_KEYS": '{"k1": "geheim"}', "TASKS_PARENT": "x", "POLICY": "x"}
    done = run(build(tmp_path, "converge"), "converge", env)
    assert re.findall(r"^  - ([A-Z_]+): ", done.stderr, re.MULTILINE) == ["TASKS_PARENT", "POLICY", "CREDENTIAL_KEYS"]
    assert "geheim" not in done.stdout + done.stderr
