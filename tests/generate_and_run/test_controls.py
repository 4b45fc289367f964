"""Negative controls: the checks detect faults planted into a rendered project."""

import pytest

from tests import steps
from tests.combinations import combinations
from tests.commands import CommandFailedError
from tests.environments import Environments
from tests.generate_and_run.conftest import Copy
from tests.generate_and_run.imports import undeclared_imports
from tests.project import RenderedProject

(SQLITE,) = [each for each in combinations() if each.id == "sqlite-none-nocoverage-nodocker-none"]


@pytest.fixture
def fresh(new_copy: Copy) -> RenderedProject:
    """A project that a test may change."""
    return new_copy(SQLITE)


def test_a_project_without_faults_passes(fresh: RenderedProject, environments: Environments) -> None:
    project = environments.install(fresh)
    assert undeclared_imports(project) == []
    for command in (*steps.CHECKS, steps.TEST):
        project.run(command)


def test_a_missing_dependency_is_detected(fresh: RenderedProject, environments: Environments) -> None:
    _remove_line(fresh, "pyproject.toml", '    "pydantic-settings>=')
    project = environments.install(fresh)
    assert "app/core/config.py: pydantic_settings" in undeclared_imports(project)
    with pytest.raises(CommandFailedError, match="No module named 'pydantic_settings'"):
        project.run(steps.TEST)


def test_an_undeclared_transitive_dependency_is_detected(fresh: RenderedProject, environments: Environments) -> None:
    # FastAPI depends on Pydantic, so the project still runs.
    _remove_line(fresh, "pyproject.toml", '    "pydantic>=')
    project = environments.install(fresh)
    project.run("uv run python -c 'import pydantic'")
    assert "app/core/config.py: pydantic" in undeclared_imports(project)


def test_a_development_dependency_in_the_service_is_detected(
    fresh: RenderedProject, environments: Environments
) -> None:
    fresh.write("app/client.py", "import httpx2\n")
    assert undeclared_imports(environments.install(fresh)) == ["app/client.py: httpx2"]


def test_a_project_cannot_use_the_tools_of_this_repository(fresh: RenderedProject, environments: Environments) -> None:
    project = environments.install(fresh)
    with pytest.raises(CommandFailedError, match="copier"):
        project.run("uv run copier --version")


def test_a_failing_test_is_detected(fresh: RenderedProject, environments: Environments) -> None:
    fresh.write("tests/test_wrong.py", "def test_wrong() -> None:\n    assert 1 + 1 == 3\n")
    with pytest.raises(CommandFailedError, match="1 failed"):
        environments.install(fresh).run(steps.TEST)


def test_a_warning_is_detected(fresh: RenderedProject, environments: Environments) -> None:
    source = (
        'import warnings\n\n\ndef test_warning() -> None:\n    warnings.warn("old", DeprecationWarning, stacklevel=1)\n'
    )
    fresh.write("tests/test_warning.py", source)
    with pytest.raises(CommandFailedError, match="1 failed"):
        environments.install(fresh).run(steps.TEST)


@pytest.mark.parametrize(
    ("command", "source"),
    [
        (steps.TYPES, 'number: int = "one"\n'),
        (steps.LINT, "import os\n"),
        (steps.FORMAT, "number = 'one'\n"),
    ],
    ids=["types", "lint", "format"],
)
def test_bad_code_is_detected(command: str, source: str, fresh: RenderedProject, environments: Environments) -> None:
    fresh.write("app/wrong.py", source)
    with pytest.raises(CommandFailedError, match=r"wrong\.py"):
        environments.install(fresh).run(command)


def _remove_line(project: RenderedProject, name: str, start: str) -> None:
    lines = project.read(name).splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(start)]
    assert len(kept) == len(lines) - 1
    project.write(name, "".join(kept))
