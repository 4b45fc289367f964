"""The faults that `nox -s faults` plants match the code and the tests of the template."""

from collections.abc import Iterator

import pytest

from tests import checks
from tests.combinations import Combination, one_of_each_pair
from tests.conftest import Renders
from tests.faults.catalogue import FAULTS, HARMLESS
from tests.faults.changes import changed_sources
from tests.faults.planting import Fault
from tests.project import RenderedProject

every_pair = pytest.mark.parametrize("pair", [pytest.param(each, id=each.id) for each in one_of_each_pair()])


@every_pair
def test_code_that_a_fault_changes_occurs_once(pair: Combination, renders: Renders) -> None:
    faults = [fault for fault in FAULTS if fault.has_code_in(pair.answers)]
    assert faults
    checks.assert_none([problem for fault in (*faults, HARMLESS) for problem in problems(fault, renders(pair))])


def problems(fault: Fault, project: RenderedProject) -> Iterator[str]:
    """Yield why a fault cannot be planted."""
    try:
        changed_sources(project, fault.changes)
    except (LookupError, SyntaxError) as error:
        yield f"{fault.name}: {error}"


@every_pair
def test_test_that_detects_a_fault_exists(pair: Combination, renders: Renders) -> None:
    project = renders(pair)
    tests = "\n".join(project.read(name) for name in project.files_like("test_*.py"))
    names = {fault.test for fault in FAULTS if fault.has_code_in(pair.answers)}
    checks.assert_none([name for name in sorted(names) if f"def {name}" not in tests])
