"""Faults planted in rendered services: the test that must detect each of them fails."""

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
def test_rendered_tests_detect_a_fault(
    pair: Combination,
    fault: Fault,
    copy: RenderedProject,
    fork_server: ForkServer,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("fault", fault.name)
    record_property("pair", pair.pair)
    fault.plant(copy)
    # Run only the test that must detect the fault. Another test checks that it passes without the fault.
    detecting = failed(fork_server.run_tests(copy, "-p", "no:randomly", "-k", fault.test))
    assert any(test.partition("::")[2].startswith(fault.detected_by) for test in detecting), (
        f"not detected, failed: {detecting}"
    )


@every_pair
def test_rendered_tests_pass_with_a_harmless_change(copy: RenderedProject, clean_outcomes: set[Outcome]) -> None:
    HARMLESS.plant(copy)
    assert run_tests(copy, "-p", "no:randomly") == clean_outcomes


@every_pair
def test_rendered_tests_pass_without_a_fault(clean_outcomes: set[Outcome]) -> None:
    assert len(clean_outcomes) > 50
    assert failed(clean_outcomes) == set()
