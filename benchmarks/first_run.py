"""The time from `copier copy` to passed tests."""

from statistics import median

from benchmarks.figures import Figure
from benchmarks.workspace import Workspace, seconds
from tests import commands, steps
from tests.combinations import Combination, one_of_each_database
from tests.environments import CURRENT_PYTHON
from tests.template import copy_command

LIMIT = 10
ROUNDS = 3
# The response time of a package registry is not measured.
OFFLINE = {"UV_OFFLINE": "1"}


def measure(workspace: Workspace) -> list[Figure]:
    """Return the wall time in seconds for each database, in total and for each command.

    A first round, which is not measured, fills the caches of uv.
    """
    return [figure for combination in one_of_each_database() for figure in _measured(workspace, combination)]


def _measured(workspace: Workspace, combination: Combination) -> list[Figure]:
    _seconds_of_each_command(workspace, combination, CURRENT_PYTHON)
    rounds = [_seconds_of_each_command(workspace, combination, CURRENT_PYTHON | OFFLINE) for _ in range(ROUNDS)]
    total = median(sum(each.values()) for each in rounds)
    name = f"first run on {combination.options['database']}"
    figures = [Figure(f"{name}: from copier copy to passed tests", total, "s", limit=LIMIT)]
    for command in rounds[0]:
        taken = median(each[command] for each in rounds)
        figures.append(Figure(f"{name}: {command}", taken, "s", total, taken / total))
    return figures


def _seconds_of_each_command(
    workspace: Workspace, combination: Combination, variables: dict[str, str]
) -> dict[str, float]:
    folder = workspace.new_folder()
    copy = copy_command(workspace.template, folder / "project", combination.answers)
    return {
        "copier copy": seconds(lambda: commands.run(copy, folder, {})),
        "uv sync": seconds(lambda: commands.run("uv sync", folder / "project", variables)),
        steps.TEST: seconds(lambda: commands.run(steps.TEST, folder / "project", variables)),
    }
