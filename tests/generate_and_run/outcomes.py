"""The outcome of a pytest run, read from its output."""

import re

from tests.project import RenderedProject

COUNT = re.compile(r"(\d+) (passed|failed|error|errors|skipped|deselected|xfailed|xpassed|warning|warnings|rerun)\b")


def outcomes(output: str) -> dict[str, int]:
    """Return how many tests had each outcome, such as `{"passed": 28}`."""
    summaries = [line for line in output.splitlines() if re.search(r" in \d+\.\d+s", line)]
    return {outcome: int(number) for number, outcome in COUNT.findall(summaries[-1])} if summaries else {}


def outcomes_of(command: str, project: RenderedProject) -> dict[str, int]:
    """Run the tests of a project and return how many had each outcome."""
    # Without the plug-in, the option that sets the seed is unknown.
    variables = {"PYTEST_ADDOPTS": ""} if "no:randomly" in command else {}
    return outcomes(project.run(command, **variables))
