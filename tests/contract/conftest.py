"""The stores that must all behave alike."""

from typing import cast

import pytest

from shared.ports import Store


@pytest.fixture(params=["sqlite_store", pytest.param("firestore_store", marks=pytest.mark.emulator)])
def store(request: pytest.FixtureRequest) -> Store:
    """One empty store of each kind."""
    return cast("Store", request.getfixturevalue(request.param))
