"""The summary of the fuzzing runs."""

import pytest

from tests.tables import print_table, recorded


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the number of operations and requests for each pair, and whether all responses were as documented."""
    rows = [
        [test["fuzzed"], str(test.get("operations", "")), str(test.get("requests", "")), str(test["passed"])]
        for test in recorded(terminalreporter, "fuzzed")
    ]
    print_table(terminalreporter, "contract fuzzing", [["pair", "operations", "requests", "as documented"], *rows])
