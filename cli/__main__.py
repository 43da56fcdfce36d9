"""`akun`: `python -m cli`, from the root of the project."""

import click

from cli.event import event
from cli.parked import parked


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def akun() -> None:
    """Look after the accounts. Each command says what it changes; 0 = done, 1 = refused, 2 = wrong use."""


akun.add_command(event)
akun.add_command(parked)

if __name__ == "__main__":
    akun(prog_name="akun")
