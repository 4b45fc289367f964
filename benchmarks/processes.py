"""What a second process of pytest-xdist brings."""

from functools import partial

from benchmarks.figures import Figure, compared, in_turn
from benchmarks.generated import add_tests
from benchmarks.workshop import Workshop, seconds

LIMIT = 1.7
TESTS = 500
ROUNDS = 3
COMMAND = "uv run pytest tests/test_generated.py"


def measure(workshop: Workshop) -> list[Figure]:
    """Return a figure for each database, in tests per second from the start of the command to its end."""
    return [_measured(workshop, database) for database in ("sqlite", "postgresql")]


def _measured(workshop: Workshop, database: str) -> Figure:
    project = workshop.installed({"database": database})
    add_tests(project, TESTS)
    project.run(COMMAND)  # compiles what is imported
    two, one = in_turn(
        ROUNDS,
        lambda: TESTS / seconds(partial(project.run, f"{COMMAND} -n 2")),
        lambda: TESTS / seconds(partial(project.run, COMMAND)),
    )
    name = f"processes: {TESTS} tests on {database} with -n 2, beside one process"
    return compared(name, "tests/s", two, one, limit=LIMIT, at_least=True)
