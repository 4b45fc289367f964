"""Every combination of answers: what its README tells a developer to run passes, in an environment of its own."""

import re
from pathlib import Path

from tests import checks, steps
from tests.generate_and_run.conftest import OnceForEqualCode
from tests.generate_and_run.imports import undeclared_imports
from tests.generate_and_run.outcomes import outcomes
from tests.git import commit, git
from tests.project import RenderedProject
from tests.readme import commands_in

# The environments are made by the first; each pair runs the last.
RUN_BY_OTHERS = {"uv sync", steps.TEST, steps.TYPES, "uv run pytest --cov=app --cov-report=html"}
CACHE = re.compile(r"__pycache__/|\.\w+_cache/")


def test_everything_imported_is_declared(project: RenderedProject, once_for_equal_code: OnceForEqualCode) -> None:
    once_for_equal_code(project, _find_undeclared_imports)


def test_linter_formatter_and_type_checker_find_nothing(
    project: RenderedProject, once_for_equal_code: OnceForEqualCode
) -> None:
    once_for_equal_code(project, _run_checks)


def test_the_commands_for_agents_run(
    project: RenderedProject, once_for_equal_code: OnceForEqualCode, tmp_path: Path
) -> None:
    commands = commands_in(project.read("AGENTS.md"))
    assert len(commands) > len(RUN_BY_OTHERS)

    def run_them(project: RenderedProject) -> None:
        project.run("uv lock")
        git(project.path, "init", "--quiet", "--template=")
        for command in commands:
            if command not in RUN_BY_OTHERS:
                commit(project.path, "Work")
                project.run(command)

    once_for_equal_code(project.copied(tmp_path / "project"), run_them)


def test_its_own_tests_pass_and_leave_nothing_behind(project: RenderedProject) -> None:
    before = project.files()
    assert outcomes(project.run(steps.TEST)).keys() == {"passed"}
    left = [name for name in set(project.files()) - set(before) if not CACHE.search(name)]
    assert left == []


def _find_undeclared_imports(project: RenderedProject) -> None:
    checks.assert_none(undeclared_imports(project))


def _run_checks(project: RenderedProject) -> None:
    for command in steps.CHECKS:
        project.run(command)
