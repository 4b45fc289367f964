"""What is run in every rendered project: the commands that its README and its CI name, which layer 1 compares."""

import shlex
from collections.abc import Mapping
from typing import Any

TEST = "uv run pytest"
TYPES = "uv run pyrefly check"
LINT = "uv run ruff check"
FORMAT = "uv run ruff format --check"
CHECKS = (LINT, FORMAT, TYPES)


def commands_of(job: Mapping[str, Any]) -> list[str]:
    """Return what the steps of a job of a GitHub workflow run."""
    return [step["run"] for step in job["steps"] if "run" in step]


def in_bash(script: str) -> str:
    """Return the command that runs a step of a GitHub workflow as GitHub does."""
    return f"bash -e -c {shlex.quote(script)}"
