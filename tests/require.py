"""What a test needs of the machine: without it the test is skipped aloud, or fails where REQUIRE_ALL=1 is set."""

import os

import pytest


def require(lack: str | None) -> None:
    """Go on if nothing is lacking."""
    if lack is None:
        return
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"REQUIRE_ALL=1, but {lack}", pytrace=False)
    pytest.skip(lack)
