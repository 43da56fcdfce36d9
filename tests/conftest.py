"""What all tests share."""

import os

from hypothesis import settings

pytest_plugins = ["tests.fixtures_store"]

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")
