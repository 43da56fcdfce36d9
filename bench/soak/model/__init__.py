"""Which accounts a roster makes, written from the design alone: nothing here imports the system that it judges."""

from bench.soak.model.policy import Policy, load
from bench.soak.model.reading import fault
from bench.soak.model.worlds import Keys, Wanted, World, worlds

__all__ = ["Keys", "Policy", "Wanted", "World", "fault", "load", "worlds"]
