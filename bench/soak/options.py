"""What a soak can be told."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line's choices; times in seconds, `minutes` apart."""

    people: int = 2000
    kills: int = 3
    seed: int = 7
    folder: Path = Path(".run/soak")
    hurry: bool = False
    soak: bool = True
    fresh: bool = True
    campaign: int = 0
    minutes: float = 5.0
    bulk: int = 20_000
    changes: float = 5.0
    backfill_wait: bool = True
    json: Path | None = None


def parse(arguments: Sequence[str] | None) -> Options:
    """Read the command line; ends the program on wrong use."""
    default = Options()
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description="The whole path under faults and kills.")
    add = parser.add_argument
    add("--people", type=_count, default=default.people, help="size of the soak's roster (%(default)s)")
    add("--kills", type=_count, default=default.kills, help="of provision and of converge each (%(default)s)")
    add("--seed", type=int, default=default.seed, help="of roster, lanes, faults and kills (%(default)s)")
    add("--folder", type=Path, default=default.folder, help="logs and keys of the run (%(default)s)")
    add("--hurry", action="store_true", help="catch up by a clock set ahead, instead of waiting minutes for lost tasks")
    add("--soak", type=_yes, default=default.soak, metavar="0|1", help="the soak itself, or not")
    add("--fresh", type=_yes, default=default.fresh, metavar="0|1", help="the freshness run after the soak, or not")
    add("--minutes", type=float, default=default.minutes, help="of live changes in the freshness run (%(default)s)")
    add("--bulk", type=int, default=default.bulk, help="people of its back-fill (%(default)s)")
    add("--changes", type=float, default=default.changes, help="live changes a second (%(default)s)")
    add("--no-backfill-wait", dest="backfill_wait", action="store_false", help="compare the live people only")
    add("--campaign", type=int, default=default.campaign, metavar="N", help="a deadline over N accounts (0: none)")
    add("--json", type=Path, metavar="FILE", help="write the figures of freshness there, too")
    return Options(**vars(parser.parse_args(arguments)))


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _yes(text: str) -> bool:
    if text not in ("0", "1"):
        raise argparse.ArgumentTypeError("must be 0 or 1")
    return text == "1"
