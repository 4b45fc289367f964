"""Fixtures: copies of rendered projects, ready to run, in which faults are planted."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import commands
from tests.combinations import Combination, one_of_each_pair
from tests.conftest import Renders
from tests.environments import Environments
from tests.faults.fork_server import ForkServer, started_fork_server
from tests.faults.outcomes import Outcome, run_tests
from tests.generate_and_run.database import postgresql_server
from tests.project import RenderedProject
from tests.sharing import made_once
from tests.tables import print_table, recorded

Ready = tuple[RenderedProject, ForkServer]


@pytest.fixture(scope="session")
def make_ready(
    renders: Renders, environments: Environments, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Combination], Ready]]:
    """Return a function that installs the project of a combination and starts its servers, one project at a time."""
    ready: dict[str, Ready] = {}
    with ExitStack() as running:

        def made_ready(combination: Combination) -> Ready:
            if combination.id not in ready:
                running.close()
                ready.clear()
                copy = renders(combination).copied(tmp_path_factory.mktemp(combination.pair) / "project")
                project = with_server(environments.install(copy), running)
                ready[combination.id] = project, running.enter_context(started_fork_server(project))
            return ready[combination.id]

        yield made_ready


def with_server(project: RenderedProject, running: ExitStack) -> RenderedProject:
    """Return the project, with a server for all its runs if it needs one: to start one takes longer than a run."""
    if project.answers["database"] != "postgresql":
        return project
    url = running.enter_context(postgresql_server(project, commands.SHARED_DEADLINE))
    return project.with_variables(TEST_DATABASE_URL=url)


@pytest.fixture
def project(pair: Combination, make_ready: Callable[[Combination], Ready]) -> RenderedProject:
    """The project of the pair that a test is parametrized with, ready to run and to be copied."""
    return make_ready(pair)[0]


@pytest.fixture
def fork_server(pair: Combination, make_ready: Callable[[Combination], Ready]) -> ForkServer:
    """The fork server of the pair's project."""
    return make_ready(pair)[1]


@pytest.fixture
def copy(project: RenderedProject, tmp_path: Path) -> RenderedProject:
    """A copy of the pair's project, which the test may change."""
    return project.copied(tmp_path / "project")


@pytest.fixture
def clean_outcomes(pair: Combination, project: RenderedProject, shared: Path) -> set[Outcome]:
    """The outcomes of the project's tests without a fault."""

    def record(folder: Path) -> None:
        folder.mkdir()
        (folder / "outcomes.json").write_text(json.dumps(sorted(run_tests(project, "-p", "no:randomly"))))

    recorded = made_once(shared / f"outcomes-{pair.pair}", record) / "outcomes.json"
    return {Outcome(*outcome) for outcome in json.loads(recorded.read_text())}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print which faults were detected in each pair, and in how many orders tests that leave state affected none."""
    pairs = [pair.pair for pair in one_of_each_pair()]
    faults: dict[str, dict[str, str]] = defaultdict(dict)
    for test in recorded(terminalreporter, "fault"):
        faults[test["fault"]][test["pair"]] = "detected" if test["passed"] else "NOT DETECTED"
    rows = [[name, *(found.get(pair, "") for pair in pairs)] for name, found in sorted(faults.items())]
    print_table(terminalreporter, "planted faults", [["fault", *pairs], *rows])

    orders = Counter((test["left_behind"], test["passed"]) for test in recorded(terminalreporter, "left_behind"))
    suites = sorted({suite for suite, _ in orders})
    rows = [[suite, str(orders[suite, True]), str(orders[suite, False])] for suite in suites]
    print_table(terminalreporter, "state left behind", [["suite", "orders without an effect", "other orders"], *rows])
