"""Makes `.venv` from a locked requirements file, on a machine that has Python and perhaps nothing else.

`python3 -m local.bootstrap requirements/local.txt` tries in turn: uv on the path; venv with pip; uv by pip; uv fetched
from the package index. Every file is checked against the hashes of the lock. What is there already is left alone.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # whatever python3 is, it gets this far
    sys.exit(
        "Python 3.11 or newer is needed, and this is %d.%d (%s): name another, e.g. make PYTHON=python3.12"  # noqa: UP031
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

import contextlib
import fcntl
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from local.package_index import BootstrapError, fetch_uv, with_one_index

PIP_OPTIONS = ("--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes", "--no-deps")
UV_LOCK = Path("requirements", "uv.txt")
STAMP = "akun-requirements.txt"
# Inside a virtual environment this is the Python that it was made from: `.venv` may be that very environment.
PYTHON = getattr(sys, "_base_executable", sys.executable)


def main(arguments: list[str]) -> int:
    """Bring `.venv` to a requirements file; gives the exit status."""
    if len(arguments) != 1:
        print("usage: python3 -m local.bootstrap REQUIREMENTS", file=sys.stderr)
        return 2
    root = Path(__file__).resolve().parents[1]
    try:
        with locked(root / ".tools"):
            ensure(root, Path(arguments[0]), os.environ)
    except (BootstrapError, OSError) as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one process at a time work on the environment."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --------------------------------------------------------------------------------------------- what is there already


def ensure(root: Path, requirements: Path, env: Mapping[str, str]) -> None:
    """Make `.venv` anew unless it holds all that the requirements file locks."""
    venv = root / ".venv"
    stamp = venv / STAMP
    wanted = stamp_of(requirements.read_text("utf-8"))
    python = venv / "bin" / "python"
    if stamp.exists() and python.exists() and wanted <= set(stamp.read_text("utf-8").split("\n\n")):
        return
    if venv.exists() and not (venv / "pyvenv.cfg").exists():
        raise BootstrapError(f"{venv} is not a virtual environment: move it away")
    make(root, requirements, with_one_index(env))
    stamp.write_text("\n\n".join(sorted(wanted)), "utf-8")


def stamp_of(requirements: str) -> set[str]:
    """Give what an environment must hold: this Python, and each locked package with its hashes, without comments."""
    lines = (line for line in requirements.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    packages = re.split(r"\n(?=\S)", "\n".join(lines))
    return {f"python {platform.python_version()} {platform.machine()}", *packages}


# ------------------------------------------------------------------------------------------------------ the four ways


def make(root: Path, requirements: Path, env: Mapping[str, str]) -> None:
    """Try the ways in turn; raises BootstrapError with the reasons when none works."""
    ways: list[tuple[str, Callable[[Path, Path, Mapping[str, str]], None]]] = [
        ("uv", by_uv_on_path),
        ("venv and pip", by_venv),
        ("uv by pip", by_pip_and_uv),
        ("uv from the package index", by_fetched_uv),
    ]
    reasons = []
    for name, way in ways:
        try:
            way(root, requirements, env)
        except BootstrapError as error:
            reasons.append(f"  {name}: {error}")
        else:
            return
    raise BootstrapError("\n".join(["no way to make .venv worked:", *reasons]))


def by_uv_on_path(root: Path, requirements: Path, env: Mapping[str, str]) -> None:
    """Use the uv that is installed."""
    install_with_uv(uv_on_path(root, env), root, requirements, env)


def by_venv(root: Path, requirements: Path, env: Mapping[str, str]) -> None:
    """Use Python's own venv, with the pip that it brings."""
    if not has_module("ensurepip", env):
        raise BootstrapError("this Python has no ensurepip")
    say("python -m venv", requirements)
    venv = emptied(root / ".venv")
    run([PYTHON, "-m", "venv", str(venv)], env)
    pip = [str(venv / "bin" / "python"), "-m", "pip"]
    run([*pip, "install", *PIP_OPTIONS, "-r", str(requirements)], env)
    # As with uv, what no lock names is not there: a library may take another path where it finds setuptools.
    extra = [each for each in ("setuptools", "pip") if f"\n{each}==" not in f"\n{requirements.read_text('utf-8')}"]
    if extra:
        run([*pip, "uninstall", "--quiet", "--yes", "--disable-pip-version-check", *extra], env)


def by_pip_and_uv(root: Path, requirements: Path, env: Mapping[str, str]) -> None:
    """Let the machine's pip put uv aside, and use that."""
    install_with_uv(uv_by_pip(root, env), root, requirements, env)


def by_fetched_uv(root: Path, requirements: Path, env: Mapping[str, str]) -> None:
    """Fetch the one binary of uv from the package index, and use that."""
    install_with_uv(uv_by_fetching(root, env), root, requirements, env)


def uv_on_path(_root: Path, env: Mapping[str, str]) -> Path:
    """Find the uv that is installed, and works."""
    uv = shutil.which("uv", path=env.get("PATH"))
    if uv is None:
        raise BootstrapError("not on the path")
    run([uv, "--version"], env)
    return Path(uv)


def uv_by_pip(root: Path, env: Mapping[str, str]) -> Path:
    """Put the locked uv into `.tools`, with the machine's pip."""
    if not has_module("pip", env):
        raise BootstrapError("this Python has no pip")
    aside = root / ".tools" / "uv"
    shutil.rmtree(aside, ignore_errors=True)
    lock = str(root / UV_LOCK)
    run([PYTHON, "-m", "pip", "install", *PIP_OPTIONS, "--target", str(aside), "-r", lock], env)
    return aside / "bin" / "uv"


def uv_by_fetching(root: Path, env: Mapping[str, str]) -> Path:
    """Put the locked uv into `.tools`, without pip."""
    uv = root / ".tools" / "uv-fetched"
    uv.unlink(missing_ok=True)
    uv.write_bytes(fetch_uv((root / UV_LOCK).read_text("utf-8"), env))
    uv.chmod(0o755)
    return uv


def some_uv(root: Path, env: Mapping[str, str]) -> Path:
    """Give a uv that works, from wherever; raises BootstrapError with the reasons when there is none."""
    reasons = []
    for way in (uv_on_path, uv_by_pip, uv_by_fetching):
        try:
            return way(root, env)
        except BootstrapError as error:
            reasons.append(f"  {error}")
    raise BootstrapError("\n".join(["no uv could be had:", *reasons]))


def install_with_uv(uv: Path, root: Path, requirements: Path, env: Mapping[str, str]) -> None:
    """Make `.venv` with this uv, for the Python that runs this script."""
    say("uv", requirements)
    venv = emptied(root / ".venv")
    run([str(uv), "venv", "--quiet", "--python", PYTHON, str(venv)], env)
    options = ["--quiet", "--require-hashes", "--compile-bytecode", "--python", str(venv / "bin" / "python")]
    run([str(uv), "pip", "sync", *options, str(requirements)], env)


def has_module(name: str, env: Mapping[str, str]) -> bool:
    """Say whether this Python has a module; asked outside, so that the environment can say otherwise."""
    probe = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({name!r}) is None)"
    done = subprocess.run([PYTHON, "-c", probe], env=dict(env), capture_output=True, check=False)  # noqa: S603
    return done.returncode == 0


def emptied(venv: Path) -> Path:
    """Remove the environment that is there."""
    shutil.rmtree(venv, ignore_errors=True)
    return venv


def say(way: str, requirements: Path) -> None:
    """Tell what takes the next seconds."""
    print(f"setup: making .venv from {requirements} with {way}", flush=True)


def run(command: list[str], env: Mapping[str, str]) -> None:
    """Run one command; raises BootstrapError with the end of what it printed."""
    own = {name: value for name, value in env.items() if name != "PYTHONDONTWRITEBYTECODE"}
    try:
        done = subprocess.run(command, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)  # noqa: S603
    except OSError as error:
        raise BootstrapError(f"{Path(command[0]).name} cannot be run ({error.strerror})") from None
    if done.returncode:
        told = done.stdout.decode(errors="replace").strip().splitlines()[-6:]
        raise BootstrapError("\n      ".join([f"{Path(command[0]).name} failed", *told]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
