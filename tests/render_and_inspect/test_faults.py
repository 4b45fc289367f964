"""The faults that `nox -s faults` plants match the code and the tests of the template."""

import pytest

from tests import checks
from tests.combinations import Combination, one_of_each_pair
from tests.conftest import Renders
from tests.faults.catalogue import FAULTS

every_pair = pytest.mark.parametrize("pair", [pytest.param(each, id=each.id) for each in one_of_each_pair()])


@every_pair
def test_code_that_a_fault_replaces_occurs_once(pair: Combination, renders: Renders) -> None:
    project = renders(pair)
    changes = [(fault, change) for fault in FAULTS if fault.has_code_in(pair.answers) for change in fault.changes]
    assert changes
    checks.assert_none(
        [
            f"{fault.name}: {change.file}"
            for fault, change in changes
            if project.read(change.file).count(change.old) != 1
        ]
    )


@every_pair
def test_test_that_detects_a_fault_exists(pair: Combination, renders: Renders) -> None:
    project = renders(pair)
    tests = "\n".join(project.read(name) for name in project.files_like("test_*.py"))
    names = {fault.test for fault in FAULTS if fault.has_code_in(pair.answers)}
    checks.assert_none([name for name in sorted(names) if f"def {name}" not in tests])
