"""Measured figures, and a table of them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, TypeVar

from tests.tables import markdown

T = TypeVar("T")

HEADINGS = ("figure", "measured", "baseline", "ratio", "limit")


@dataclass(frozen=True)
class Figure:
    """A measured value, with an optional baseline.

    The limit applies to the ratio, or without a baseline to the value. It is a minimum with `at_least`, else a maximum.
    """

    name: str
    measured: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    limit: float | None = None
    at_least: bool = False

    def row(self) -> tuple[str, ...]:
        """Return the cells of a table row."""
        baseline = "" if self.baseline is None else _number(self.baseline, self.unit)
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return self.name, _number(self.measured, self.unit), baseline, ratio, self._limit_text()

    def recorded(self) -> dict[str, Any]:
        """Return the figure as `docs/figures.json` keeps it, with four digits."""
        values = {"measured": self.measured, "baseline": self.baseline, "ratio": self.ratio}
        return {"unit": self.unit} | {
            name: float(f"{value:.4g}") for name, value in values.items() if value is not None
        }

    def _limit_text(self) -> str:
        if self.limit is None:
            return ""
        value = self.measured if self.ratio is None else self.ratio
        unit = self.unit if self.ratio is None else ""
        missed = value < self.limit if self.at_least else value > self.limit
        words = "at least" if self.at_least else "at most"
        return f"{words} {self.limit:g} {unit}".strip() + (", missed" if missed else "")


def compared(  # noqa: PLR0913 - one parameter for each cell
    name: str,
    unit: str,
    measured: Sequence[float],
    baseline: Sequence[float],
    *,
    limit: float | None = None,
    at_least: bool = False,
) -> Figure:
    """Return a figure of values that were measured alternately with those of the baseline.

    The values are medians. The ratio is the median of the ratios of each round, so that a drift of the machine has
    little effect. It is None if a baseline is 0.
    """
    ratio = median(one / other for one, other in zip(measured, baseline, strict=True)) if all(baseline) else None
    return Figure(name, median(measured), unit, median(baseline), ratio, limit, at_least)


def comparing(
    prefix: str, measured: Sequence[T], baseline: Sequence[T]
) -> Callable[[str, str, Callable[[T], float]], Figure]:
    """Return a function that compares one attribute of the results, given its name, its unit and a getter."""

    def figure(name: str, unit: str, value: Callable[[T], float]) -> Figure:
        return compared(f"{prefix}, {name}", unit, [*map(value, measured)], [*map(value, baseline)])

    return figure


def shares(prefix: str, unit: str, parts: Iterable[tuple[str, float]], total: float) -> list[Figure]:
    """Return a figure for each part of `total`, the largest first, with its share as the ratio."""
    largest_first = sorted(parts, key=lambda part: -part[1])
    return [Figure(f"{prefix}{name}", value, unit, total, value / total) for name, value in largest_first]


def in_turn(rounds: int, *measures: Callable[[], T]) -> list[list[T]]:
    """Call all `measures` in each round, and return the results of each."""
    results = [[measure() for measure in measures] for _ in range(rounds)]
    return [list(of_one) for of_one in zip(*results, strict=True)]


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as a Markdown table."""
    return markdown([HEADINGS, *(figure.row() for figure in figures)])


def _number(value: float, unit: str) -> str:
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2  # noqa: PLR2004 - three significant digits
    return f"{value:,.{digits}f} {unit}"
