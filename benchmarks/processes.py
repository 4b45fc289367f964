"""What a second process of pytest-xdist brings."""

from functools import partial

from benchmarks.figures import Figure, compared, in_turn
from benchmarks.generated import add_tests
from benchmarks.workshop import Workshop, seconds
from tests.project import RenderedProject

LIMIT = 1.7
FEW, MANY = 500, 1000
ROUNDS = 3


def measure(workshop: Workshop) -> list[Figure]:
    """Return figures for each database, in tests per second: of the whole command, and of each test more.

    The second leaves out what is the same for any number of tests: the start of the processes, and of a server.
    """
    return [figure for database in ("sqlite", "postgresql") for figure in _measured(workshop, database)]


def _measured(workshop: Workshop, database: str) -> list[Figure]:
    project = workshop.installed({"database": database})
    for count in (FEW, MANY):
        add_tests(project, count, _file(count))
    _run(project, FEW, "")  # compiles what is imported
    two_few, one_few, two_many, one_many = in_turn(
        ROUNDS,
        partial(_run, project, FEW, " -n 2"),
        partial(_run, project, FEW, ""),
        partial(_run, project, MANY, " -n 2"),
        partial(_run, project, MANY, ""),
    )
    name = f"processes: on {database} with -n 2, beside one process, "
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
            f"{name}each of {MANY - FEW} tests more",
            "tests/s",
            [(MANY - FEW) / (many - few) for few, many in zip(two_few, two_many, strict=True)],
            [(MANY - FEW) / (many - few) for few, many in zip(one_few, one_many, strict=True)],
            limit=LIMIT,
            at_least=True,
        ),
    ]


def _run(project: RenderedProject, count: int, arguments: str) -> float:
    return seconds(lambda: project.run(f"uv run pytest {_file(count)}{arguments}"))


def _file(count: int) -> str:
    return f"tests/test_generated_{count}.py"
