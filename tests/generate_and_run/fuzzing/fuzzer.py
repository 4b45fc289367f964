"""Running Schemathesis on a service that has been started."""

import json
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests import commands
from tests.generate_and_run.service import Service
from tests.template import REPOSITORY

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
HOOKS = "tests.generate_and_run.fuzzing.hooks"
REPORT = "report.json"


@dataclass(frozen=True)
class Fuzzed:
    """What was tried: how many operations the service has and how many were called, by how many requests."""

    operations: int
    called: int
    requests: int

    @classmethod
    def read(cls, report: Path) -> Self:
        """Read the report of Schemathesis."""
        content: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        operations = content["operations"]
        return cls(operations["total"], operations["tested"], content["test_cases"]["generated"])


def fuzz(service: Service, folder: Path, *, token: str = "", requests: int = 100, seed: int = 1) -> Fuzzed:
    """Send all kinds of requests, at most so many random ones to each operation, signed in with `token`.

    Raises CommandFailedError with what was sent when the service errs: when a response is a 5xx, is not what the
    OpenAPI document says or lacks the envelope, when a valid request is refused or an invalid one is accepted.
    """
    service.drain()
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION)),
        *("run", f"http://127.0.0.1:{service.port}/openapi.json", "--no-color", "--continue-on-failure"),
        *("--max-examples", str(requests), "--seed", str(seed), "--generation-database", "none"),
        *("--report", "json", "--report-json-path", REPORT),
    ]
    variables = {"SCHEMATHESIS_HOOKS": HOOKS, "PYTHONPATH": str(REPOSITORY), "ACCESS_TOKEN": token}
    commands.run(shlex.join(command), folder, variables)
    return Fuzzed.read(folder / REPORT)
