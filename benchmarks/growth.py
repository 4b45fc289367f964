"""What a rendered suite takes as its tests get more."""

from functools import partial
from statistics import median

from benchmarks.figures import Figure, in_turn
from benchmarks.generated import add_tests
from benchmarks.workshop import Workshop, seconds
from tests.project import RenderedProject

COUNTS = (50, 200, 500, 1000)
ROUNDS = 3


def measure(workshop: Workshop) -> list[Figure]:
    """Return a figure for each database and number of tests, in seconds of wall time from start to end, serially."""
    return [figure for database in ("sqlite", "postgresql") for figure in _measured(workshop, database)]


def _measured(workshop: Workshop, database: str) -> list[Figure]:
    project = workshop.installed({"database": database})
    for count in COUNTS:
        add_tests(project, count, _file(count))
    _run(project, COUNTS[0])  # compiles what is imported
    measured = in_turn(ROUNDS, *(partial(_run, project, count) for count in COUNTS))
    pairs = zip(COUNTS, measured, strict=True)
    return [Figure(f"growth: {count} tests on {database}", median(taken), "s") for count, taken in pairs]


def _run(project: RenderedProject, count: int) -> float:
    return seconds(lambda: project.run(f"uv run pytest {_file(count)}"))


def _file(count: int) -> str:
    return f"tests/test_generated_{count}.py"
