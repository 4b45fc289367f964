"""The speed-up by a second process of pytest-xdist."""

from functools import partial

from benchmarks.figures import Figure, compared, in_turn
from benchmarks.generated import add_tests, seconds_of_tests
from benchmarks.workspace import Workspace

LIMIT = 1.7
FEW, MANY = 500, 1000
ROUNDS = 3


def measure(workspace: Workspace) -> list[Figure]:
    """Return tests per second for each database, of the whole command and of each additional test.

    The second figure does not include the start of the processes and of a server.
    """
    return [figure for database in ("sqlite", "postgresql") for figure in _measured(workspace, database)]


def _measured(workspace: Workspace, database: str) -> list[Figure]:
    project = workspace.installed({"database": database})
    for count in (FEW, MANY):
        add_tests(project, count)
    seconds_of_tests(project, FEW)  # writes the bytecode
    two_few, one_few, two_many, one_many = in_turn(
        ROUNDS,
        partial(seconds_of_tests, project, FEW, "-n 2"),
        partial(seconds_of_tests, project, FEW),
        partial(seconds_of_tests, project, MANY, "-n 2"),
        partial(seconds_of_tests, project, MANY),
    )
    name = f"processes: on {database} with -n 2, compared with one process, "
    return [
        compared(
            f"{name}{FEW} tests from start to end",
            "tests/s",
            [FEW / taken for taken in two_few],
            [FEW / taken for taken in one_few],
            limit=LIMIT,
            at_least=True,
        ),
        compared(
            f"{name}each of {MANY - FEW} additional tests",
            "tests/s",
            [(MANY - FEW) / (many - few) for few, many in zip(two_few, two_many, strict=True)],
            [(MANY - FEW) / (many - few) for few, many in zip(one_few, one_many, strict=True)],
            limit=LIMIT,
            at_least=True,
        ),
    ]
