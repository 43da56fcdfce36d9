"""`python -m local.run`: see `--help`, or `make help`."""

import sys

from local.run.options import parse


def main() -> int:
    """Read the command line, then load what a run takes."""
    options = parse(None)
    from local.run.terminal import run

    return run(options)


if __name__ == "__main__":
    sys.exit(main())
