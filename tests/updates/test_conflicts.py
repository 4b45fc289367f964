"""The common edits that conflict when an option is switched."""

from tests.updates.cases import single_switches
from tests.updates.conflicts import EDITS, counts
from tests.updates.repository import TemplateRepository

# Edits next to lines that an option changes.
CONFLICTING = {
    "sentence on the port in README",
    'step before the last of "Start it"',
    "work at the end of the lifespan",
}


def test_only_known_edits_conflict(releases: TemplateRepository) -> None:
    found = counts(EDITS, single_switches(), lambda combination: releases.project(combination.answers))
    assert {name for name, conflicts, _ in found if conflicts} == CONFLICTING
    assert [name for name, _, switches in found if not switches] == []
