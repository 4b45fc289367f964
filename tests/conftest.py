"""What both layers share: the template, and each project rendered once for all processes of a run."""

import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.combinations import Combination
from tests.environments import Environments
from tests.leftovers import processes
from tests.project import RenderedProject
from tests.sharing import SHARED, made_once
from tests.template import copy_template, render

Renders = Callable[[Combination], RenderedProject]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this suite."""
    parser.addoption(
        "--resolution",
        default="highest",
        choices=["highest", "lowest-direct"],
        help="which of the versions that the rendered projects allow are installed (uv's strategies)",
    )
    parser.addoption(
        "--orders",
        type=int,
        default=20,
        help="in how many random orders the rendered tests run under attack (`nox -s isolation`)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that all processes of the run share. Those of pytest-xdist inherit its name."""
    if hasattr(config, "workerinput"):
        return
    # Not among pytest's temporary folders, which nobody else may enter: as root, the rendered tests run PostgreSQL as
    # another user, and would copy it for each run.
    folder = Path(tempfile.mkdtemp(prefix="copier-fastapi-"))
    folder.chmod(0o755)
    os.environ[SHARED] = str(folder)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run if it left processes running. Those that are about to end get some time for it."""
    if hasattr(session.config, "workerinput"):
        return
    _, left_running = psutil.wait_procs(processes(SHARED, os.environ[SHARED]), timeout=60)
    if left_running:
        print("\nthe run left these processes running:", *left_running, sep="\n")  # noqa: T201
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
    """The working tree's template, as a plain folder to render from."""
    return made_once(shared / "template", copy_template)


@pytest.fixture(scope="session")
def renders(shared: Path, template: Path) -> Renders:
    """Return the project of a combination: rendered by whoever asks first, to be read and not to be changed."""

    def rendered(combination: Combination) -> RenderedProject:
        folder = made_once(shared / combination.id, lambda path: render(template, combination.answers, path))
        return RenderedProject(folder, combination.answers)

    return rendered


@pytest.fixture(scope="session")
def environments(shared: Path, request: pytest.FixtureRequest) -> Environments:
    """The virtual environments of the rendered projects."""
    return Environments(shared, request.config.getoption("--resolution"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say where the time went: for each test, the sum over its combinations, in seconds of one core."""
    totals: dict[str, list[float]] = defaultdict(list)
    for report in [report for reports in terminalreporter.stats.values() for report in reports]:
        if isinstance(report, pytest.TestReport):
            step = "set-up (render, install)" if report.when == "setup" else report.nodeid.partition("[")[0]
            totals[step].append(report.duration)
    slowest = sorted(totals.items(), key=lambda total: -sum(total[1]))[:20]
    terminalreporter.section("where the time went")
    for step, durations in slowest:
        terminalreporter.write_line(f"{sum(durations):8.1f} s  {len(durations):4} x  {step}")
