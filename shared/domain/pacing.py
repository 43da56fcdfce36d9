"""How much bulk work a realm takes in a minute, counted in Directory calls."""

from collections.abc import Mapping

from shared.domain.accounts import Account

SHARE = 0.9  # of a realm's calls is the most that bulk work gets
STEP = 0.02  # of a realm's calls is added after a minute that left nothing undone
FLOOR = 2.0  # calls: the dearest account must fit, or it would never be fed


def calls_of(account: Account) -> int:
    """Count the calls that converging the account takes: setting or lifting a hold, or a reset, looks first."""
    if not account.is_confirmed:
        return 1
    differs = bool(account.holds) != account.is_suspended or account.password_is_due
    return 2 if differs or account.external is not None else 1


def next_quota(quota: float, undone: int, calls_per_minute: float) -> float:
    """Give the next minute's quota: lower by what was left undone, or a step higher; never below the floor.

    What is no more than a step is no sign of too much: a lost task, or one that met a fault in the last seconds.
    """
    step = calls_per_minute * STEP
    wanted = quota - undone if undone > max(FLOOR, step) else quota + step
    return max(FLOOR, min(wanted, calls_per_minute * SHARE))


def eta(calls: Mapping[str, float], rates: Mapping[str, float]) -> float:
    """Give the seconds that bulk work takes at least: the slowest of all realms together and of each, in calls.

    `calls` are those left by realm, `rates` the realms' calls a second; bulk work gets nine tenths of them.
    """
    each = [number / (rates[realm] * SHARE) for realm, number in calls.items() if number]
    together = sum(calls.values()) / (sum(rates.values()) * SHARE)
    return max([together, *each])
