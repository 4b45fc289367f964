"""Every mutant of a service is killed by its own tests, or is known to do the same as the original."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import checks
from tests.combinations import Combination, one_of_each_database, one_of_each_pair
from tests.conftest import Renders
from tests.faults.fork_server import ForkServer
from tests.faults.mutation.equivalents import EQUIVALENTS, Equivalent, is_equivalent
from tests.faults.mutation.mutants import mutants
from tests.faults.mutation.survivors import KnownResults, MutantRunner
from tests.ownership import expected_files
from tests.project import RenderedProject
from tests.sharing import made_once
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


@pytest.fixture
def passing_project(
    pair: Combination, project: RenderedProject, fork_server: ForkServer, shared: Path
) -> RenderedProject:
    """The project of the pair, whose tests pass without a mutant."""

    def run_tests(_folder: Path) -> None:
        assert fork_server.exit_code(project, "-x") == pytest.ExitCode.OK, fork_server.output(project)

    made_once(shared / f"passing-{pair.pair}", run_tests)
    return project


@pytest.fixture
def runner(
    module: str, passing_project: RenderedProject, fork_server: ForkServer, shared: Path, tmp_path: Path
) -> MutantRunner:
    """A runner for the mutants of a module of the pair."""
    return MutantRunner(
        passing_project.copied(tmp_path / "project"), fork_server, KnownResults(shared / "mutants", module)
    )


@every_module_of_every_pair
def test_rendered_tests_kill_every_mutant(
    pair: Combination,
    module: str,
    runner: MutantRunner,
    record_property: Callable[[str, object], None],
) -> None:
    source = runner.project.read(module)
    found = mutants(source)
    equivalent = [mutant for mutant in found if is_equivalent(module, mutant, pair.answers)]
    survived = [mutant for mutant in found if mutant not in equivalent and runner.survives(mutant)]
    record_property("pair", pair.pair)
    record_property("mutants", len(found))
    record_property("killed", len(found) - len(equivalent) - len(survived))
    record_property("equivalent", len(equivalent))
    record_property("survived", len(survived))
    checks.assert_none([f"survived: {mutant}" for mutant in survived])
    checks.assert_none(
        [f"killed, but listed as equivalent: {mutant}" for mutant in runner.wrongly_equivalent(source, equivalent)]
    )


@pytest.mark.parametrize("module", ["app/main.py"])
@pytest.mark.parametrize("pair", [pytest.param(pair, id=pair.pair) for pair in PAIRS])
def test_a_mutant_of_unused_code_survives(runner: MutantRunner) -> None:
    source = f"{runner.project.read(runner.known.module)}\n\ndef unused() -> int:\n    return 1\n"
    (survivor, *_) = [mutant for mutant in mutants(source) if mutant.removed == "return 1"]
    assert runner.survives(survivor)
    assert runner.known.has_survived(survivor)


def test_a_test_kills_a_mutant_in_every_project_that_has_its_file(renders: Renders, tmp_path: Path) -> None:
    without_database, with_sqlite, *_ = (renders(pair) for pair in one_of_each_database())
    results = KnownResults(tmp_path / "mutants", "app/main.py")
    in_both, in_one, *_ = mutants(with_sqlite.read("app/main.py"))
    results.save_kill(in_both, "tests/schemas/test_page.py::test_any", with_sqlite)
    results.save_kill(in_one, "tests/conftest.py::test_any", with_sqlite)
    assert results.was_killed(in_both, without_database)
    assert not results.was_killed(in_one, without_database)
    assert not results.has_survived(in_one)


@pytest.mark.parametrize("equivalent", EQUIVALENTS, ids=lambda equivalent: f"{equivalent.module}: {equivalent.change}")
def test_every_equivalent_matches_a_mutant(equivalent: Equivalent, renders: Renders) -> None:
    assert any(
        equivalent.covers(equivalent.module, mutant, pair.answers)
        for pair in PAIRS
        if equivalent.module in modules(pair)
        for mutant in mutants(renders(pair).read(equivalent.module))
    )
