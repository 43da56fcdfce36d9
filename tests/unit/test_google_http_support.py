"""A Google of one's own: the metadata server, and over TLS every host that is called."""

import json
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = "converge@akun.iam.gserviceaccount.com"
METADATA = "/computeMetadata/v1/instance/service-accounts/"
Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """One request: `host` is empty for the metadata server."""

    host: str
    path: str
    token: str
    body: str


@dataclass
class Google:
    """What was asked of it, and answers that come before the usual ones, by host."""

    asked: list[Asked] = field(default_factory=list)
    first: dict[str, list[Answer]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    preamble: str = ""

    def of(self, host: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.host == host]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if self.first.get(asked.host):
            return self.first[asked.host].pop(0)
        return USUAL[asked.host](asked)

    def run(self, code: str, **environment: str) -> str:
        """Run code in a process that knows no other Google; give what it printed."""
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", self.preamble + code],
            env={**self.environment, **environment},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def _metadata(asked: Asked) -> Answer:
    if asked.path.partition("?")[0].endswith("/token"):
        return 200, {"access_token": "own", "expires_in": 3600, "token_type": "Bearer"}
    return 200, {"email": ACCOUNT, "aliases": ["default"], "scopes": []}


def _iam(asked: Asked) -> Answer:
    if asked.path.endswith(":signJwt"):
        return 200, {"keyId": "k", "signedJwt": "signed"}
    return 200, {"accessToken": "as-itself", "expireTime": "2099-01-01T00:00:00Z"}


USUAL: dict[str, Callable[[Asked], Answer]] = {
    "": _metadata,
    "iamcredentials.googleapis.com": _iam,
    "oauth2.googleapis.com": lambda _: (200, {"access_token": "delegated", "expires_in": 3600}),
    "admin.googleapis.com": lambda _: (200, {"id": "1", "primaryEmail": "a@belajar.id"}),
    "cloudtasks.googleapis.com": lambda _: (200, {"name": "t"}),
}


# Names of Google's lead here, as with a hosts file of one's own; httplib2 looks a name up, then connects by name.
HOSTS = """
import socket
look_up = socket.getaddrinfo

def here(host, port):
    return ("127.0.0.1", {port}) if host.endswith(".googleapis.com") else (host, port)

class Socket(socket.socket):
    def connect(self, address):
        super().connect(here(*address))

socket.getaddrinfo = lambda host, port, *more, **named: look_up(*here(host, port), *more, **named)
socket.socket = Socket
"""


@contextmanager
def google(folder: Path) -> Iterator[Google]:
    """Serve it on free ports, with a certificate that only its own processes trust."""
    found = Google()
    certificate = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with _serving(_handler(found)) as metadata, _serving(_handler(found, secure=True), context) as hosts:
        place = f"127.0.0.1:{metadata}"
        found.preamble = HOSTS.replace("{port}", str(hosts))
        found.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
            "CLOUDSDK_CONFIG": str(folder),
            "GOOGLE_CLOUD_PROJECT": "akun",
            "GCE_METADATA_HOST": place,
            "GCE_METADATA_IP": place,
            "HTTPLIB2_CA_CERTS": str(certificate),
        }
        yield found


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext | None = None) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(found: Google, *, secure: bool = False) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            host = self.headers["Host"].partition(":")[0] if secure else ""
            if secure or self.path.startswith(METADATA):
                status, answer = found.answer(Asked(host, self.path, token, body))
                payload, kind = json.dumps(answer).encode(), "application/json"
            else:
                status, payload, kind = 200, b"googleapis.com", "text/plain"
            self.send_response(status)
            self.send_header("Metadata-Flavor", "Google")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _certificate(folder: Path) -> Path:
    """Make a certificate for every host that is called, with its key; give the file of both."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a Google of one's own")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in USUAL if host]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "google.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file
