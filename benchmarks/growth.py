"""The duration of rendered tests with an increasing number of tests."""

from functools import partial
from statistics import median

from benchmarks.figures import Figure, in_turn
from benchmarks.generated import add_tests, seconds_of_tests
from benchmarks.workspace import Workspace

COUNTS = (50, 200, 500, 1000)
ROUNDS = 3


def measure(workspace: Workspace) -> list[Figure]:
    """Return the wall time in seconds for each database and number of tests, in one process."""
    return [figure for database in ("sqlite", "postgresql") for figure in _measured(workspace, database)]


def _measured(workspace: Workspace, database: str) -> list[Figure]:
    project = workspace.installed({"database": database})
    for count in COUNTS:
        add_tests(project, count)
    seconds_of_tests(project, COUNTS[0])  # writes the bytecode
    measured = in_turn(ROUNDS, *(partial(seconds_of_tests, project, count) for count in COUNTS))
    pairs = zip(COUNTS, measured, strict=True)
    return [Figure(f"growth: {count} tests on {database}", median(taken), "s") for count, taken in pairs]
