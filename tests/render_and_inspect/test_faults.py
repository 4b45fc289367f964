"""The faults that `nox -s faults` plants match the code and the tests of the template."""

from collections.abc import Iterator
from pathlib import Path

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
    faults = faults_of(pair)
    assert faults
    checks.assert_none([problem for fault in (*faults, HARMLESS) for problem in problems(fault, renders(pair))])


def test_fault_names_are_unique_and_each_fault_belongs_to_a_pair() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    planted = {fault.name for pair in one_of_each_pair() for fault in faults_of(pair)}
    checks.assert_none([fault.name for fault in FAULTS if fault.name not in planted])


def faults_of(pair: Combination) -> list[Fault]:
    return [fault for fault in FAULTS if fault.has_code_in(pair.answers)]


def problems(fault: Fault, project: RenderedProject) -> Iterator[str]:
    """Yield why a fault cannot be planted."""
    try:
        changed_sources(project, fault.changes)
    except (LookupError, SyntaxError) as error:
        yield f"{fault.name}: {error}"


@every_pair
def test_a_fault_uses_no_undefined_name(pair: Combination, renders: Renders, tmp_path: Path) -> None:
    """Any test that runs the code would fail, and not only one that detects the fault."""
    for fault in faults_of(pair):
        for name, source in changed_sources(renders(pair), fault.changes).items():
            file = tmp_path / fault.name / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(source)
    checks.assert_none(checks.undefined_names(tmp_path))


def test_an_undefined_name_is_detected(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text("print(undefined)\n")
    assert "F821" in "".join(checks.undefined_names(tmp_path))


@every_pair
def test_the_test_that_detects_a_fault_exists(pair: Combination, renders: Renders) -> None:
    project = renders(pair)
    tests = "\n".join(project.read(name) for name in project.files_like("test_*.py"))
    names = {fault.test for fault in faults_of(pair)}
    checks.assert_none([name for name in sorted(names) if f"def {name}" not in tests])
