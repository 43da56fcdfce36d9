"""The whole path on the wire: push, `provision`, Cloud Tasks, `converge`, Directory; each function a program."""

from collections.abc import Iterator

import pytest

from local.push import PushOptions, PushSubscription
from shared import logs
from shared.domain import passwords
from shared.domain.accounts import Account
from tests.rosters import event, member, pupil, staff
from tests.wire.functions import SECRET, Place, delivery, lines
from tests.wire.programs import Program, post, program, send_tasks_on
from tests.wire.standin_target import eventually

OF_LINES = set(logs.Line.__struct_fields__)
SUBSCRIPTION = "projects/akun/subscriptions/provision-roster-changes"
UNRULY = PushOptions(min_backoff=0.01, max_backoff=0.05, duplicate_share=0.3, out_of_order=True, seed=7)


@pytest.fixture
def provision(here: Place) -> Iterator[Program]:
    with program(here, "converge") as converge, program(here, "provision") as running:
        send_tasks_on(here, converge.url())
        yield running


def all_issued(here: Place, count: int) -> list[Account]:
    def done() -> bool:
        here.tasks_control("fast_forward", {"due": True})  # so that nobody waits for a back-off
        accounts = here.accounts()
        return len(accounts) == count and all(account.applied_version == account.version for account in accounts)

    assert eventually(done, 60), here.accounts()
    return here.accounts()


def derived(account: Account) -> str:
    key = passwords.school_key(SECRET, account.credential.scope)
    return passwords.password(key, account.account_id, account.credential.applied_generation)


def test_a_pushed_event_becomes_a_user_with_the_derived_password(here: Place, provision: Program):
    for kind, name in (("push", "SITI AMINAH"), ("eventarc", "BUDI UTOMO")):
        request = delivery(event(pupil(name, who=name)), name[:4], kind)
        assert post(provision.url(), request["data"], request["headers"]) == 200
    accounts = all_issued(here, 2)
    assert {account.state for account in accounts} == {"issued"}
    users = {user["id"]: user for user in here.users()}
    for account in accounts:
        user = users.pop(account.directory_id or "")
        assert (user["primaryEmail"], user["password"]) == (account.address, derived(account))
        assert user["name"]["givenName"] == account.nama.split()[0]
    assert users == {}


def test_deliveries_in_any_order_with_lost_answers_end_in_the_newest_state(here: Place, provision: Program):
    here.fault(method="insert", kind="error", status=503, reason="backendError", count=2)
    here.fault(method="insert", kind="lost", count=2)
    here.fault(method="insert", kind="error", status=403, reason="quotaExceeded", count=2)
    here.tasks_control("faults", {"double": {"count": 3}, "create_503": {"count": 2}})
    with PushSubscription(provision.url() + "/", SUBSCRIPTION, UNRULY) as subscription:
        for revision in (1, 2, 3):
            for number in range(6):
                home = member(tingkat_pendidikan_id=7, rombel=f"VII {revision}")
                subscription.publish(event(pupil(f"SISWA {number}", home, who=f"s{number}"), revision))
        subscription.publish(event(staff(), 1))
        assert subscription.drain(60)
    accounts = all_issued(here, 7)
    assert {account.rombel for account in accounts if account.category == "peserta_didik"} == {"VII 3"}
    passwords_there = {user["primaryEmail"]: user["password"] for user in here.users()}
    assert passwords_there == {account.address: derived(account) for account in accounts}
    assert here.all("parked") == {}


def test_with_the_frameworks_execution_ids_each_line_is_still_one_of_ours(here: Place):
    with program(here, "provision", LOG_EXECUTION_ID="true") as running:
        for number in range(3):
            request = delivery(event(pupil(who=f"s{number}")), f"m{number}")
            assert post(running.url(), request["data"], request["headers"]) == 200
    told = lines(running.out.read_text())
    assert [line["outcome"] for line in told] == ["done"] * 3
    labels = "logging.googleapis.com/labels"
    assert [set(line) - OF_LINES for line in told] == [{labels}] * 3
    assert [set(line[labels]) for line in told] == [{"execution_id"}] * 3
