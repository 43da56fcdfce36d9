"""How a command says no: our errors as one line and exit 1."""

import click

from shared.errors import AppError, ConfigError


class refusals:  # noqa: N801 - a context manager that reads as a word
    """Turns our errors into one line and exit 1."""

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Say what was refused."""
        if isinstance(error, ConfigError):
            raise click.ClickException(str(error)) from None
        if isinstance(error, AppError):
            raise click.ClickException(f"refused: {error}") from None
