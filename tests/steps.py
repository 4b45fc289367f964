"""The check and test commands of rendered projects, and the steps of their GitHub workflows."""

import shlex
from collections.abc import Mapping
from typing import Any

from tests.project import RenderedProject

TEST = "uv run pytest"
# The same tests, also in parallel, in the order of the files, and in Python's development mode.
TESTS = (TEST, "uv run pytest -n 2", "uv run pytest -p no:randomly", "uv run python -X dev -W error -m pytest")
TYPES = "uv run pyrefly check"
LINT = "uv run ruff check"
FORMAT = "uv run ruff format --check"
CHECKS = (LINT, FORMAT, TYPES)


def commands_of(job: Mapping[str, Any]) -> list[str]:
    """Return the scripts of a job of a GitHub workflow."""
    return [step["run"] for step in job["steps"] if "run" in step]


def bash_command(script: str, shell: str = "") -> str:
    """Return the command with which GitHub runs the script of a step with this `shell`."""
    options = "-eo pipefail" if shell == "bash" else "-e"
    return f"bash {options} -c {shlex.quote(script)}"


def run_step(project: RenderedProject, step: Mapping[str, Any], **variables: str) -> str:
    """Run the script of a step of a GitHub workflow and return its output."""
    return project.run(bash_command(step["run"], step.get("shell", "")), **{**variables, **step.get("env", {})})
