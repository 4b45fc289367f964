"""The coverage that a project reports: the figure is true, and one that is too low fails a run."""

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
KNOWN = Path(__file__).parent / "known"

every_pair = pairs()
with_database = pairs(having="a database")


@pytest.fixture
def known(pair: RenderedProject, tmp_path: Path) -> RenderedProject:
    """A copy of the project of a pair with code in it of which it is known which lines run."""
    project = pair.copied(tmp_path / "project")
    for name in ("in_threads", "in_greenlets") if _has_database(project) else ("in_threads",):
        project.write(f"app/{name}.py", (KNOWN / f"{name}.py").read_text(encoding="utf-8"))
        project.write(f"tests/test_{name}.py", (KNOWN / f"calls_{name}.py").read_text(encoding="utf-8"))
    return project


def _has_database(project: RenderedProject) -> bool:
    return feature("a database").is_in(project.answers)


def missed(project: RenderedProject) -> set[tuple[str, int]]:
    """Return the lines of the known code that do not run, each after a condition or in a function never called."""
    return {
        (module, number)
        for module in project.files_like("app/in_*.py")
        for number, line in enumerate(project.read(module).splitlines(), start=1)
        if line.endswith("# missed")
    }


def reported(project: RenderedProject) -> set[tuple[str, int]]:
    """Measure the known code and return the lines that are reported as missed."""
    tests = " ".join(project.files_like("tests/test_in_*.py"))
    project.run(f"{MEASURE} --cov-report=json --cov-fail-under=0 {tests}")
    files = json.loads(project.read("coverage.json"))["files"]
    return {(module, line) for module in project.files_like("app/in_*.py") for line in files[module]["missing_lines"]}


@every_pair
def test_the_lines_that_are_reported_as_missed_are_those_that_do_not_run(known: RenderedProject) -> None:
    assert len(missed(known)) == (4 if _has_database(known) else 2)
    assert reported(known) == missed(known)


@with_database
def test_without_greenlets_more_lines_would_be_reported(known: RenderedProject) -> None:
    known.replace_text("pyproject.toml", 'concurrency = ["greenlet", "thread"]\n', "")
    assert reported(known) > missed(known)


@pytest.mark.parametrize("combination", [pytest.param(each, id=each.id) for each in one_of_each_pair()])
def test_a_coverage_below_the_threshold_fails_a_run(
    combination: Combination, new_copy: Copy, environments: Environments
) -> None:
    demanding = replace(combination, texts={"coverage_threshold": 100}, name="100")
    project = environments.install(new_copy(demanding))
    # That it is 100 % with this file is shown for every pair elsewhere.
    (project.path / "tests/core/test_config.py").unlink()
    with pytest.raises(CommandFailedError, match=r"Required test coverage of 100\.0% not reached"):
        project.run(MEASURE)
