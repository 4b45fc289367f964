"""What is run in every rendered project: the commands that its README and its CI name, which layer 1 compares."""

import shlex
from collections.abc import Mapping
from typing import Any

from tests.project import RenderedProject

TEST = "uv run pytest"
TYPES = "uv run pyrefly check"
LINT = "uv run ruff check"
FORMAT = "uv run ruff format --check"
CHECKS = (LINT, FORMAT, TYPES)


def commands_of(job: Mapping[str, Any]) -> list[str]:
    """Return what the steps of a job of a GitHub workflow run."""
    return [step["run"] for step in job["steps"] if "run" in step]


def in_bash(script: str, shell: str = "") -> str:
    """Return the command that runs the script of a step as GitHub does, with the `shell` of the step."""
    options = "-eo pipefail" if shell == "bash" else "-e"
    return f"bash {options} -c {shlex.quote(script)}"


def run_step(project: RenderedProject, step: Mapping[str, Any], **variables: str) -> str:
    """Run the script of a step of a GitHub workflow, with its shell and its environment, and return what it printed."""
    return project.run(in_bash(step["run"], step.get("shell", "")), **{**variables, **step.get("env", {})})
