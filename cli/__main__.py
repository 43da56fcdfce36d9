"""`akun`: `python -m cli`, from the root of the project."""

import click

from cli.account import account
from cli.event import event
from cli.link import link
from cli.parked import parked
from cli.school import school
from cli.why import why


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def akun() -> None:
    """Look after the accounts. Each command says what it changes; 0 = done, 1 = refused, 2 = wrong use."""


for command in (account, event, link, parked, school, why):
    akun.add_command(command)

if __name__ == "__main__":
    akun(prog_name="akun")
