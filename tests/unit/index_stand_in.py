"""A package index on 127.0.0.1 with two tiny packages: `tiny`, and a `uv` that only notes what it is told."""

import hashlib
import io
import json
import platform
import stat
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

UV = """#!/bin/sh
case "$1" in
  --version) echo "uv 9.9.9" ;;
  venv) "$4" -m venv --without-pip "$5" ;;
  pip) while [ $# -gt 1 ]; do [ "$1" = --python ] && python="$2"; shift; done
       while read -r line; do echo "$line"; done < "$1" > "${python%/bin/python}/synced" ;;
esac
"""


def wheel(name: str, version: str, tags: str, files: Mapping[str, str]) -> tuple[str, bytes]:
    """Give the file name and content of a wheel."""
    info = f"{name}-{version}.dist-info"
    whole = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: {tags}\n",
    }
    whole[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*whole, f"{info}/RECORD"])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path, text in whole.items():
            entry = zipfile.ZipInfo(path)
            entry.external_attr = (stat.S_IFREG | 0o755) << 16  # a program stays one when it is installed
            archive.writestr(entry, text)
    return f"{name}-{version}-{tags}.whl", content.getvalue()


def locked(name: str, version: str, content: bytes) -> str:
    """Give the lines that lock a package, as uv writes them."""
    return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(content).hexdigest()}\n"


class Index:
    """The files of an index, and what was asked of it."""

    def __init__(self) -> None:
        machine = platform.machine()
        tags = f"py3-none-manylinux_2_17_{machine}.manylinux2014_{machine}.musllinux_1_1_{machine}"
        uv = wheel("uv", "9.9.9", tags, {"uv-9.9.9.data/scripts/uv": UV})
        foreign = wheel("uv", "9.9.9", "py3-none-manylinux_2_17_s390x", {"uv-9.9.9.data/scripts/uv": "other"})
        tiny = wheel("tiny", "1.0", "py3-none-any", {"tiny.py": "ANSWER = 42\n"})
        self.packages = {"uv": [foreign, uv], "tiny": [tiny]}
        self.uv_lock = locked("uv", "9.9.9", uv[1])
        self.tiny_lock = locked("tiny", "1.0", tiny[1])
        self.asked: list[tuple[str, str]] = []
        self.url = ""

    def page(self, name: str) -> bytes:
        """Give the JSON page of a package, with relative links."""
        files = [
            {"filename": file, "url": f"../../files/{file}", "hashes": {"sha256": hashlib.sha256(content).hexdigest()}}
            for file, content in self.packages[name]
        ]
        return json.dumps({"meta": {"api-version": "1.0"}, "name": name, "files": files}).encode()

    def file(self, name: str) -> bytes:
        """Give the content of a file."""
        return next(content for files in self.packages.values() for file, content in files if file == name)


@contextmanager
def serving() -> Iterator[Index]:
    """Serve an index on a free port."""
    index = Index()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            index.asked.append((self.path, self.headers.get("Authorization", "")))
            parts = self.path.strip("/").split("/")
            content, kind = b"", "application/octet-stream"
            if parts[0] == "files":
                content = index.file(parts[1])
            elif parts[-1] in index.packages:
                content, kind = index.page(parts[-1]), "application/vnd.pypi.simple.v1+json"
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        index.url = f"http://127.0.0.1:{server.server_port}/index"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield index
        server.shutdown()
        thread.join(10)
