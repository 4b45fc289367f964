"""Every mutant of a service is killed by its own tests, or is known to do the same as the original."""

from collections.abc import Callable

import pytest

from tests import checks
from tests.combinations import Combination, one_of_each_pair
from tests.conftest import Renders
from tests.faults.fork_server import ForkServer
from tests.faults.mutation.equivalents import EQUIVALENTS, Equivalent, is_equivalent
from tests.faults.mutation.mutants import mutants
from tests.faults.mutation.survivors import MutantRunner
from tests.ownership import expected_files
from tests.project import RenderedProject
from tests.template import rendered_paths

PAIRS = one_of_each_pair()


def modules(pair: Combination) -> list[str]:
    """Return the modules of the service of a pair."""
    files = expected_files(rendered_paths(), pair.answers)
    return sorted(name for name in files if name.startswith("app/") and name.endswith(".py"))


every_module_of_every_pair = pytest.mark.parametrize(
    ("pair", "module"),
    [pytest.param(pair, module, id=f"{pair.pair}: {module}") for pair in PAIRS for module in modules(pair)],
)


@every_module_of_every_pair
def test_its_own_tests_kill_every_mutant(
    pair: Combination,
    module: str,
    copy: RenderedProject,
    fork_server: ForkServer,
    record_property: Callable[[str, object], None],
) -> None:
    found = mutants(copy.read(module))
    survivors = list(MutantRunner(copy, module, fork_server).survivors(found))
    equivalent = [mutant for mutant in found if is_equivalent(module, mutant, pair.answers)]
    survived = [str(mutant) for mutant in survivors if mutant not in equivalent]
    record_property("pair", pair.pair)
    record_property("mutants", len(found))
    record_property("killed", len(found) - len(survivors))
    record_property("equivalent", len(survivors) - len(survived))
    record_property("survived", len(survived))
    checks.assert_none([f"survived: {mutant}" for mutant in survived])
    checks.assert_none(
        [f"killed, though it is said to be equivalent: {each}" for each in equivalent if each not in survivors]
    )


@pytest.mark.parametrize("pair", [pytest.param(pair, id=pair.pair) for pair in PAIRS])
def test_a_mutant_that_no_test_looks_at_survives(copy: RenderedProject, fork_server: ForkServer) -> None:
    module = "app/main.py"
    copy.write(module, copy.read(module) + "\n\ndef unused() -> int:\n    return 1\n")
    (survivor, *_) = [mutant for mutant in mutants(copy.read(module)) if mutant.removed == "return 1"]
    assert list(MutantRunner(copy, module, fork_server).survivors([survivor])) == [survivor]


@pytest.mark.parametrize("equivalent", EQUIVALENTS, ids=lambda equivalent: f"{equivalent.module}: {equivalent.change}")
def test_every_equivalent_is_one_of_a_project(equivalent: Equivalent, renders: Renders) -> None:
    assert any(
        equivalent.covers(equivalent.module, mutant, pair.answers)
        for pair in PAIRS
        if equivalent.module in modules(pair)
        for mutant in mutants(renders(pair).read(equivalent.module))
    )
