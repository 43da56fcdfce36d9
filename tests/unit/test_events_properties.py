import functools
import json
import re
import subprocess
import sys
import traceback
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from shared import events, normalise, parking
from shared.errors import PermanentError
from tests.unit.event_samples import NOW, PATHS, PUPIL, changes, edited, encoded, json_values, mutations, spelled

KNOWN_PATH = re.compile(
    r"|schema|event_id|revision|occurred_at|person(\.[a-z_]+|\.memberships\[\d+\](\.[a-z_]+|\.sekolah\.[a-z_]+)?)?"
)

PARSE = functools.partial(events.parse, now=NOW)


def outcome(data, how=PARSE):
    try:
        return how(data)
    except PermanentError as error:
        return error


@given(changes)
def test_parsing_what_was_rendered_gives_the_same_event(change):
    assert events.parse(events.render(change), now=NOW) == change


@given(mutations)
def test_whatever_is_understood_is_in_its_final_form(event):
    result = outcome(encoded(event))
    if not isinstance(result, PermanentError):
        assert events.parse(events.render(result), now=NOW) == result


@given(st.binary() | json_values.map(encoded) | mutations.map(encoded))
def test_any_bytes_are_an_event_or_have_a_code_and_a_path_of_the_contract(data):
    result = outcome(data)
    if isinstance(result, PermanentError):
        assert result.code in events.CURES
        assert KNOWN_PATH.fullmatch(result.field)
        assert (result.field, result.code) in events.problems(data, now=NOW)
    else:
        assert events.problems(data, now=NOW) == []


@given(json_values)
def test_any_envelope_is_opened_or_refused(envelope):
    for sent in (envelope, {"message": envelope}, {"message": {"data": envelope}}):
        result = outcome(sent, events.message)
        assert isinstance(result, events.Message) or result.code in events.CURES


@given(st.text())
def test_tidying_twice_is_tidying_once(text):
    once = normalise.tidy(text)
    assert normalise.tidy(once) == once


@given(st.text(alphabet=st.characters(categories=["Cc", "Zs", "Zl", "Zp", "Cf"])))
def test_white_space_and_control_characters_never_survive(text):
    assert "  " not in normalise.tidy(f"a{text}b")
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u00a0\u200b\u2028\ufeff]", normalise.tidy(f"a{text}b"))


@given(changes, st.data())
def test_case_and_white_space_of_what_is_sent_make_no_other_content(change, data):
    blanks = st.text(" \t\r\n\u00a0\u3000\x00", min_size=1, max_size=3)

    def untidy(value):
        if isinstance(value, dict):
            return {key: untidy(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [untidy(inner) for inner in value]
        if isinstance(value, str):
            upper = value.upper() if re.fullmatch(r"[0-9a-f-]{36}", value) else value
            return data.draw(blanks) + upper.replace(" ", data.draw(blanks)) + data.draw(blanks)
        return value

    sent = untidy({**json.loads(events.render(change)), "occurred_at": None})
    sent["person"]["memberships"] = data.draw(st.permutations(sent["person"]["memberships"]))
    assert events.parse(encoded(sent), now=NOW).content_hash == change.content_hash


SECRETS = ("3171234567890001", "2008-02-29", "Ibu Rahasia")
PLANTS = [
    {"nik": SECRETS[0], "tanggal_lahir": SECRETS[1], "nama_ibu": SECRETS[2]},
    [*SECRETS],
    [{"nik": secret} for secret in SECRETS],
    {"nama": {"lengkap": SECRETS[2]}, "sekolah": SECRETS[0], "person": SECRETS[1]},
]


def shown(data):
    """Everything that could be kept or logged of a message."""
    result = outcome(data)
    error = result if isinstance(result, PermanentError) else PermanentError("revision_conflict", "revision")
    parked = parking.entry(data, "live", error, NOW)
    return repr(result) + repr(parked) + str(error) + "".join(traceback.format_exception(error))


@given(st.sampled_from(PATHS), st.sampled_from(PLANTS))
def test_nothing_foreign_in_a_field_of_the_contract_is_ever_shown(path, plant):
    assert not any(secret in shown(encoded(edited(path, plant))) for secret in SECRETS)


@given(st.sampled_from([path[:-1] for path in PATHS]), st.sampled_from(["nik", "Nama", "nama ", "$type", ""]))
def test_nothing_in_an_unknown_field_is_ever_shown(holder, name):
    path = (*holder, name) if holder[-1:] != ("memberships",) else (*holder, 0, name)
    for plant in (*SECRETS, *PLANTS):
        for event in (edited(path, plant), edited(("revision",), 0, edited(path, plant))):
            assert not any(secret in shown(encoded(event)) for secret in SECRETS)


@given(st.sampled_from(PATHS))
def test_a_number_of_another_kind_stays_only_where_it_cant_be_told_apart(path):
    free = {"person.nama", "person.nuptk", "person.memberships[0].rombel", "person.memberships[0].sekolah.nama"}
    if spelled(path) not in free:
        for plant in (SECRETS[0], f" {SECRETS[0]} ", int(SECRETS[0])):
            event = edited(path, plant)
            if path == ("revision",):
                event = edited(path, f"{SECRETS[0]}x")
            assert SECRETS[0] not in shown(encoded(event))


def test_the_door_needs_only_msgspec_and_the_standard_library():
    code = (
        "import sys; before = set(sys.modules); import shared.parking; "
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)))"
    )
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert set(ran.stdout.split()) <= {"msgspec", "shared", "typing_extensions"}  # the last by msgspec itself


def test_a_good_event_is_parsed_without_a_fault_left_behind():
    reading = events.read(encoded(PUPIL))
    assert (reading.faults, reading.is_complete) == ([], True)
