"""`akun`: `python -m cli`, from the root of the project."""

import click

from cli.account import account
from cli.campaign import campaign
from cli.event import event
from cli.exempt import exempt
from cli.link import link
from cli.parked import parked
from cli.reconcile import reconcile
from cli.school import school
from cli.stop import go, stop
from cli.why import why


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def akun() -> None:
    """Look after the accounts. Each command says what it changes; 0 = done, 1 = refused, 2 = wrong use."""


for command in (account, campaign, event, exempt, go, link, parked, reconcile, school, stop, why):
    akun.add_command(command)

if __name__ == "__main__":
    akun(prog_name="akun")
