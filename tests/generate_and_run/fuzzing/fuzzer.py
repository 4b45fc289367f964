"""Schemathesis, run against a started service."""

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
class FuzzReport:
    """The number of operations of the service, of those that were called, and of requests."""

    operations: int
    called: int
    requests: int

    @classmethod
    def read(cls, report: Path) -> Self:
        """Read the report of Schemathesis."""
        content: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        operations = content["operations"]
        return cls(operations["total"], operations["tested"], content["test_cases"]["generated"])


def fuzz(service: Service, folder: Path, *, token: str = "", requests: int = 100, seed: int = 1) -> FuzzReport:
    """Send up to `requests` random requests to each operation, with the access token `token`.

    Raise CommandFailedError with the failing requests if a response is a 5xx, does not conform to the OpenAPI document
    or lacks the envelope, if a valid request is refused, or if an invalid one is accepted.
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
    return FuzzReport.read(folder / REPORT)
