"""The outcome of a pytest run, read from what it printed."""

import re

COUNT = re.compile(r"(\d+) (passed|failed|error|errors|skipped|deselected|xfailed|xpassed|warning|warnings|rerun)\b")


def outcomes(output: str) -> dict[str, int]:
    """Return how many tests had each outcome, such as `{"passed": 28}`."""
    summaries = [line for line in output.splitlines() if re.search(r" in \d+\.\d+s", line)]
    return {outcome: int(number) for number, outcome in COUNT.findall(summaries[-1])} if summaries else {}
