"""Which usual edits of owners conflict when an option changes: few, and no others than is known."""

from tests.updates.cases import single_switches
from tests.updates.conflicts import EDITS, counts
from tests.updates.repository import TemplateRepository

# They stand beside what an option changes, where there is no other place for them.
CONFLICTING = {
    "dependency of the routes",
    "import of an own module in conftest.py",
    "sentence on the port in README",
    'step before the last of "Start it"',
    "work at the end of the lifespan",
}


def test_usual_edits_conflict_only_beside_what_an_option_changes(releases: TemplateRepository) -> None:
    found = counts(EDITS, single_switches(), lambda combination: releases.project(combination.answers))
    assert {name for name, conflicts, _ in found if conflicts} == CONFLICTING
    assert [name for name, _, switches in found if not switches] == []
