"""Rendered suites under attack: tests that leave behind all they can do not change the outcome of any other test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.combinations import Combination, one_of_each_pair
from tests.faults.outcomes import Outcome, run_tests
from tests.project import RenderedProject

ATTACK = Path(__file__).parent / "attack"
# Rendered tests run in random order, file by file: with several copies an attack comes between any two of them.
PLACES = ("tests/test_attack_{}.py", "tests/api/test_attack_{}.py", "tests/core/test_attack_{}.py")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests that ask for a `seed` in as many orders as the option says."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(1, metafunc.config.getoption("--orders") + 1))


def richest_of_each_database() -> tuple[Combination, ...]:
    """Return one combination for each database: the last, which has auth if there can be any."""
    return tuple({each.options["database"]: each for each in one_of_each_pair()}.values())


@pytest.mark.parametrize("pair", [pytest.param(pair, id=pair.pair) for pair in richest_of_each_database()])
@pytest.mark.parametrize("workers", [0, 2])
def test_an_attack_changes_no_other_outcome(  # noqa: PLR0913, PLR0917 - each is a fixture or what varies
    pair: Combination,
    copy: RenderedProject,
    clean_outcomes: set[Outcome],
    workers: int,
    seed: int,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("attack", f"{pair.pair}, -n {workers}")
    attacks = drop_attacks(copy)
    outcomes = run_tests(copy, "-n", str(workers), f"--randomly-seed={seed}")
    others = {outcome for outcome in outcomes if "test_attack_" not in outcome.test}
    assert len(outcomes - others) >= attacks
    assert others == clean_outcomes


def drop_attacks(project: RenderedProject) -> int:
    """Write the attacks that the project has the code for, and return how many tests they have."""
    names = ["anywhere"] if project.answers["database"] == "none" else ["anywhere", "on_a_database"]
    texts = {name: (ATTACK / f"{name}.py").read_text() for name in names}
    for place in PLACES:
        for name, text in texts.items():
            project.write(place.format(name), text)
    return len(PLACES) * sum(text.count("def test_") for text in texts.values())
