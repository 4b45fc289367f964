"""The outcome of a pytest run, read from what it printed."""

import re

from tests.project import RenderedProject

COUNT = re.compile(r"(\d+) (passed|failed|error|errors|skipped|deselected|xfailed|xpassed|warning|warnings|rerun)\b")


def outcomes(output: str) -> dict[str, int]:
    """Return how many tests had each outcome, such as `{"passed": 28}`."""
    summaries = [line for line in output.splitlines() if re.search(r" in \d+\.\d+s", line)]
    return {outcome: int(number) for number, outcome in COUNT.findall(summaries[-1])} if summaries else {}


def outcomes_of(command: str, project: RenderedProject) -> dict[str, int]:
    """Run the project's tests by `command` and return how many had each outcome."""
    # The seed that is set for every run is an unknown option where the plug-in is switched off.
    variables = {"PYTEST_ADDOPTS": ""} if "no:randomly" in command else {}
    return outcomes(project.run(command, **variables))
