"""`.venv` from nothing: each of the four ways, what is left alone, and which package index is asked."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import package_index
from local.bootstrap import STAMP
from local.package_index import BootstrapError
from tests.unit.index_stand_in import UV, Index, serving

ROOT = Path(__file__).resolve().parents[2]
INDEX = "-".join(("index", "url"))  # pip's own spelling
BLOCKER = """
import os, sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in os.environ["BLOCKED"].split(","):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocker())
"""


@pytest.fixture
def index() -> Iterator[Index]:
    with serving() as served:
        yield served


class Machine:
    """A folder with the project's bootstrap, on a machine that has Python and little else."""

    def __init__(self, folder: Path, index: Index) -> None:
        self.root = folder / "project"
        self.bin = folder / "bin"
        home = folder / "home"
        for each in (self.root / "local", self.root / "requirements", self.bin, home, folder / "blocker"):
            each.mkdir(parents=True)
        for name in ("__init__.py", "bootstrap.py", "package_index.py"):
            shutil.copyfile(ROOT / "local" / name, self.root / "local" / name)
        (folder / "blocker" / "sitecustomize.py").write_text(BLOCKER)
        (self.root / "requirements" / "uv.txt").write_text(index.uv_lock)
        self.requirements = self.root / "requirements" / "tiny.txt"
        self.requirements.write_text(index.tiny_lock)
        self.venv = self.root / ".venv"
        self._blocker = str(folder / "blocker")
        self.env = {
            "HOME": str(home),
            "PATH": str(self.bin),
            "PIP_INDEX_URL": index.url,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_CACHE_DIR": "1",
        }

    def without(self, *modules: str) -> None:
        self.env |= {"PYTHONPATH": self._blocker, "BLOCKED": ",".join(modules)}

    def with_uv(self) -> None:
        (self.bin / "uv").write_text(UV)
        (self.bin / "uv").chmod(0o755)

    def set_up(self) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "local.bootstrap", "requirements/tiny.txt"]
        return subprocess.run(command, cwd=self.root, env=self.env, capture_output=True, text=True, timeout=120)

    def has_tiny(self) -> bool:
        command = [str(self.venv / "bin" / "python"), "-c", "import tiny; print(tiny.ANSWER)"]
        return subprocess.run(command, env={}, capture_output=True, text=True, timeout=60).stdout == "42\n"

    def was_synced(self) -> bool:
        asked, synced = self.requirements.read_text(), (self.venv / "synced").read_text()
        return asked.replace("\\", "").split() == synced.replace("\\", "").split()


@pytest.fixture
def machine(tmp_path: Path, index: Index) -> Machine:
    return Machine(tmp_path, index)


def test_a_uv_on_the_path_makes_the_environment(machine, index):
    machine.with_uv()
    done = machine.set_up()
    assert (done.returncode, done.stdout) == (0, "setup: making .venv from requirements/tiny.txt with uv\n"), (
        done.stderr
    )
    assert machine.was_synced()
    assert index.asked == []


def test_without_uv_venv_and_pip_make_it(machine):
    done = machine.set_up()
    assert done.returncode == 0, done.stderr
    assert done.stdout == "setup: making .venv from requirements/tiny.txt with python -m venv\n"
    assert machine.has_tiny()
    assert [path.name for path in machine.venv.glob("lib/python*/site-packages/*") if path.suffix == ".dist-info"] == [
        "tiny-1.0.dist-info"
    ]


def test_without_ensurepip_the_machines_pip_brings_uv(machine):
    machine.without("ensurepip")
    done = machine.set_up()
    assert done.returncode == 0, done.stderr
    assert machine.was_synced()
    assert (machine.root / ".tools" / "uv" / "bin" / "uv").exists()


def test_without_pip_too_uv_is_fetched_from_the_index(machine, index):
    machine.without("ensurepip", "pip")
    done = machine.set_up()
    assert done.returncode == 0, done.stderr
    assert machine.was_synced()
    assert [path.split("-")[0] for path, _ in index.asked] == ["/index/uv/", "/files/uv"]


def test_a_uv_that_is_not_the_locked_one_is_never_run(machine, index):
    machine.without("ensurepip", "pip")
    (machine.root / "requirements" / "uv.txt").write_text(index.tiny_lock.replace("tiny==1.0", "uv==9.9.9"))
    done = machine.set_up()
    assert done.returncode == 1
    assert "setup: no way to make .venv worked:\n  uv: not on the path\n" in done.stderr
    assert "venv and pip: this Python has no ensurepip\n  uv by pip: this Python has no pip\n" in done.stderr
    assert "uv from the package index: the package index gave a uv that is not the locked one (SHA-256)" in done.stderr
    assert not machine.venv.exists()


def test_a_package_that_is_not_the_locked_one_is_never_installed(machine, index):
    machine.requirements.write_text(index.uv_lock.replace("uv==9.9.9", "tiny==1.0"))
    (machine.root / "requirements" / "uv.txt").write_text(index.tiny_lock.replace("tiny==1.0", "uv==9.9.9"))
    done = machine.set_up()
    assert done.returncode == 1
    assert "venv and pip: python failed" in done.stderr
    assert not machine.has_tiny()
    assert not (machine.venv / STAMP).exists()


def test_what_is_there_already_is_left_alone(machine, index):
    machine.with_uv()
    machine.set_up()
    (machine.bin / "uv").unlink()
    before = (machine.venv / STAMP).stat().st_mtime_ns
    done = machine.set_up()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (machine.venv / STAMP).stat().st_mtime_ns == before


def test_an_environment_that_holds_more_than_is_asked_for_suffices(machine, index):
    machine.with_uv()
    machine.requirements.write_text("# all of it\n" + index.tiny_lock + "    # via us\n" + index.uv_lock)
    machine.set_up()
    machine.requirements.write_text(index.tiny_lock)
    assert machine.set_up().stdout == ""


def test_another_lock_makes_the_environment_anew(machine, index):
    machine.with_uv()
    machine.set_up()
    (machine.venv / "old").touch()
    machine.requirements.write_text(index.tiny_lock + index.uv_lock)
    assert machine.set_up().returncode == 0
    assert machine.was_synced()
    assert not (machine.venv / "old").exists()


def test_a_set_up_that_was_broken_off_is_done_again(machine):
    machine.with_uv()
    machine.set_up()
    (machine.venv / STAMP).unlink()
    (machine.venv / "synced").unlink()
    assert machine.set_up().returncode == 0
    assert machine.was_synced()


def test_a_folder_that_is_no_environment_is_never_removed(machine):
    machine.with_uv()
    machine.venv.mkdir()
    (machine.venv / "mine").touch()
    done = machine.set_up()
    assert done.returncode == 1
    assert "is not a virtual environment: move it away" in done.stderr
    assert (machine.venv / "mine").exists()


def test_an_old_python_is_refused_in_one_line():
    old = "import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_module('local.bootstrap', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", old], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 or newer is needed, and this is 3.9")
    assert done.stderr.count("\n") == 1


# ------------------------------------------------------------------------------------------------- the package index


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / ".config" / "pip").mkdir(parents=True)
    return tmp_path


def test_pips_file_tells_uv_too(home):
    (home / ".config" / "pip" / "pip.conf").write_text(f"[global]\n{INDEX} = http://127.0.0.1/one\ncert = /ca.pem\n")
    told = package_index.with_one_index({"HOME": str(home)})
    assert told["UV_DEFAULT_INDEX"] == told["PIP_INDEX_URL"] == "http://127.0.0.1/one"
    assert told["SSL_CERT_FILE"] == told["PIP_CERT"] == "/ca.pem"


def test_pips_variable_is_stronger_than_its_file_and_uvs_stronger_for_uv(home):
    (home / ".config" / "pip" / "pip.conf").write_text("[install]\nindex_url = http://127.0.0.1/one\n")
    by_pip = {"HOME": str(home), "PIP_INDEX_URL": "http://127.0.0.1/two"}
    assert package_index.with_one_index(by_pip)["UV_DEFAULT_INDEX"] == "http://127.0.0.1/two"
    both = package_index.with_one_index({**by_pip, "UV_INDEX_URL": "http://127.0.0.1/three"})
    assert (both["UV_DEFAULT_INDEX"], both["PIP_INDEX_URL"]) == ("http://127.0.0.1/three", "http://127.0.0.1/two")


def test_where_nobody_was_told_of_an_index_none_is_set(home):
    told = package_index.with_one_index({"HOME": str(home), "PIP_CONFIG_FILE": os.devnull})
    assert "UV_DEFAULT_INDEX" not in told
    assert "PIP_INDEX_URL" not in told


def test_user_and_password_of_an_index_are_sent_as_a_header_and_never_shown(index):
    lock = index.uv_lock
    url = index.url.replace("http://", "http://clerk:s%20ecret@")
    assert package_index.fetch_uv(lock, {"UV_DEFAULT_INDEX": url}) == UV.encode()
    assert index.asked[0] == ("/index/uv/", "Basic Y2xlcms6cyBlY3JldA==")
    with pytest.raises(BootstrapError) as caught:
        package_index.fetch_uv(lock.replace("9.9.9", "9.9.8"), {"UV_DEFAULT_INDEX": url + "/elsewhere"})
    assert "ecret" not in str(caught.value)


def test_a_wheel_for_another_machine_does_not_fit():
    assert not package_index.fits("manylinux_2_17_s390x")
    assert not package_index.fits("win_amd64")
    assert not package_index.fits("any")
