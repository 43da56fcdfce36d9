"""What becomes of a user of the Directory stand-in: roles, suspension, renaming, deletion, return."""

from collections.abc import Iterator

import pytest

from tests.wire.test_directory_standin_support import ADDRESS, Client, person, refusal, standin

DAY = 86400
OTHER = "budi.santoso1@smp.belajar.id"


@pytest.fixture(scope="module")
def running() -> Iterator[Client]:
    with standin() as client:
        yield client


@pytest.fixture
def directory(running: Client) -> Client:
    running.control("reset", {})
    return running


def test_an_admin_role_comes_only_by_make_admin(directory: Client):
    directory.insert()
    assert directory.update(isAdmin=True)["isAdmin"] is False
    directory.users.makeAdmin(userKey=ADDRESS, body={"status": True}).execute()
    assert directory.get()["isAdmin"] is True


def test_the_etag_changes_with_every_update(directory: Client):
    assert directory.insert()["etag"] != directory.update(suspended=True)["etag"]


def test_a_suspension_shows_its_reason_only_while_it_lasts(directory: Client):
    directory.insert()
    assert directory.update(suspended=True)["suspensionReason"] == "ADMIN"
    assert directory.get()["suspended"] is True
    assert "suspensionReason" not in directory.update(suspended=False)


def test_a_suspension_by_google_cannot_be_lifted(directory: Client):
    directory.insert()
    directory.control("suspend", {"userKey": ADDRESS})
    assert directory.get()["suspensionReason"] == "ABUSE"
    expected = (412, "adminCannotUnsuspend", "Cannot restore a user suspended for abuse.")
    assert refusal(directory.update, suspended=False) == expected
    assert directory.get()["suspended"] is True


def test_a_suspension_by_an_administrator_can_be_lifted(directory: Client):
    directory.insert()
    directory.control("suspend", {"userKey": ADDRESS, "by": "admin"})
    assert directory.update(suspended=False)["suspended"] is False


def test_tokens_of_a_suspended_user_are_forbidden(directory: Client):
    directory.insert()
    tokens = directory.service.tokens().list(userKey=ADDRESS)
    assert tokens.execute()["items"] == []
    directory.update(suspended=True)
    assert refusal(tokens.execute)[:2] == (403, "forbidden")


def test_archiving_needs_a_licence(directory: Client):
    directory.insert()
    assert refusal(directory.update, archived=True)[:2] == (412, "insufficientArchivedUserLicenses")
    directory.control("quotas", {"archivedLicences": 1})
    assert directory.update(archived=True)["archived"] is True


def test_a_rename_leaves_the_old_address_as_alias(directory: Client):
    made = directory.insert()
    assert directory.update(primaryEmail=OTHER)["aliases"] == [ADDRESS]
    assert directory.get(ADDRESS)["id"] == made["id"]
    assert refusal(directory.insert)[1] == "duplicate"
    assert refusal(directory.update, OTHER, primaryEmail=ADDRESS)[1] == "duplicate"


def test_a_rename_to_a_foreign_domain_is_refused(directory: Client):
    directory.insert()
    message = "New domain name is not a verified secondary domain"
    assert refusal(directory.update, primaryEmail="siti@example.org") == (400, "invalid", message)


def test_an_unknown_user_is_not_found(directory: Client):
    for call in (directory.get, directory.update):
        assert refusal(call) == (404, "notFound", "Resource Not Found: userKey")


def test_a_deleted_user_answers_412_and_can_be_restored_by_id_alone(directory: Client):
    made = directory.insert()
    directory.users.delete(userKey=ADDRESS).execute()
    for call in (directory.get, directory.update):
        assert refusal(call) == (412, "conditionNotMet", "User is deleted.")
    undelete = directory.users.undelete
    assert refusal(undelete(userKey=ADDRESS, body={}).execute)[0] == 404
    assert undelete(userKey=made["id"], body={"orgUnitPath": "/"}).execute() in ("", b"")
    assert directory.get()["orgUnitPath"] == "/"
    assert refusal(undelete(userKey=made["id"], body={}).execute)[:2] == (412, "conditionNotMet")


def test_after_20_days_a_deleted_user_is_gone_and_the_address_free(directory: Client):
    made = directory.insert()
    directory.users.delete(userKey=ADDRESS).execute()
    directory.advance(20 * DAY + 1)
    assert refusal(directory.get)[0] == 404
    assert refusal(directory.users.undelete(userKey=made["id"], body={}).execute)[:2] == (412, "conditionNotMet")
    assert directory.insert()["id"] != made["id"]


@pytest.mark.parametrize(("outcome", "status"), [("replace", 200), ("invite", 202), ("keep", 409)])
def test_an_unmanaged_account_is_resolved_as_its_owner_chose(directory: Client, outcome: str, status: int):
    directory.control("seed", {"unmanaged": {ADDRESS: outcome}})
    request = directory.users.insert(body=person(), resolveConflictAccount=True)
    if status == 409:
        assert refusal(request.execute)[:2] == (409, "duplicate")
    else:
        request.execute()
    assert len(directory.control("users")["users"]) == (status == 200)


def test_custom_schemas_merge_and_show_only_in_their_projection(directory: Client):
    directory.insert(customSchemas={"dapodik": {"nisn": "0101234567"}, "lain": {"x": 1}})
    directory.update(customSchemas={"dapodik": {"npsn": "20106343"}, "lain": None})
    assert "customSchemas" not in directory.get()
    whole = {"dapodik": {"nisn": "0101234567", "npsn": "20106343"}}
    assert directory.get(projection="full")["customSchemas"] == whole
    assert directory.get(projection="custom", customFieldMask="dapodik")["customSchemas"] == whole


def test_sign_out_answers_nothing(directory: Client):
    directory.insert()
    assert directory.users.signOut(userKey=ADDRESS).execute() in ("", b"")
