"""The GitLab pipeline, run by gitlab-ci-local in a shell instead of containers."""

from collections.abc import Mapping

import pytest
import yaml

from tests.combinations import Combination
from tests.commands import CommandFailedError
from tests.pipelines.conftest import Clone, first_of_each_pair
from tests.project import RenderedProject

PIPELINES = first_of_each_pair("gitlab")
# Without containers, there is no PostgreSQL service; tests/generate_and_run covers tests on a server.
IN_SHELL = [each for each in PIPELINES if each.options["database"] != "postgresql"]

LOCALLY = "gitlab-ci-local --force-shell-executor"


def _jobs(project: RenderedProject) -> str:
    (matrix,) = yaml.safe_load(project.read(".gitlab-ci.yml"))["test"]["parallel"]["matrix"]
    return f"lint 'test: [{matrix['PYTHON_VERSION'][0]}]'"


@pytest.mark.parametrize("combination", IN_SHELL, ids=lambda combination: combination.id)
def test_the_pipeline_passes(combination: Combination, clone: Clone, programs: Mapping[str, str]) -> None:
    project = clone(combination)
    output = project.run(f"{LOCALLY} {_jobs(project)}", **programs)
    assert output.count(" PASS ") == 2, output


def test_the_pipeline_fails_with_a_lint_error(clone: Clone, programs: Mapping[str, str]) -> None:
    project = clone(IN_SHELL[0])
    project.write("app/main.py", "import colorsys\n" + project.read("app/main.py"))
    with pytest.raises(CommandFailedError, match=r"(?s)F401.* FAIL "):
        project.run(f"{LOCALLY} lint", **programs)


@pytest.mark.parametrize("combination", PIPELINES, ids=lambda combination: combination.id)
def test_a_schedule_checks_for_releases_and_vulnerabilities(
    combination: Combination, clone: Clone, programs: Mapping[str, str]
) -> None:
    project = clone(combination)
    listed = {
        source: project.run(f"{LOCALLY} --list --variable CI_PIPELINE_SOURCE={source}", **programs)
        for source in ("push", "schedule")
    }
    for job in ("template", "vulnerabilities"):
        assert f"\n{job} " in listed["schedule"]
        assert f"\n{job} " not in listed["push"]
