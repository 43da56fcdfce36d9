"""Queue rates by realm (design 2): shared out by need, at most 9.5 a second a realm and 38 for the one admin."""

from collections.abc import Mapping

TOTAL, MOST, LEAST = 38.0, 9.5, 0.4


def shared_out(need: Mapping[str, float], total: float = TOTAL) -> dict[str, float]:
    """Give each realm its share of the total, within bounds; what the largest can't take goes to the others."""
    rates = dict.fromkeys(need, LEAST)
    free = {realm for realm in need if need[realm] > 0}
    while free:
        left = total - sum(rate for realm, rate in rates.items() if realm not in free)
        wanted = sum(need[realm] for realm in free)
        shares = {realm: left * need[realm] / wanted for realm in free}
        bound = {realm: rate for realm, rate in shares.items() if not LEAST <= rate <= MOST}
        high = {realm for realm, rate in bound.items() if rate > MOST}
        settled = high or set(bound)
        if not settled:
            rates |= shares
            break
        rates |= {realm: MOST if realm in high else LEAST for realm in settled}
        free -= settled
    return {realm: int(rate * 100) / 100 for realm, rate in rates.items()}
