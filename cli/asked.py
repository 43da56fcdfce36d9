"""What commands of campaigns ask for alike: one line of text, a moment, and who does it."""

import getpass
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import click

from shared.handout.phrases import WIB

LONGEST: Final = 200  # characters of a line that is kept
FURTHEST: Final = timedelta(days=731)
CAMPAIGN: Final = re.compile(r"[a-z0-9-]{1,64}")
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def one_line(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """Take one line that can be printed wherever it is read again; exits with 2 on another."""
    if value is None:
        return None
    line = value.strip()
    if not line or len(line) > LONGEST or not line.isprintable():
        raise click.BadParameter(f"give one line of at most {LONGEST} characters, without control characters")
    return line


def reason(why: str, *, required: bool = True) -> Decorator:
    """Give the option --reason."""
    said = f"{why} One line; kept, so no personal data."
    return click.option("--reason", required=required, callback=one_line, help=said)


def author(who: str) -> Decorator:
    """Give the option --author."""
    return click.option("--author", required=True, callback=one_line, help=f"{who} Kept with it.")


def _by(context: click.Context, param: click.Parameter, value: str | None) -> str:
    name = value
    if name is None:
        try:
            name = getpass.getuser()
        except (KeyError, OSError):  # a machine that has no name for its user
            raise click.UsageError("say who does this: --by NAME") from None
    return one_line(context, param, name) or ""


def _campaign_id(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not CAMPAIGN.fullmatch(value):
        raise click.BadParameter("name a campaign of the policy, such as 2021-06-30: akun campaign status lists them")
    return value


campaign_id = click.argument("campaign_id", metavar="ID", callback=_campaign_id)
any_campaign_id = click.argument("campaign_id", metavar="[ID]", required=False, callback=_campaign_id)
by = click.option("--by", callback=_by, help="Who does this; default: your user name on this machine.")
for_programs = click.option("--json", "for_programs", is_flag=True, help="One JSON object.")


def moment(text: str) -> datetime | None:
    """Read a day, which means its end in Jakarta, or an ISO time with its zone; None = neither."""
    try:
        if DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time.max, WIB)
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def until(text: str, now: datetime) -> datetime:
    """Read the end of an exemption; exits with 2 where it is no date, past, or over two years ahead."""
    at = moment(text)
    if at is None:
        raise click.BadParameter("give a day, 2021-07-31, or a time with its zone", param_hint="--until")
    if at <= now:
        raise click.BadParameter("is past: give a day to come", param_hint="--until")
    if at - now > FURTHEST:
        raise click.BadParameter("is more than two years ahead: give an earlier day", param_hint="--until")
    return at
