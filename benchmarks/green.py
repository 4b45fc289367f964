"""From nothing to a green suite: how long someone waits who tries the template."""

import sys
from statistics import median

from benchmarks.figures import Figure
from benchmarks.workshop import Workshop, seconds
from tests import commands, steps
from tests.combinations import one_of_each_pair
from tests.template import copy_command

LIMIT = 10
ROUNDS = 3
PYTHON = {"UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}
# How long a registry takes to say that nothing has changed depends on the registry.
OFFLINE = {"UV_OFFLINE": "1"}

# The one with the most in it, for each database.
RICHEST = {each.options["database"]: each for each in one_of_each_pair()}


def measure(workshop: Workshop) -> list[Figure]:
    """Return a figure for each database, and one for each of the commands, in seconds of wall time.

    The caches of uv are warm: a round that does not count fills them, and the others ask no registry.
    """
    return [figure for database in RICHEST for figure in _measured(workshop, database)]


def _measured(workshop: Workshop, database: str) -> list[Figure]:
    _seconds_of_each_command(workshop, database, PYTHON)
    rounds = [_seconds_of_each_command(workshop, database, PYTHON | OFFLINE) for _ in range(ROUNDS)]
    total = median(sum(each.values()) for each in rounds)
    figures = [Figure(f"green: {database}, from nothing to a green suite", total, "s", limit=LIMIT)]
    for command in rounds[0]:
        taken = median(each[command] for each in rounds)
        figures.append(Figure(f"green: {database}, of it {command}", taken, "s", total, taken / total))
    return figures


def _seconds_of_each_command(workshop: Workshop, database: str, variables: dict[str, str]) -> dict[str, float]:
    folder = workshop.new_folder()
    copy = copy_command(workshop.template, folder / "project", RICHEST[database].answers)
    return {
        "copier copy": seconds(lambda: commands.run(copy, folder, {})),
        "uv sync": seconds(lambda: commands.run("uv sync", folder / "project", variables)),
        steps.TEST: seconds(lambda: commands.run(steps.TEST, folder / "project", variables)),
    }
