"""Every password that is shown opens its account, and none of them, nor any name, is left where it does not belong."""

import json
import secrets
import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from flask.testing import FlaskClient
from google.cloud.firestore import Client, CollectionReference

from shared.adapters.firestore import FirestoreStore
from shared.domain.accounts import Blocked
from tests.rosters import pupil, staff
from tests.wire.functions import KEYS, Place
from tests.wire.handout import (
    a_link,
    address,
    an_account,
    arrive,
    cells,
    derived,
    download,
    download_program,
    plant,
    plant_school,
    reset,
    rows,
    settle,
    signs_in,
    words,
)
from tests.wire.raw import get

SECOND = b64encode(b"2" * 32).decode()
ADDED = json.dumps({**json.loads(KEYS), "k2": SECOND})
PROMOTED = json.dumps({"k2": SECOND, **json.loads(KEYS)})
PEOPLE = (pupil("SITI AMINAH"), pupil("JOKO PURWANTO", who="joko"), staff("BAYU KUSUMA"))
LISTS = ("peserta_didik", "ptk")


def shown(function: FlaskClient) -> dict[str, str]:
    """Give each account's password as the CSV shows it, "" where it shows none."""
    found: dict[str, str] = {}
    for category in LISTS:
        for row in rows(function.get(address(a_link(), f"/{category}.csv"))):
            found[row["id_pengguna"]] = row["kata_sandi_awal"]
    return found


def known_to_the_directory(here: Place) -> dict[str, str]:
    return {user["primaryEmail"]: user["password"] for user in here.users()}


# ------------------------------------------------------------------------------------------------------- passwords


def test_every_password_that_a_file_shows_signs_in(here: Place):
    arrive(here, *PEOPLE)
    function = download(here)
    found = shown(function)
    assert found == known_to_the_directory(here)
    assert len(set(found.values())) == 3
    for category, count in (("peserta_didik", 2), ("ptk", 1)):
        sheet = cells(function.get(address(a_link(), f"/{category}.xlsx")).data)[1:]
        cards = words(function.get(address(a_link(), f"/{category}/kartu")).data)
        assert len(sheet) == count
        for _, _, _, user, password, *_ in sheet:
            assert found[user] == password
            assert password in cards
    assert all(signs_in(here, user, password) for user, password in found.items())
    assert not any(signs_in(here, user, password[:-1] + "1") for user, password in found.items())


def test_after_a_key_is_added_and_promoted_old_and_new_accounts_show_what_signs_in(here: Place):
    arrive(here, PEOPLE[0])
    first = shown(download(here))
    assert shown(download(here, CREDENTIAL_KEYS=ADDED)) == first
    arrive(here, PEOPLE[1], CREDENTIAL_KEYS=PROMOTED)
    found = shown(download(here, CREDENTIAL_KEYS=PROMOTED))
    assert {account.credential.key_id for account in here.accounts()} == {"k1", "k2"}
    assert first.items() < found.items()
    assert found == known_to_the_directory(here)
    without = shown(download(here, CREDENTIAL_KEYS=KEYS))
    assert sorted(without.values()) == sorted(["", *first.values()])


def test_after_a_reset_the_new_password_alone_is_shown_and_signs_in(here: Place):
    arrive(here, *PEOPLE)
    function = download(here)
    before = shown(function)
    account = next(account for account in here.accounts() if account.category == "ptk")
    reset(here, account)
    assert shown(function) == {**before, account.address: ""}
    settle(here)
    after = shown(function)
    assert after[account.address] not in ("", before[account.address])
    assert after == known_to_the_directory(here)
    assert not signs_in(here, account.address, before[account.address])
    assert signs_in(here, account.address, after[account.address])


# ----------------------------------------------------------------------------------------------------- what is noted


def test_what_a_fetch_showed_is_noted_by_account_and_generation(here: Place):
    arrive(here, *PEOPLE)
    teacher = next(account for account in here.accounts() if account.category == "ptk")
    reset(here, teacher)
    settle(here)
    plant(here.store, an_account("tunggu", state="reserved", directory_id=None, blocked=Blocked(code="x", field="")))
    link = a_link()
    for way in ("/ptk.csv", "/peserta_didik.xlsx"):
        assert download(here).get(address(link, way)).status_code == 200
    reads = {read["number"]: read for read in here.all(f"links/{link.link_id}/reads").values()}
    assert (reads[1]["accounts"], reads[1]["generations"]) == ([teacher.account_id], [2])
    noted = dict(zip(reads[2]["accounts"], reads[2]["generations"], strict=True))
    pupils = {account.account_id: account for account in here.accounts() if account.category == "peserta_didik"}
    assert noted == {account_id: int(account.is_confirmed) for account_id, account in pupils.items()}
    assert sorted(noted.values()) == [0, 1, 1]
    assert all("password" not in key and "sandi" not in key for read in reads.values() for key in read)


def test_what_cannot_be_noted_is_not_shown(here: Place):
    plant_school(here.store)
    plant(here.store, an_account())
    with closing(sqlite3.connect(here.path)) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON documents WHEN NEW.collection LIKE '%/reads'"
            " BEGIN SELECT RAISE(ABORT, 'SITI PRATIWI'); END"
        )
        connection.commit()
    function = download(here)
    for way in ("/peserta_didik.csv", "/peserta_didik.xlsx", "/peserta_didik/kartu"):
        answer = function.get(address(a_link(), way))
        assert answer.status_code == 503
        assert "PRATIWI" not in answer.text


@pytest.mark.emulator
def test_no_password_is_in_the_emulators_documents(here: Place, firestore_host: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_host)
    project = f"demo-{secrets.token_hex(8)}"
    env = {"STORE": "firestore://", "FIRESTORE_EMULATOR_HOST": firestore_host, "GOOGLE_CLOUD_PROJECT": project}
    store = FirestoreStore(project=project)
    plant_school(store)
    accounts = [an_account(f"kawan{number}") for number in range(20)]
    plant(store, *accounts)
    with download_program(here, **env) as running:
        link = a_link()
        file = get(running.url(), address(link, "/peserta_didik.csv")).body.decode()
        for way in ("", "/peserta_didik.xlsx", "/peserta_didik/kartu"):
            assert get(running.url(), address(link, way)).status == 200
    issued = {derived(account) for account in accounts}
    assert [password for password in issued if password not in file] == []
    client = Client(project=project)
    documents = str([document for collection in client.collections() for document in everything_in(collection)])
    assert link.link_id in documents
    assert "KAWAN7 PRATIWI" in documents
    assert documents.count("'generations'") == 3
    assert [password for password in issued if password in documents + running.printed()] == []


def everything_in(collection: CollectionReference) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give all documents of a collection and below, with their places."""
    for reference in collection.list_documents():
        yield reference.path, reference.get().to_dict() or {}
        for below in reference.collections():
            yield from everything_in(below)
