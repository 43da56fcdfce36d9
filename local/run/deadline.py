"""How a deadline can be tried: what a run prints of it at its end."""

import shlex
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console

from local.run import moment
from local.run.environment import url
from local.run.session import Session
from local.run.summary import near, plain
from shared import policies
from shared.domain.policy import Campaign, Policy

START = datetime(2021, 1, 4, tzinfo=moment.JAKARTA)
"""A day before the deadlines of the policies that are here."""


def tell(console: Console, here: Session, python: Path) -> None:
    """Print the commands, or how to start a run in which they do something."""
    policy = policies.load(here.chosen["POLICY"])
    campaign = ahead(policy, here.now())
    if campaign is not None:
        walk(
            console, campaign, directory=url(here.places.directory), folder=near(here.folder.path), python=near(python)
        )
    elif ahead(policy, START) is not None:
        beside = near(here.folder.path) / f"{START:%Y}"
        plain(console, "Nobody here is concerned by a deadline. To try one, let another run live before it:")
        plain(console, f"  make run AT={START:%Y-%m-%d} FOLDER={beside}\n")


def ahead(policy: Policy, now: datetime) -> Campaign | None:
    """Give the campaign that concerns who gets an account now, and whose deadline is still to come."""
    return next((each for each in policy.campaigns if _is_ahead(each, now)), None)


def _is_ahead(campaign: Campaign, now: datetime) -> bool:
    before = campaign.issued_before or campaign.never_accessed_by
    return (
        campaign.never_accessed_by is not None and before is not None and now < min(before, campaign.never_accessed_by)
    )


def walk(console: Console, campaign: Campaign, *, directory: str, folder: Path, python: Path) -> None:
    """Print the way from the first sign-ins to the campaign's undoing."""
    assert campaign.never_accessed_by is not None  # noqa: S101 - one that is ahead has a date
    day = campaign.never_accessed_by.astimezone(moment.JAKARTA).date() + timedelta(days=1)
    where = "" if folder == Path(".run") else f" --folder {shlex.quote(str(folder))}"
    akun, named = f"{python} -m cli campaign", campaign.id
    text = f"""
Try the deadline of {named} in another terminal, in this folder:
  # a third of the people sign in for the first time
  curl -sS {directory}/control/users | grep -o '"primaryEmail":"[^"]*' | cut -d '"' -f 4 | awk 'NR % 3 == 0' |
    xargs -I % curl -sS -o /dev/null {directory}/control/login -d '{{"userKey": "%"}}'
  # the clock goes to the day after; the settings say by how much
  {python} -m local.run.move {day}{where}
  set -a; . {shlex.quote(str(folder / "env"))}; set +a
  # count, approve, watch; `suspend` works every minute, and only the last look tells who has come
  {akun} plan {named}
  {akun} approve {named} --approver 'Kepala Pusat' --reason 'Surat 12/2021'
  until {akun} status {named} | tee /dev/stderr | grep -q '^{named}: done'; do sleep 10; done
  # lift what it suspended, and nothing else
  {akun} undo {named}
  until {akun} status {named} | tee /dev/stderr | grep -q '^{named}: undone'; do sleep 10; done
"""
    plain(console, text)
