"""`python -m local.kms --port N` starts the Cloud KMS stand-in."""

from __future__ import annotations

import argparse

from local.kms.app import build
from local.tasks.serving import serve_command


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="local.kms", description="Cloud KMS MAC stand-in on 127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--strict", action="store_true", help="404 for key versions that nobody set")
    given = parser.parse_args()
    serve_command(build(strict=given.strict), given.port)


if __name__ == "__main__":
    main()
