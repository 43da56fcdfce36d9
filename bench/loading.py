"""Run alone, in a clean interpreter: loads a function, sends it one request, and prints what that has loaded.

Takes the function's file, its target and its signature; the request comes on stdin, as JSON:
`{"path", "body", "headers"}`.
"""

import json
import sys
from pathlib import Path
from typing import Any

import functions_framework

_PLACE = "discovery_cache/documents/"


def main(source: str, target: str, signature: str) -> None:
    """Print status, modules with their files, and the discovery documents that were opened."""
    documents: set[str] = set()

    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str) and _PLACE in arguments[0]:
            documents.add(arguments[0].rpartition("/")[2])

    sys.addaudithook(heard)
    given = json.load(sys.stdin)
    framework: Any = functions_framework  # it tells no types
    app = framework.create_app(target, str(Path(source).resolve()), signature)
    answer = app.test_client().post(given["path"], data=given["body"], headers=given["headers"])
    answer.get_data()  # a streamed answer is not over before
    modules = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
    told = {"status": answer.status_code, "modules": modules, "documents": sorted(documents)}
    sys.stdout.write("\n" + json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
