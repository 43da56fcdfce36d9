"""`python -m local.directory --port N`: the stand-in as a program of its own."""

import argparse

from local.directory.options import CREATION_REASONS, Lag, Options, Quotas
from local.directory.server import serve

GOOGLE_CALLS_PER_MINUTE = 2400
GOOGLE_CREATIONS_PER_SECOND = 10


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and serve."""
    chosen = _parser().parse_args(arguments)
    serve(_options(chosen), chosen.port)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.directory", description=__doc__)
    add = parser.add_argument
    add("--port", type=int, default=0, help="port on 127.0.0.1; 0 = a free one")
    add("--domain", action="append", help="verified domain, or *.domain for all below; repeatable")
    add("--org-unit", action="append", default=[], help="org unit that exists; repeatable; none = all do")
    add("--any-org-unit", action="store_true", help="every org unit exists, whatever is seeded")
    add("--customer", default="C00000000", help="customer id; my_customer always works")
    add("--name-limit", type=int, choices=(40, 60), default=60, help="characters in a given or family name")
    add("--latency-ms", type=float, default=0, help="delay of every call")
    add("--require-auth", action="store_true", help="answer 401 to calls without an Authorization header")
    add("--google-quotas", action="store_true", help="2,400 calls a minute, 10 creations a second per domain")
    add("--calls-per-minute", type=int, help="limit per Authorization header")
    add("--creations-per-second", type=int, help="limit per domain")
    add("--creation-reason", choices=CREATION_REASONS, default="quotaExceeded", help="how too many are refused")
    add("--concurrent", type=int, help="calls at a time, then 429")
    add("--user-limit", type=int, help="users, deleted ones included, then 412")
    add("--org-units-per-second", type=int, help="limit on writes to org units")
    add("--archived-licences", type=int, default=0, help="users who may be archived")
    for kind in ("get", "list", "settle", "rename", "alias", "group"):
        add(f"--{kind}-lag", type=float, default=0, help="seconds; GET /control explains each")
    return parser


def _options(chosen: argparse.Namespace) -> Options:
    calls, creations = chosen.calls_per_minute, chosen.creations_per_second
    if chosen.google_quotas:
        calls = calls or GOOGLE_CALLS_PER_MINUTE
        creations = creations or GOOGLE_CREATIONS_PER_SECOND
    return Options(
        domains=tuple(domain.lower() for domain in chosen.domain or Options.domains),
        org_units=tuple("/" + path.strip("/") for path in chosen.org_unit),
        any_org_unit=chosen.any_org_unit,
        customer=chosen.customer,
        name_limit=chosen.name_limit,
        latency_ms=chosen.latency_ms,
        require_auth=chosen.require_auth,
        quotas=Quotas(
            calls_per_minute=calls,
            creations_per_second=creations,
            creation_reason=chosen.creation_reason,
            concurrent=chosen.concurrent,
            user_limit=chosen.user_limit,
            org_units_per_second=chosen.org_units_per_second,
            archived_licences=chosen.archived_licences,
        ),
        lag=Lag(
            get=chosen.get_lag,
            list=chosen.list_lag,
            settle=chosen.settle_lag,
            rename=chosen.rename_lag,
            alias=chosen.alias_lag,
            group=chosen.group_lag,
        ),
    )


if __name__ == "__main__":
    main()
