"""Tests that leave state behind do not change the outcome of other rendered tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.combinations import Combination, one_of_each_database
from tests.faults.outcomes import Outcome, run_tests
from tests.project import RenderedProject

LEAVING_STATE = Path(__file__).parent / "leaving_state"
# Tests run in random order, file by file, so several copies are spread among the other files.
PLACES = ("tests/test_leaving_{}.py", "tests/api/test_leaving_{}.py", "tests/core/test_leaving_{}.py")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests that ask for a `seed` in as many orders as the option says."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(1, metafunc.config.getoption("--orders") + 1))


@pytest.mark.parametrize("pair", [pytest.param(pair, id=pair.pair) for pair in one_of_each_database()])
@pytest.mark.parametrize("workers", [0, 2])
def test_state_left_behind_does_not_affect_other_tests(  # noqa: PLR0913, PLR0917 - each is a fixture or what varies
    pair: Combination,
    copy: RenderedProject,
    clean_outcomes: set[Outcome],
    workers: int,
    seed: int,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("left_behind", f"{pair.pair}, -n {workers}")
    added = add_tests_that_leave_state(copy)
    outcomes = run_tests(copy, "-n", str(workers), f"--randomly-seed={seed}")
    others = {outcome for outcome in outcomes if "test_leaving_" not in outcome.test}
    assert len(outcomes - others) >= added
    assert others == clean_outcomes


def add_tests_that_leave_state(project: RenderedProject) -> int:
    """Write the tests that the project has the code for, and return their number."""
    names = ["anywhere"] if project.answers["database"] == "none" else ["anywhere", "on_a_database"]
    texts = {name: (LEAVING_STATE / f"{name}.py").read_text() for name in names}
    for place in PLACES:
        for name, text in texts.items():
            project.write(place.format(name), text)
    return len(PLACES) * sum(text.count("def test_") for text in texts.values())
