# ruff: noqa: T201 - a command that talks to whoever runs it
"""Writes the locked requirements from the groups of `pyproject.toml`, or checks that they are what would be written.

`write` keeps the present pins where they still fit; `write --upgrade` takes the newest. `check` fails on a difference;
that an index has got a further file of a pinned version is none.
"""

import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from local.bootstrap import UV_LOCK, some_uv
from local.package_index import BootstrapError, with_one_index

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = ("--quiet", "--generate-hashes", "--no-header", "--universal", "--python-version", "3.11")
DEPLOYED = Path("functions", "requirements.txt")
GROUPS = {
    DEPLOYED: ("functions",),
    Path("requirements", "cli.txt"): ("functions", "cli"),
    Path("requirements", "local.txt"): ("functions", "cli", "local"),
    Path("requirements", "dev.txt"): ("functions", "cli", "local", "dev"),
}
_HASH = re.compile(r" \\\n +(--hash=sha256:[0-9a-f]{64})")


def main(arguments: list[str]) -> int:
    """Write or check; gives the exit status."""
    verb, *options = arguments or [""]
    if verb not in ("write", "check") or options not in ([], ["--upgrade"]):
        print("usage: locks.py write [--upgrade] | check", file=sys.stderr)
        return 2
    env = with_one_index(os.environ)
    try:
        uv = some_uv(ROOT, env)
        return write(uv, env, options) if verb == "write" else check(uv, env)
    except (BootstrapError, subprocess.CalledProcessError) as error:
        print(f"locks: {error}", file=sys.stderr)
        return 1


def write(uv: Path, env: dict[str, str], options: list[str]) -> int:
    """Write every lock in its place."""
    for lock in (*GROUPS, UV_LOCK):
        compile_to(uv, env, lock, ROOT / lock, options)
        print(f"wrote {lock}")
    return 0


def check(uv: Path, env: dict[str, str]) -> int:
    """Compare every lock with what would be written now from the same pins."""
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for lock in (*GROUPS, UV_LOCK):
            fresh = Path(folder, lock.name)
            shutil.copyfile(ROOT / lock, fresh)  # uv prefers the pins that it finds there
            compile_to(uv, env, lock, fresh, [])
            failed += not is_same(lock, (ROOT / lock).read_text("utf-8"), fresh.read_text("utf-8"))
    print("locks: differ, run `make lock`" if failed else "locks: what pyproject.toml asks for")
    return 1 if failed else 0


def is_same(lock: Path, present: str, fresh: str) -> bool:
    """Compare two texts of one lock, and print how they differ; hashes may only be missing from the present one."""
    unknown = set(_HASH.findall(present)) - set(_HASH.findall(fresh))
    before, after = (_HASH.sub("", text).splitlines(keepends=True) for text in (present, fresh))
    sys.stdout.writelines(difflib.unified_diff(before, after, f"{lock} (present)", f"{lock} (locked anew)"))
    for each in sorted(unknown):
        print(f"{lock}: {each} is no longer in the index")
    return before == after and not unknown


def compile_to(uv: Path, env: dict[str, str], lock: Path, output: Path, options: list[str]) -> None:
    """Run uv for one lock."""
    command = [str(uv), "pip", "compile", *OPTIONS, *options, "--output-file", str(output)]
    if lock == UV_LOCK:
        command += ["--no-annotate", "-"]
    else:
        command += [argument for group in GROUPS[lock] for argument in ("--group", f"pyproject.toml:{group}")]
        if lock != DEPLOYED:
            command += ["--constraint", str(DEPLOYED)]  # what runs here is what is deployed
    subprocess.run(command, cwd=ROOT, env=env, check=True, input=b"uv\n", stdout=subprocess.DEVNULL)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
