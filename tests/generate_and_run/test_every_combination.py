"""Every combination of answers: what its README tells a developer to run passes, in an environment of its own."""

import re

from tests import checks, steps
from tests.generate_and_run.conftest import OnceForEqualCode
from tests.generate_and_run.imports import undeclared_imports
from tests.generate_and_run.outcomes import outcomes
from tests.project import RenderedProject

CACHE = re.compile(r"__pycache__/|\.\w+_cache/")


def test_everything_imported_is_declared(project: RenderedProject, once_for_equal_code: OnceForEqualCode) -> None:
    once_for_equal_code(project, _find_undeclared_imports)


def test_linter_formatter_and_type_checker_find_nothing(
    project: RenderedProject, once_for_equal_code: OnceForEqualCode
) -> None:
    once_for_equal_code(project, _run_checks)


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
