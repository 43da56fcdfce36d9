"""README and CONTRIBUTING against the code: what they name exists, and what exists is named."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest

from cli.__main__ import akun
from cli.parked import CURES_OF_ACCOUNTS
from shared import policies
from shared.adapters.directory_errors import PREFIXES, TABLE
from shared.domain.decide import decide
from shared.logs import Line
from shared.outcomes import Outcome
from shared.ports import Verdict
from tests.deciding import person_of
from tests.rosters import member, pupil, school

ROOT = Path(__file__).parents[2]
PAGES = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "CONTRIBUTING.md")}
README, CONTRIBUTING = PAGES.values()
CONFIGURATION = (ROOT / "docs/configuration.md").read_text("utf-8")
RUNBOOK = (ROOT / "docs/runbook.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
FUNCTIONS = {path.parent.name for path in (ROOT / "functions").glob("*/main.py")}

OTHERS = [ROOT / "CHANGELOG.md", ROOT / "local/roster/README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DOCUMENTS = [*PAGES, *(str(path.relative_to(ROOT)) for path in OTHERS)]
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
MADE_HERE = (".run/", ".venv/")  # by a command, not in the repository
NO_PATHS = re.compile(r"https://.*|roster-change/1|switches/\w+|projects/.*|roles/.*|sqlite:.*|firestore:.*|\W?kms:.*")


def section(text: str, heading: str) -> str:
    """Give what stands between a heading and the next of its level."""
    found = re.search(rf"(?ms)^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text)
    assert found, heading
    return found[1]


def rows(text: str) -> list[list[str]]:
    """Give the cells of the one table in a text, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def code(text: str) -> str:
    """Give all that is set as code: blocks, fenced or indented, and what stands in backticks."""
    fenced = re.findall(r"(?ms)^```\w*\n(.*?)^```$", text)
    indented = [line for line in text.splitlines() if line.startswith("    ")]
    return "\n".join([*fenced, *indented, *INLINE.findall(text)])


def words(text: str) -> set[str]:
    """Give what stands in backticks."""
    return set(INLINE.findall(re.sub(r"(?ms)^```.*?^```$", "", text)))


def strings(node: ast.AST) -> Iterator[str]:
    yield from (n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def calls(node: ast.AST) -> Iterator[tuple[str, list[str]]]:
    """Give each method that is called, with the texts among its arguments."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            first = call.args[:1]
            yield call.func.attr, [a.value for a in first if isinstance(a, ast.Constant) and isinstance(a.value, str)]


def functions_of(path: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def variables_read() -> dict[str, set[str]]:
    """Give the variables that each function's configuration reads, found in the source."""
    readers = {name: set(asked(node)) for name, node in functions_of("shared/environment.py").items()}
    functions = {name: node for name, node in functions_of("shared/config.py").items() if name in FUNCTIONS}
    return {
        name: {*asked(node), *(found for method, _ in calls(node) for found in readers.get(method, ()))}
        for name, node in functions.items()
    }


def asked(node: ast.AST) -> Iterator[str]:
    """Give the variables that a piece of code asks for by name."""
    for method, texts in calls(node):
        if method in ("text", "url", "number", "flag", "_object", "get"):
            yield from (text for text in texts if re.fullmatch(r"[A-Z][A-Z0-9_]+", text))


def variables_told() -> dict[str, set[str]]:
    told: dict[str, set[str]] = {name: set() for name in FUNCTIONS}
    for names, readers, _ in rows(CONFIGURATION):
        for function in FUNCTIONS if readers == "all" else INLINE.findall(readers):
            told[function] |= set(INLINE.findall(names))
    return told


def test_every_function_has_a_configuration_of_its_own():
    assert set(variables_read()) == FUNCTIONS
    assert all("STORE" in names for names in variables_read().values())


def test_the_variables_of_the_page_are_those_that_each_function_reads():
    assert variables_told() == variables_read()


def test_no_variable_is_read_past_the_configuration():
    named = {"FIRESTORE_EMULATOR_HOST"}  # Google's client reads it
    pattern = re.compile(r"(?<!request\.)environ(\[|\.get)|getenv")
    for path in [*(ROOT / "shared").rglob("*.py"), *(ROOT / "functions").rglob("*.py"), *(ROOT / "cli").rglob("*.py")]:
        assert not pattern.search(path.read_text("utf-8")), path
    told = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", CONFIGURATION))
    assert told - set().union(*variables_read().values()) == named | {"GOOGLE_CLOUD_PROJECT"}


def test_the_table_of_functions_has_every_function_and_no_other():
    assert {INLINE.findall(row[0])[0] for row in rows(section(README, "The path of an event"))} == FUNCTIONS


def test_every_job_of_reconcile_is_in_the_table():
    source = ast.parse((ROOT / "functions/reconcile/main.py").read_text("utf-8"))
    (run,) = (n for n in ast.walk(source) if isinstance(n, ast.Call) and ast.unparse(n.func) == "jobs.run_job")
    told = set(re.findall(r'\{"job": "(\w+)"\}', README))
    assert {"feed"} < set(strings(run.args[1])) == told


def test_every_make_target_named_exists_and_every_target_is_named():
    targets = set(re.findall(r"(?m)^([a-z-]+):.*## ", MAKEFILE))
    named = {name for text in PAGES.values() for name in re.findall(r"\bmake ([a-z][a-z-]*)", code(text))}
    listed = set(re.findall(r"[a-z-]+", re.search(r"all that CI runs: (.*)", CONTRIBUTING)[1]))  # type: ignore[index]
    assert named | listed == targets - {"help"}


def test_every_variable_that_make_is_given_is_one_of_the_makefile():
    given = {name for text in PAGES.values() for name in re.findall(r"\bmake [^\n]*?\b([A-Z]+)=", code(text))}
    known = set(re.findall(r"\$\(([A-Z]+)\)|\b(?:takes|with) +([A-Z]+)=", MAKEFILE))
    assert given - {name for pair in known for name in pair} == {"POLICY"}  # goes on to the functions


def commands(group: click.Group) -> set[str]:
    return {
        f"{name} {inner}".strip()
        for name, command in group.commands.items()
        for inner in getattr(command, "commands", [""])
    }


def test_every_akun_command_named_exists_and_every_command_is_named():
    text = code(README) + code(CONTRIBUTING) + code(RUNBOOK)
    found = re.findall(r"(?:akun|-m cli) ([\w|]+)(?: ([\w|]+))?", text)
    groups = {name for name, command in akun.commands.items() if isinstance(command, click.Group)}
    pairs = [(first, name) for firsts, names in found for first in firsts.split("|") for name in names.split("|")]
    named = {f"{first} {name}" if first in groups else first for first, name in pairs if name or first not in groups}
    assert named == commands(akun)


def paths(text: str) -> Iterator[str]:
    """Give the paths in backticks, one of several words aside."""
    for word in words(text):
        looks_like_one = "/" in word or re.search(r"\w\.(md|toml|py|txt|tf|csv)$", word)
        if looks_like_one and " " not in word and not NO_PATHS.fullmatch(word) and not word.startswith(MADE_HERE):
            yield word


@pytest.mark.parametrize("page", DOCUMENTS)
def test_every_relative_link_leads_somewhere(page):
    path = ROOT / page
    for target in re.findall(r"\]\(([^)]+)\)", path.read_text("utf-8")):
        if not target.startswith("https://"):
            assert (path.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("page", PAGES)
def test_every_path_in_backticks_exists(page):
    assert [path for path in paths(PAGES[page]) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_path_in_a_command_exists(page):
    named = set(re.findall(r"(?<![\w./<-])((?:shared|tests|docs|infra|local|functions)/[\w./-]+)", code(PAGES[page])))
    example = {"shared/policy/kursus_2027.toml"}
    assert [path for path in sorted(named - example) if not (ROOT / path).exists()] == []


def test_every_folder_with_code_has_a_line_and_every_line_a_folder():
    told = {word.split("/")[0] for row in rows(section(README, "Layout")) for word in INLINE.findall(row[0])}
    with_code = {path.parent.relative_to(ROOT).parts[0] for path in ROOT.glob("*/__init__.py")} - {"bench"}
    assert with_code <= told
    assert [folder for folder in told if not (ROOT / folder).is_dir()] == []


def known_codes() -> set[str]:
    """Give every text that the deployed code holds: outcomes, codes, kinds, severities."""
    modules = [*(ROOT / "shared").rglob("*.py"), *(ROOT / "cli").rglob("*.py")]
    return {text for path in modules for text in strings(ast.parse(path.read_text("utf-8")))}


def test_every_code_that_the_runbook_explains_exists():
    named = {word for word in words(RUNBOOK) if re.fullmatch(r"[a-z_]+", word)}
    fields = {field.name for field in msgspec.structs.fields(Line)}
    assert named - FUNCTIONS - fields - known_codes() == set()


def test_every_outcome_that_needs_somebody_is_explained():
    well = {Outcome.DONE, Outcome.DUPLICATE, Outcome.STALE, Outcome.UNCHANGED, Outcome.UNKNOWN}
    assert {str(outcome) for outcome in set(Outcome) - well} <= words(RUNBOOK)


def test_every_code_that_blocks_an_account_or_stops_all_is_explained():
    table = [*TABLE.values(), *((row[3], row[4]) for row in PREFIXES)]
    codes = {code for verdict, code in table if verdict in (Verdict.REFUSED, Verdict.MISCONFIGURED)}
    codes |= {"contention", "licences_full", "quota", *CURES_OF_ACCOUNTS}
    assert codes <= words(RUNBOOK)


def test_every_field_of_a_log_line_is_named():
    fields = {field.name for field in msgspec.structs.fields(Line)} - {"message"}
    assert fields <= words(RUNBOOK)


def test_the_realm_that_the_page_adds_can_be_added_as_it_is_shown():
    text = re.search(r"(?ms)^```toml\n(.*?)^```$", section(CONTRIBUTING, "Add a realm"))
    row = re.search(r'^\+    "(\w+)": \[\("pupil", (\d+), "grade (\d+)", "(\w+)"\)\],$', CONTRIBUTING, re.MULTILINE)
    assert text
    assert row
    name, form, grade, realm = row.groups()
    assert tomllib.loads(text[1])["name"] == name
    policy = policies.parse(text[1], name)
    person = person_of(pupil("SITI", member(school(form=int(form)), tingkat_pendidikan_id=int(grade))))
    assert [target.realm.name for target in decide(person, policy, {}).targets] == [realm]


def test_the_pages_stay_short():
    assert len(README.splitlines()) <= 210
    for text in PAGES.values():
        assert max(len(table.splitlines()) for table in re.findall(r"(?m)(?:^\|.*\n)+", text)) <= 15


def test_the_decisions_are_few_and_dated():
    decisions = re.findall(r"(?m)^- (.*)$", section(README, "Decisions"))
    assert 0 < len(decisions) <= 8
    assert all(re.match(r"20\d\d-\d\d-\d\d: ", decision) for decision in decisions)
