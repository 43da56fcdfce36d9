"""What ends a run early, in words that name no person."""


class RunError(Exception):
    """The run cannot go on; the text says why and what to do."""
