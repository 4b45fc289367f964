"""The cost of the isolation of rendered tests, depending on the number of tables."""

from functools import partial

from benchmarks.figures import Figure, compared, in_turn
from benchmarks.generated import add_tables, add_tests, seconds_of_a_test
from benchmarks.workspace import Workspace

LIMITS = {"sqlite": 1.2, "postgresql": 1.35}
EXTRA_TABLES = (2, 20, 60)
TESTS = 300
ROUNDS = 5

# In this folder, the fixtures that clean up are replaced.
NOT_ISOLATED = '''
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine


@pytest.fixture(autouse=True)
def _leave_nothing_behind() -> None:
    """Do nothing."""


@pytest.fixture
def test_engine(engine: AsyncEngine) -> AsyncEngine:
    return engine
'''


def measure(workspace: Workspace) -> list[Figure]:
    """Return the milliseconds of a test for each database and number of tables."""
    return [_measured(workspace, database, tables) for database in LIMITS for tables in EXTRA_TABLES]


def _measured(workspace: Workspace, database: str, tables: int) -> Figure:
    project = workspace.installed({"database": database, "auth": "none"})
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
