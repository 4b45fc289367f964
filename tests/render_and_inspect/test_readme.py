"""README.md: its figures are those of `docs/figures.json`."""

import re

import pytest

from docs.counts import counted
from docs.figures import MARKED, README, filled, load
from tests import checks

TEXT = README.read_text(encoding="utf-8")


def test_readme_has_the_figures_of_the_file() -> None:
    assert filled(TEXT, load()) == TEXT, "run `nox -s figures`"


def test_figures_that_can_be_counted_are_up_to_date() -> None:
    recorded = load()["counted"]
    assert {name: recorded.get(name) for name in counted()} == counted(), "run `nox -s figures`"


def test_readme_marks_the_figures_that_change() -> None:
    marked = {found["name"] for found in MARKED.finditer(TEXT)}
    assert {f"counted.{name}" for name in counted()} <= marked
    assert {"tests.passed", "mutation.mutants", "collected.versions", "bench"} <= marked


def test_no_marker_begins_a_line_of_text() -> None:
    # There a comment would end the paragraph: https://spec.commonmark.org/0.31.2/#html-blocks
    checks.assert_none(re.findall(r"^ *(?:- )?<!-- \w+\..*", TEXT, re.MULTILINE))


@pytest.mark.parametrize("name", ["counted.combinations", "tests.passed", "bench"])
def test_a_figure_that_is_typed_by_hand_is_noticed(name: str) -> None:
    wrong = re.sub(f"<!-- {name} -->.*?<!-- / -->", f"<!-- {name} -->1<!-- / -->", TEXT, flags=re.DOTALL)
    assert filled(wrong, load()) == filled(TEXT, load()) != wrong
