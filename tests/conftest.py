"""Fixtures for the template, the rendered projects and their environments."""

import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from docs.figures import record
from tests.combinations import Combination
from tests.environments import Environments
from tests.leftovers import processes
from tests.project import RenderedProject
from tests.sharing import SHARED, made_once
from tests.template import copy_template, render

# The nox sessions whose results can be written to README.md, and the paths that they run.
SESSIONS: dict[str, list[str]] = {"tests": [], "mutation": ["tests/faults/mutation"]}

# The phases of a test that are not the test itself, in the list of the slowest tests.
FIXTURES = {"setup": "set-up (render, install)", "teardown": "tear-down"}

Renders = Callable[[Combination], RenderedProject]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the command line options of these tests."""
    parser.addoption(
        "--resolution",
        default="highest",
        choices=["highest", "lowest-direct"],
        help="uv's strategy to choose the versions that are installed for rendered projects",
    )
    parser.addoption(
        "--orders",
        type=int,
        default=20,
        help="number of random orders in which `nox -s isolation` runs the rendered tests",
    )
    parser.addoption(
        "--figures",
        choices=list(SESSIONS),
        help="write the results of a complete run of this nox session to docs/figures.json and README.md",
    )


def pytest_cmdline_main(config: pytest.Config) -> None:
    """Refuse to write the results of a part of the tests, selected by `-k`, `-m` or a path."""
    session = config.getoption("--figures")
    selection = config.option.keyword or config.option.markexpr
    if session and (selection or config.option.file_or_dir != SESSIONS[session]):
        raise pytest.UsageError(f"--figures is for all of `nox -s {session}`")


def pytest_configure(config: pytest.Config) -> None:
    """Create the folder that all processes of the run share. pytest-xdist workers inherit its name."""
    if hasattr(config, "workerinput"):
        return
    # Not in pytest's temporary folder, which only its user can read: as root, the rendered tests run PostgreSQL as
    # another user, and would copy it for each run.
    folder = Path(tempfile.mkdtemp(prefix="copier-fastapi-"))
    folder.chmod(0o755)
    os.environ[SHARED] = str(folder)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run if processes are still running after some time."""
    if hasattr(session.config, "workerinput"):
        return
    _, still_running = psutil.wait_procs(processes(SHARED, os.environ[SHARED]), timeout=60)
    if still_running:
        print("\nprocesses still running after the tests:", *still_running, sep="\n")  # noqa: T201 - after pytest's own output
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the shared folder."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ[SHARED], ignore_errors=True)


@pytest.fixture(scope="session")
def shared() -> Path:
    """A temporary folder that all processes of the run share."""
    return Path(os.environ[SHARED])


@pytest.fixture(scope="session")
def template(shared: Path) -> Path:
    """A copy of the template in the working tree."""
    return made_once(shared / "template", copy_template)


@pytest.fixture(scope="session")
def renders(shared: Path, template: Path) -> Renders:
    """Return the project of a combination, rendered once per run. It must not be changed."""

    def rendered(combination: Combination) -> RenderedProject:
        folder = made_once(shared / combination.id, lambda path: render(template, combination.answers, path))
        return RenderedProject(folder, combination.answers)

    return rendered


@pytest.fixture(scope="session")
def environments(shared: Path, request: pytest.FixtureRequest) -> Environments:
    """The virtual environments of the rendered projects."""
    return Environments(shared, request.config.getoption("--resolution"))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: pytest.ExitCode, config: pytest.Config
) -> None:
    """Print the slowest tests, with the total duration over all combinations."""
    if config.getoption("--figures") == "tests" and exitstatus == pytest.ExitCode.OK:
        passed = len(terminalreporter.getreports("passed"))
        record({"tests": {"passed": passed, "processor_minutes": _processor_minutes()}})
    totals: dict[str, list[float]] = defaultdict(list)
    for report in [report for reports in terminalreporter.stats.values() for report in reports]:
        if isinstance(report, pytest.TestReport):
            name = FIXTURES.get(report.when) or report.nodeid.partition("[")[0]
            totals[name].append(report.duration)
    slowest = sorted(totals.items(), key=lambda total: -sum(total[1]))[:20]
    terminalreporter.section("slowest tests")
    for name, durations in slowest:
        terminalreporter.write_line(f"{sum(durations):8.1f} s  {len(durations):4} x  {name}")


def _processor_minutes() -> int:
    """Return the processor time of this run in minutes, without that of PostgreSQL servers."""
    used = psutil.Process().cpu_times()
    return round((used.user + used.system + used.children_user + used.children_system) / 60)
