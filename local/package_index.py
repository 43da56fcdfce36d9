"""The package index that this machine's pip or uv is told to use, and how one file is fetched from it."""

import base64
import configparser
import hashlib
import io
import json
import os
import platform
import re
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

JSON = "application/vnd.pypi.simple.v1+json"  # PEP 691
SECONDS = 60.0
MAX_BYTES = 200_000_000
# pip's and uv's own default, put together here so that no index's address stands in the project.
DEFAULT = "https://" + ".".join(("pypi", "org")) + "/simple"

_WHEEL = re.compile(r"uv-(?P<version>[^-]+)-py3-none-(?P<tags>[^-]+)\.whl")
_LIBC = re.compile(r"(?P<kind>manylinux|musllinux)_(?P<major>\d+)_(?P<minor>\d+)_(?P<machine>.+)")
_MAC = re.compile(r"macosx_(?P<major>\d+)_(?P<minor>\d+)_(?P<machine>.+)")
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


class BootstrapError(Exception):
    """Something that the set-up cannot do; the text says why."""


# ------------------------------------------------------------------------------------------------------ configuration


def with_one_index(env: Mapping[str, str]) -> dict[str, str]:
    """Let pip and uv use the same index and certificates, whichever of the two was told of them."""
    told = dict(env)
    pip = pip_settings(env)
    index = told.get("UV_DEFAULT_INDEX") or told.get("UV_INDEX_URL") or pip.get("index_url")
    if index:
        told.setdefault("UV_DEFAULT_INDEX", index)
        told.setdefault("PIP_INDEX_URL", index)
    certificates = pip.get("cert") or told.get("SSL_CERT_FILE")
    if certificates:
        told.setdefault("SSL_CERT_FILE", certificates)
        told.setdefault("PIP_CERT", certificates)
    return told


def pip_settings(env: Mapping[str, str]) -> dict[str, str]:
    """Read pip's settings, names in small letters with underscores: its files, then its variables, which win."""
    found: dict[str, str] = {}
    for path in _pip_files(env):
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, "utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
        for section in ("global", "install"):
            if parser.has_section(section):
                found |= {name.replace("-", "_"): value.strip() for name, value in parser.items(section)}
    return found | {name[4:].lower(): value for name, value in env.items() if name.startswith("PIP_") and value}


def _pip_files(env: Mapping[str, str]) -> Iterator[Path]:
    """Give the places where pip looks, the weakest first."""
    own = env.get("PIP_CONFIG_FILE")
    if own == os.devnull:
        return
    home = Path(env.get("HOME") or Path.home())
    for folder in reversed((env.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")):
        yield Path(folder) / "pip" / "pip.conf"
    yield Path("/etc/pip.conf")
    yield home / ".pip" / "pip.conf"
    mac = home / "Library" / "Application Support" / "pip"
    yield (mac if mac.is_dir() else Path(env.get("XDG_CONFIG_HOME") or home / ".config") / "pip") / "pip.conf"
    yield Path(sys.prefix) / "pip.conf"
    if own:
        yield Path(own)


# ------------------------------------------------------------------------------------------------------------ fetching


def fetch_uv(lock: str, env: Mapping[str, str]) -> bytes:
    """Give the binary of the locked uv for this machine; its wheel must have one of the lock's hashes."""
    version = re.search(r"^uv==(\S+)", lock, re.MULTILINE)
    hashes = set(re.findall(r"--hash=sha256:([0-9a-f]{64})", lock))
    if version is None or not hashes:
        raise BootstrapError("the lock of uv names no version")
    index = env.get("UV_DEFAULT_INDEX") or env.get("PIP_INDEX_URL") or DEFAULT
    page = index.rstrip("/") + "/uv/"
    try:
        files = json.loads(_get(page, env, JSON))["files"]
        wheel = _get(urllib.parse.urljoin(page, _chosen(files, version[1])), env, "*/*")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BootstrapError(f"the package index gave no uv {version[1]} ({type(error).__name__})") from None
    if hashlib.sha256(wheel).hexdigest() not in hashes:
        raise BootstrapError("the package index gave a uv that is not the locked one (SHA-256)")
    return _binary(wheel)


def _chosen(files: list[dict[str, Any]], version: str) -> str:
    """Give the link of the wheel that fits this machine."""
    for file in files:
        wheel = _WHEEL.fullmatch(str(file["filename"]))
        if wheel and wheel["version"] == version and any(fits(tag) for tag in wheel["tags"].split(".")):
            return str(file["url"])
    raise BootstrapError(f"uv {version} has no wheel for {sys.platform} on {platform.machine()}")


def fits(tag: str) -> bool:
    """Say whether a platform tag of a wheel fits this machine."""
    system = _MAC if sys.platform == "darwin" else _LIBC
    match = system.fullmatch(tag)
    if match is None or _machine(match["machine"]) != _machine(platform.machine()):
        return False
    needed = (int(match["major"]), int(match["minor"]))
    if sys.platform == "darwin":
        return needed <= _numbers(platform.mac_ver()[0])
    name, present = platform.libc_ver()
    if match["kind"] == "musllinux":
        return name != "glibc"
    return name == "glibc" and needed <= _numbers(present)


def _machine(name: str) -> str:
    return _MACHINES.get(name.lower(), name.lower())


def _numbers(version: str) -> tuple[int, int]:
    major, _, rest = version.partition(".")
    return int(major or 0), int(rest.partition(".")[0] or 0)


def _get(url: str, env: Mapping[str, str], accept: str) -> bytes:
    """Read one address over HTTP; user and password in it become a header, and never show in an error."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise BootstrapError("only an index at http(s) can be read without pip or uv")
    user, _, host = parts.netloc.rpartition("@")
    request = urllib.request.Request(parts._replace(netloc=host).geturl(), headers={"Accept": accept})  # noqa: S310
    if user:
        secret = base64.b64encode(urllib.parse.unquote(user).encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {secret}")
    context = ssl.create_default_context(cafile=env.get("SSL_CERT_FILE") or None)
    with urllib.request.urlopen(request, timeout=SECONDS, context=context) as answer:  # noqa: S310
        content: bytes = answer.read(MAX_BYTES)
    return content


def _binary(wheel: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        for name in archive.namelist():
            if name.endswith(".data/scripts/uv"):
                return archive.read(name)
    raise BootstrapError("the wheel of uv holds no program")
