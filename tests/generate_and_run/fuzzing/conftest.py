"""The table that this layer prints: what each service was asked."""

import pytest

from tests.tables import print_table, recorded


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print for each pair how many operations were called, with how many requests, and whether all was well."""
    rows = [
        [test["fuzzed"], str(test.get("operations", "")), str(test.get("requests", "")), str(test["passed"])]
        for test in recorded(terminalreporter, "fuzzed")
    ]
    print_table(terminalreporter, "contract fuzzing", [["pair", "operations", "requests", "as documented"], *rows])
