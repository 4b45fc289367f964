"""Tables in Markdown, which people read in a terminal and quote elsewhere."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Return a table of `rows`, the first of which is the heading. All columns but the first stand to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    heading, *others = ["| " + " | ".join(map(_aligned, row, widths, range(len(row)))) + " |" for row in rows]
    rule = "| --- " + "| ---: " * (len(widths) - 1) + "|"
    return "\n".join([heading, rule, *others])


def _aligned(cell: str, width: int, column: int) -> str:
    return cell.rjust(width) if column else cell.ljust(width)


def recorded(terminalreporter: pytest.TerminalReporter, name: str) -> Iterator[dict[str, Any]]:
    """Yield what each test recorded that has recorded a property called `name`, by `record_property`."""
    for report in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]:
        properties: dict[str, Any] = dict(report.user_properties)
        if report.when == "call" and name in properties:
            yield properties | {"passed": report.passed}


def print_table(terminalreporter: pytest.TerminalReporter, title: str, rows: Sequence[Sequence[str]]) -> None:
    """Write a table at the end of a run, unless it has only its heading."""
    if len(rows) > 1:
        terminalreporter.section(title)
        terminalreporter.write_line(markdown(rows))
