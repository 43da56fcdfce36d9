"""How much bulk work a realm takes in a minute, counted in Directory calls."""

from shared.domain.accounts import Account

SHARE = 0.9  # of a realm's calls is the most that bulk work gets
STEP = 0.02  # of a realm's calls is added after a minute that left nothing undone
FLOOR = 2.0  # calls: the dearest account must fit, or it would never be fed


def calls_of(account: Account) -> int:
    """Count the calls that converging the account takes: setting or lifting a hold, or a reset, looks first."""
    if not account.is_confirmed:
        return 1
    looks = bool(account.holds) != account.is_suspended or account.password_is_due
    return 2 if looks else 1


def next_quota(quota: float, undone: int, calls_per_minute: float) -> float:
    """Give the next minute's quota: lower by what was left undone, or a step higher; never below the floor."""
    step = calls_per_minute * STEP
    wanted = quota - undone if undone else quota + step
    return max(FLOOR, min(wanted, calls_per_minute * SHARE))
