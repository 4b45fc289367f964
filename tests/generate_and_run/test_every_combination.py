"""Every combination of answers: the imports, the checks and the tests pass with the declared dependencies."""

import re
from pathlib import Path

from tests import checks, steps
from tests.combinations import PAIR, combinations
from tests.generate_and_run.conftest import CheckOnce
from tests.generate_and_run.imports import undeclared_imports
from tests.generate_and_run.outcomes import outcomes_of
from tests.git import commit, git
from tests.project import RenderedProject
from tests.readme import commands_in

TESTED_ELSEWHERE = {"uv sync", steps.TEST, steps.TYPES, "uv run pytest --cov=app --cov-report=html"}
CACHE = re.compile(r"__pycache__/|\.\w+_cache/")


def test_everything_imported_is_declared(project: RenderedProject, check_once: CheckOnce) -> None:
    check_once(project, _find_undeclared_imports)


def test_linter_formatter_and_type_checker_find_nothing(project: RenderedProject, check_once: CheckOnce) -> None:
    check_once(project, _run_checks)


def test_the_commands_in_agents_md_run(project: RenderedProject, check_once: CheckOnce, tmp_path: Path) -> None:
    commands = commands_in(project.read("AGENTS.md"))
    assert len(commands) > len(TESTED_ELSEWHERE)

    def run_commands(project: RenderedProject) -> None:
        project.run("uv lock")
        git(project.path, "init", "--quiet", "--template=")
        for command in commands:
            if command not in TESTED_ELSEWHERE:
                commit(project.path, "Work")
                project.run(command)

    check_once(project.copied(tmp_path / "project"), run_commands)


def test_rendered_tests_pass_and_leave_no_files(project: RenderedProject) -> None:
    before = project.files()
    assert outcomes_of(_command(project), project).keys() == {"passed"}
    left = [name for name in set(project.files()) - set(before) if not CACHE.search(name)]
    assert left == []


def _command(project: RenderedProject) -> str:
    # Combinations with the same database and auth have the same code: the first four run its tests in different ways.
    pair = {question: project.answers[question] for question in PAIR}
    alike = [each.answers for each in combinations() if pair.items() <= each.answers.items()]
    position = alike.index(project.answers) if project.answers in alike else 0
    return steps.TESTS[position] if position < len(steps.TESTS) else steps.TEST


def _find_undeclared_imports(project: RenderedProject) -> None:
    checks.assert_none(undeclared_imports(project))


def _run_checks(project: RenderedProject) -> None:
    for command in steps.CHECKS:
        project.run(command)
