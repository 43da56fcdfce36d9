"""The licence and the version that the project says it has."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_licence_is_whole_and_the_changelog_has_the_projects_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    licence = (ROOT / "LICENSE").read_text("utf-8")
    assert project["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in licence
    assert licence.rstrip().endswith("limitations under the License.")
    assert re.search(rf"(?m)^## \[{re.escape(project['version'])}\] - ", (ROOT / "CHANGELOG.md").read_text("utf-8"))
