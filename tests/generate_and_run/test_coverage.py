"""The coverage that a project reports, and its threshold."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.combinations import Combination, one_of_each_pair
from tests.commands import CommandFailedError
from tests.environments import Environments
from tests.generate_and_run.conftest import Copy, pairs
from tests.ownership import feature
from tests.project import RenderedProject

MEASURE = "uv run pytest --cov=app"
SAMPLES = Path(__file__).parent / "coverage_samples"

every_pair = pairs()
with_database = pairs(having="a database")


@pytest.fixture
def sampled(pair: RenderedProject, tmp_path: Path) -> RenderedProject:
    """A copy of the project of a pair with sample code and its tests."""
    project = pair.copied(tmp_path / "project")
    for name in ("in_threads", "in_greenlets") if _has_database(project) else ("in_threads",):
        project.write(f"app/{name}.py", (SAMPLES / f"{name}.py").read_text(encoding="utf-8"))
        project.write(f"tests/test_{name}.py", (SAMPLES / f"calls_{name}.py").read_text(encoding="utf-8"))
    return project


def _has_database(project: RenderedProject) -> bool:
    return feature("a database").is_in(project.answers)


def missed(project: RenderedProject) -> set[tuple[str, int]]:
    """Return the lines of the sample code that do not run, which are marked by a comment."""
    return {
        (module, number)
        for module in project.files_like("app/in_*.py")
        for number, line in enumerate(project.read(module).splitlines(), start=1)
        if line.endswith("# missed")
    }


def reported(project: RenderedProject) -> set[tuple[str, int]]:
    """Measure the coverage of the sample code and return the lines that are reported as missing."""
    tests = " ".join(project.files_like("tests/test_in_*.py"))
    project.run(f"{MEASURE} --cov-report=json --cov-fail-under=0 {tests}")
    files = json.loads(project.read("coverage.json"))["files"]
    return {(module, line) for module in project.files_like("app/in_*.py") for line in files[module]["missing_lines"]}


@every_pair
def test_reported_missing_lines_are_correct(sampled: RenderedProject) -> None:
    assert len(missed(sampled)) == (4 if _has_database(sampled) else 2)
    assert reported(sampled) == missed(sampled)


@with_database
def test_without_the_concurrency_setting_too_many_lines_are_reported(sampled: RenderedProject) -> None:
    sampled.replace_text("pyproject.toml", 'concurrency = ["greenlet", "thread"]\n', "")
    assert reported(sampled) > missed(sampled)


@pytest.mark.parametrize("combination", [pytest.param(each, id=each.id) for each in one_of_each_pair()])
def test_coverage_below_the_threshold_fails_the_run(
    combination: Combination, new_copy: Copy, environments: Environments
) -> None:
    demanding = replace(combination, texts={"coverage_threshold": 100}, name="100")
    project = environments.install(new_copy(demanding))
    # With this file, the coverage is 100 %, as another test shows.
    (project.path / "tests/core/test_config.py").unlink()
    with pytest.raises(CommandFailedError, match=r"Required test coverage of 100\.0% not reached"):
        project.run(MEASURE)
