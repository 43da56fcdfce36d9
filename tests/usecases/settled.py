"""What must hold once everything has arrived, landed and been tried again."""

from shared.domain.accounts import Account
from shared.domain.decide import decide
from shared.domain.names import directory_name
from shared.ports import Query, Ref
from tests.rosters import change
from tests.usecases.machine import OWN_PASSWORD, Story


def check(story: Story) -> None:
    """Hold the settled world against what the last event of each person says."""
    accounts = story.world.accounts()
    users = [user for user in story.world.state.users.values() if user.email not in story.strangers]
    assert sorted(user.id for user in users) == sorted(a.directory_id or "" for a in accounts)
    assert len({account.address for account in accounts}) == len(accounts)
    for account in accounts:
        _check_account(story, account)
    _check_decided(story, accounts)


def _check_account(story: Story, account: Account) -> None:
    user = story.world.user(account)
    marks = {entry["customType"]: entry["value"] for entry in user.fields["externalIds"]}
    credential = account.credential
    assert account.lane is None
    assert account.applied_version == account.version
    assert user.email == account.address
    assert story.world.inner.get(Ref("addresses", account.address)).data["account_id"] == account.account_id  # type: ignore[union-attr]
    assert marks["akun"] == account.account_id
    assert marks["akun_kredensial"] == f"{credential.key_id}.{credential.generation}"
    assert credential.applied_generation == credential.generation
    name = directory_name(account.nama)
    assert (user.fields["name"]["givenName"], user.fields["name"]["familyName"]) == (
        name.given_name,
        name.family_name,
    )
    assert user.fields["organizations"][0]["costCenter"] == account.npsn
    assert bool(user.suspended) == bool(account.holds)
    assert account.is_suspended == bool(account.holds)
    own = story.changed_at.get(account.account_id) == credential.generation
    assert user.password == (OWN_PASSWORD if own else story.world.password_of(account))


def _check_decided(story: Story, accounts: list[Account]) -> None:
    by_id = {account.account_id: account for account in accounts}
    latest = {person["person_id"]: (person, revision) for person, revision, _ in story.sent if isinstance(person, dict)}
    for person, revision in latest.values():
        wanted = change(person, revision).person
        own = {a.realm: a for a in accounts if a.person_id == wanted.person_id}
        for target in decide(wanted, story.world.policy, own).targets:
            account = by_id[f"{wanted.person_id}.{target.realm.name}"]
            assert (account.nama, account.npsn, account.ends_at) == (wanted.nama, target.home.sekolah.npsn, None)


def check_replay(story: Story) -> None:
    """Deliver everything again, newest first: nothing is written, nothing called, nothing enqueued."""
    world = story.world
    world.restart()
    world.store.reset()
    world.directory.calls.clear()
    for person, revision, lane in reversed(story.sent):
        world.receive(person, revision, lane)
    assert (world.store.writes, world.directory.calls, world.tasks.tasks) == (0, [], [])
    assert not list(world.inner.query(Query("parked")))
