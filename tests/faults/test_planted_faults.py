"""Faults planted in rendered services: the test that must notice each of them fails."""

from collections.abc import Callable

import pytest

from tests.combinations import Combination, one_of_each_pair
from tests.faults.catalogue import FAULTS, HARMLESS
from tests.faults.fork_server import ForkServer
from tests.faults.outcomes import Outcome, failed, run_tests
from tests.faults.planting import Fault
from tests.project import RenderedProject

PAIRS = one_of_each_pair()
every_pair = pytest.mark.parametrize("pair", [pytest.param(pair, id=pair.pair) for pair in PAIRS])
every_fault_in_every_pair = pytest.mark.parametrize(
    ("pair", "fault"),
    [
        pytest.param(pair, fault, id=f"{pair.pair}: {fault.name}")
        for pair in PAIRS
        for fault in FAULTS
        if fault.has_code_in(pair.answers)
    ],
)


@every_fault_in_every_pair
def test_its_own_tests_notice(
    pair: Combination,
    fault: Fault,
    copy: RenderedProject,
    fork_server: ForkServer,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("fault", fault.name)
    record_property("pair", pair.pair)
    fault.plant(copy)
    # Only the test that has to notice: that the others pass without the fault is another test's matter.
    noticed = failed(fork_server.run_tests(copy, "-p", "no:randomly", "-k", fault.test))
    assert any(test.partition("::")[2].startswith(fault.noticed_by) for test in noticed), f"it survived: {noticed}"


@every_pair
def test_a_harmless_change_leaves_its_tests_green(copy: RenderedProject, clean_outcomes: set[Outcome]) -> None:
    HARMLESS.plant(copy)
    assert run_tests(copy, "-p", "no:randomly") == clean_outcomes


@every_pair
def test_without_a_fault_its_tests_are_green(clean_outcomes: set[Outcome]) -> None:
    assert len(clean_outcomes) > 50
    assert failed(clean_outcomes) == set()


def test_every_fault_has_a_name_of_its_own_and_a_project_to_be_planted_in() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    homeless = [fault.name for fault in FAULTS if not any(fault.has_code_in(pair.answers) for pair in PAIRS)]
    assert homeless == []
