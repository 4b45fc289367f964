"""The table of the mutants of each pair: how many the tests killed, and how many survived."""

from collections import Counter, defaultdict

import pytest

from docs.figures import record
from tests.tables import print_table, recorded

FIGURES = ("mutants", "killed", "equivalent", "survived")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: pytest.ExitCode, config: pytest.Config
) -> None:
    """Print the sums of the figures that the tests recorded, over the modules of each pair."""
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    for test in recorded(terminalreporter, "mutants"):
        totals[test["pair"]].update({figure: test[figure] for figure in FIGURES})
    if config.getoption("--figures") == "mutation" and exitstatus == pytest.ExitCode.OK:
        record({"mutation": {figure: sum(total[figure] for total in totals.values()) for figure in FIGURES}})
    rows = [[pair, *(str(total[figure]) for figure in FIGURES), _score(total)] for pair, total in totals.items()]
    print_table(terminalreporter, "mutants", [["pair", *FIGURES, "killed of those not equivalent"], *rows])


def _score(total: Counter[str]) -> str:
    not_equivalent = total["killed"] + total["survived"]
    return f"{total['killed'] / not_equivalent:.1%}" if not_equivalent else ""
