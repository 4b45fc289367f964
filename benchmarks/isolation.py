"""What the isolation of the rendered tests costs a test that writes through the client, with few and many tables."""

from functools import partial

from benchmarks.figures import Figure, compared, in_turn
from benchmarks.generated import add_tables, add_tests, seconds_of_a_test
from benchmarks.workshop import Workshop

LIMITS = {"sqlite": 1.2, "postgresql": 1.35}
EXTRA_TABLES = (2, 20, 60)
TESTS = 300
ROUNDS = 3

# Below this, the fixtures that clean up are replaced by some that do nothing.
NOT_ISOLATED = '''
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine


@pytest.fixture(autouse=True)
def _leave_nothing_behind() -> None:
    """Leave everything behind."""


@pytest.fixture
def test_engine(engine: AsyncEngine) -> AsyncEngine:
    return engine
'''


def measure(workshop: Workshop) -> list[Figure]:
    """Return a figure for each database and number of tables, in milliseconds for a test."""
    return [_measured(workshop, database, tables) for database in LIMITS for tables in EXTRA_TABLES]


def _measured(workshop: Workshop, database: str, tables: int) -> Figure:
    project = workshop.installed({"database": database, "auth": "none"})
    add_tables(project, tables)
    add_tests(project, TESTS, "tests/isolated/test_generated.py")
    add_tests(project, TESTS, "tests/not_isolated/test_generated.py")
    project.write("tests/not_isolated/conftest.py", NOT_ISOLATED)
    isolated, not_isolated = in_turn(
        ROUNDS,
        partial(seconds_of_a_test, project, "tests/isolated"),
        partial(seconds_of_a_test, project, "tests/not_isolated"),
    )
    return compared(
        f"isolation: a test on {database} with {tables} more tables",
        "ms",
        [1000 * each for each in isolated],
        [1000 * each for each in not_isolated],
        limit=LIMITS[database],
    )
