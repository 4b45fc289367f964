"""The cost of testing a combination: rendering, installation, lint, type check and tests."""

import re
import resource
import subprocess
import sys
from collections.abc import Sequence
from statistics import mean

from benchmarks.figures import Figure, shares
from benchmarks.workspace import Workspace, seconds, timed
from tests import steps
from tests.combinations import Combination, combinations, one_of_each_pair
from tests.commands import environment
from tests.environments import Environments
from tests.template import REPOSITORY

LIMIT = 3  # seconds
COUNTS = (5, 15, 30)
FILE = "tests/generate_and_run/test_every_combination.py"
TESTS = (
    "test_everything_imported_is_declared",
    "test_linter_formatter_and_type_checker_find_nothing",
    "test_rendered_tests_pass_and_leave_no_files",
)
STEPS = (*steps.CHECKS, steps.TEST)
# A line of the summary that the tests print: seconds, count and test.
SUMMARY = re.compile(r"^ *([\d.]+) s +\d+ x +(?:\S+::)?(.+)$", re.MULTILINE)


def measure(workspace: Workspace) -> list[Figure]:
    """Return the wall time in seconds of several numbers of combinations, and the average per combination.

    The times of the tests are sums over two processes. The times of the single steps are averages over one combination
    for each pair of database and auth.
    """
    figures = [_some(count) for count in COUNTS if count < len(combinations())]
    return [*figures, *_all(), *_steps(workspace)]


def _some(count: int) -> Figure:
    # Spread evenly over the combinations.
    chosen = [combinations()[index * len(combinations()) // count] for index in range(count)]
    return Figure(f"matrix: {count} combinations", seconds(lambda: _run(chosen)), "s")


def _all() -> list[Figure]:
    before = _core_seconds()
    printed, taken = timed(lambda: _run(combinations()))
    cores = _core_seconds() - before
    count = len(combinations())
    parts = [(name, float(value)) for value, name in SUMMARY.findall(printed)]
    return [
        Figure(f"matrix: {count} combinations", taken, "s"),
        Figure(f"matrix: each of {count} combinations", taken / count, "s", limit=LIMIT),
        Figure(f"matrix: each of {count} combinations, processor time", cores / count, "s"),
        *shares("matrix: in both processes, ", "s", parts, sum(value for _, value in parts)),
    ]


def _run(chosen: Sequence[Combination]) -> str:
    """Run the tests of these combinations as `nox -s tests` does, and return the output."""
    names = [f"{FILE}::{test}[{combination.id}]" for combination in chosen for test in TESTS]
    done = subprocess.run(  # noqa: S603 - the tests of this repository
        [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", *names],
        cwd=REPOSITORY,
        env=environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the tests failed:\n{done.stdout}")
    return done.stdout


def _core_seconds() -> float:
    """Return the processor seconds of all commands so far, without PostgreSQL servers."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _steps(workspace: Workspace) -> list[Figure]:
    taken = [_seconds_of_each_step(workspace, combination) for combination in one_of_each_pair()]
    return [Figure(f"matrix: {step} alone", mean(each[step] for each in taken), "s") for step in taken[0]]


def _seconds_of_each_step(workspace: Workspace, combination: Combination) -> dict[str, float]:
    rendered, render = timed(lambda: workspace.rendered(combination.answers))
    new = Environments(workspace.new_folder(), "highest")
    project, install = timed(lambda: new.install(rendered))
    project.run(steps.TEST)  # writes the bytecode
    taken = {command: seconds(lambda command=command: project.run(command)) for command in STEPS}
    return {"render": render, "install": install, **taken}
