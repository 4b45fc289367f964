"""The commands that Copier prints after rendering a project, run as printed."""

import shlex
from pathlib import Path

import pytest

from tests import commands
from tests.combinations import Combination, one_of_each_database
from tests.environments import CURRENT_PYTHON
from tests.generate_and_run.outcomes import outcomes
from tests.messages import commands_after_copy
from tests.template import copy_command


@pytest.mark.parametrize("combination", [pytest.param(each, id=each.id) for each in one_of_each_database()])
def test_printed_commands_create_a_committed_project_with_passing_tests(
    combination: Combination, template: Path, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    script = _printed_commands(combination, template, project)
    assert {"uv sync", "uv run pytest", "git add ."} < set(script)
    output = commands.run(shlex.join(["bash", "-euc", "\n".join(script)]), tmp_path, CURRENT_PYTHON)
    assert "passed" in outcomes(output)

    assert commands.run("git status --porcelain", project, {}) == ""
    committed = commands.run("git ls-files", project, {}).splitlines()
    assert {"uv.lock", ".copier-answers.yml", "README.md"} < set(committed)
    assert "Passed" in commands.run("uv run pre-commit run --all-files --color never", project, CURRENT_PYTHON)


def _printed_commands(combination: Combination, template: Path, destination: Path) -> list[str]:
    """Render the combination with Copier's command line, and return the commands in its message."""
    return commands_after_copy(commands.run(copy_command(template, destination, combination.answers), template, {}))
