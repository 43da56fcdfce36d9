"""A stand-in for a Pub/Sub push subscription, inside this process."""

from local.push.message import DeadLetter
from local.push.subscription import PushOptions, PushStats, PushSubscription

__all__ = ["DeadLetter", "PushOptions", "PushStats", "PushSubscription"]
