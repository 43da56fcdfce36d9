"""`akun account`: what is done for one account."""

import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager

import click

from cli import asked
from cli.output import moment
from cli.refusals import refusals
from cli.school import UUID
from shared import config, wiring
from shared.domain.plan import account_id as id_of
from shared.errors import PermanentError
from shared.ports import Ref, Store
from shared.usecases.reinstate import Reinstate
from shared.usecases.reset import Reset

ACCOUNT = re.compile(UUID.pattern + r"\.[a-z]+(\.[a-z]+)?")

# Why an account gets no new password, or is not given back, with what to do; the field of the refusal is put in.
REFUSED = {
    "account_unknown": "there is no such account",
    "account_not_made": "the Directory has no user for it yet, so there is no password to replace: akun why",
    "account_external": "somebody else did this to it: {}; mend that in the Admin console",
    "account_closed": "its person has left; on a return the account is opened again",
    "account_held": "it is suspended: {}; a new password would not open it",
    "account_not_dormant": "no campaign suspended it, nor is about to; it is: {}; akun why says more",
    "account_blocked": "the Directory refuses it as it is: {}; mend that first: akun parked list",
}


@click.group()
def account() -> None:
    """Do something for one account."""


@account.command()
@click.argument("who")
@click.argument("realm", required=False)
@asked.reason("Why.")
def reset(who: str, realm: str | None, reason: str) -> None:
    """Give the account WHO a new first password; the school's next file shows it.

    WHO is an address, an account id, or a person_id with its REALM. The old password ends, the owner's own too.
    """
    with refusals():
        read = config.command(os.environ)
        store, tasks = wiring.store(read.store), wiring.tasks(read.tasks)
        account_id = _account_id(store, who.strip().lower(), realm)
        use_case = Reset(store=store, tasks=tasks, clock=wiring.clock(read.clock_offset))
        with closing(tasks), _refused(account_id):
            done = use_case(account_id, reason)
    click.echo(f"{account_id}\tpassword {done.account.credential.generation} is on its way")
    _tell_unqueued(done.unqueued)


@account.command()
@click.argument("who")
@click.argument("realm", required=False)
@asked.reason("Why.")
@asked.author("Who asks for it: office or school.")
def reinstate(who: str, realm: str | None, reason: str, author: str) -> None:
    """Give back the account WHO that a campaign suspended, and exempt its person from campaigns for 30 days.

    WHO is an address, an account id, or a person_id with its REALM. The password stays as it was.
    """
    with refusals():
        read = config.command(os.environ)
        store, tasks = wiring.store(read.store), wiring.tasks(read.tasks)
        account_id = _account_id(store, who.strip().lower(), realm)
        use_case = Reinstate(store=store, tasks=tasks, clock=wiring.clock(read.clock_offset))
        with closing(tasks), _refused(account_id):
            done = use_case(account_id, reason, author)
    click.echo(f"{account_id}\tis given back; its person is exempt until {moment(done.exemption.until)}")
    if done.account.holds:
        click.echo(f"it stays suspended all the same: {done.account.cause}", err=True)
    _tell_unqueued(done.unqueued)


def _tell_unqueued(code: str) -> None:
    if code:
        click.echo(f"its task could not be queued ({code}): reconcile does it within minutes", err=True)


@contextmanager
def _refused(account_id: str) -> Iterator[None]:
    """Turn a refusal into one line that says why, and exit 1."""
    try:
        yield
    except PermanentError as error:
        if error.code not in REFUSED:
            raise
        raise click.ClickException(f"{account_id}: {REFUSED[error.code].format(error.field)}") from None


def _account_id(store: Store, who: str, realm: str | None) -> str:
    """Find which account is meant; exits with 2 where that is not clear, with 1 where there is none."""
    if ACCOUNT.fullmatch(who) and realm is None:
        return who
    if UUID.fullmatch(who):
        return id_of(who, realm) if realm else _only_account(store, who)
    if "@" not in who or realm is not None:
        raise click.UsageError("name an address, an account id, or a person_id and its realm")
    reserved = store.get(Ref("addresses", who)) if "/" not in who else None
    if reserved is None:
        raise click.ClickException(f"{who}: no account has this address")
    account_id = str(reserved.data["account_id"])
    found = store.get(Ref("accounts", account_id))
    if found is not None and found.data["address"] != who:
        # A candidate that was given up, because somebody else's user has it.
        raise click.ClickException(f"{who}: not the address of any account of ours; {account_id} has another one")
    return account_id


def _only_account(store: Store, person_id: str) -> str:
    person = store.get(Ref("people", person_id))
    if person is None:
        raise click.ClickException(f"{person_id}: no such person")
    realms = person.data["realms"]
    if len(realms) != 1:
        raise click.UsageError(f"name the realm; the person has: {', '.join(realms) or 'none'}")
    return id_of(person_id, realms[0])
