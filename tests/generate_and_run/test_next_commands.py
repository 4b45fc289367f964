"""The commands that Copier prints after it has rendered a project, run exactly as printed."""

import shlex
import sys
from pathlib import Path

import pytest

from tests import commands
from tests.combinations import Combination, one_of_each_pair
from tests.generate_and_run.outcomes import outcomes
from tests.template import copy_command

# The one with the most in it, for each database.
RICHEST = {each.options["database"]: each for each in one_of_each_pair()}

PYTHON = {"UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}


@pytest.mark.parametrize("combination", [pytest.param(each, id=each.id) for each in RICHEST.values()])
def test_commands_that_copier_prints_make_a_committed_project_with_passing_tests(
    combination: Combination, template: Path, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    script = _printed_commands(combination, template, project)
    assert {"uv sync", "uv run pytest", "git add ."} < set(script)
    output = commands.run(shlex.join(["bash", "-euc", "\n".join(script)]), tmp_path, PYTHON)
    assert "passed" in outcomes(output)

    assert commands.run("git status --porcelain", project, {}) == ""
    committed = commands.run("git ls-files", project, {}).splitlines()
    assert {"uv.lock", ".copier-answers.yml", "README.md"} < set(committed)
    assert "Passed" in commands.run("uv run pre-commit run --all-files --color never", project, PYTHON)


def _printed_commands(combination: Combination, template: Path, destination: Path) -> list[str]:
    """Render the combination by Copier's command line and return the indented lines of its last message."""
    printed = commands.run(copy_command(template, destination, combination.answers), template, {})
    message = printed[printed.index("is ready. Next:") :]
    return [line.strip() for line in message.splitlines() if line.startswith("  ") and line.strip()]
