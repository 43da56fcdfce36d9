import json

import jsonschema
import pytest
from hypothesis import given

from docs.contract import generate
from shared import events
from shared.errors import PermanentError
from tests.unit.event_samples import EXAMPLES, NOW, changes, encoded, mutations

SCHEMA = json.loads(generate.SCHEMA_FILE.read_bytes())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)

# The rules that a schema can't say; the page lists them.
BEYOND = {"revision_in_future", "membership_duplicate", "nama_empty", "date_invalid", "time_invalid", "text_too_long"}
GOOD = sorted((EXAMPLES / "good").glob("*.json"))
INDEX = json.loads((EXAMPLES / "bad" / "index.json").read_bytes())


def test_the_committed_schema_is_the_generated_one():
    committed = generate.SCHEMA_FILE.read_text(encoding="utf-8")
    assert committed == generate.render_schema(), "run: python -m docs.contract.generate"


def test_the_pages_tables_are_the_generated_ones():
    committed = generate.PAGE_FILE.read_text(encoding="utf-8")
    assert committed == generate.page(committed), "run: python -m docs.contract.generate"
    assert all(f"| `{code}` | {cure} |" in committed for code, cure in events.CURES.items())


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_every_good_example_meets_the_schema(path):
    assert VALIDATOR.is_valid(json.loads(path.read_bytes()))


@pytest.mark.parametrize("example", INDEX, ids=lambda example: example["file"])
def test_every_bad_example_fails_the_schema_unless_its_rule_is_beyond_it(example):
    try:
        event = json.loads((EXAMPLES / "bad" / example["file"]).read_bytes())
    except ValueError:
        assert example["code"] in {"message_empty", "not_json", "not_utf8"}
    else:
        assert not VALIDATOR.is_valid(event) or example["code"] in BEYOND or example["code"] == "not_json"


@given(mutations)
def test_what_meets_the_schema_is_understood(event):
    if VALIDATOR.is_valid(event):
        assert {code for _, code in events.problems(encoded(event), now=NOW)} <= BEYOND


@given(changes)
def test_every_normalised_event_meets_the_schema(change):
    assert VALIDATOR.is_valid(json.loads(events.render(change)))


@given(mutations)
def test_whatever_is_understood_meets_the_schema_once_normalised(event):
    try:
        change = events.parse(encoded(event), now=NOW)
    except PermanentError:
        return
    assert VALIDATOR.is_valid(json.loads(events.render(change)))
