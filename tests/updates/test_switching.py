"""Updates with other answers give the same project as a fresh render with these answers."""

import copier
import pytest

from tests import steps
from tests.checks import assert_none
from tests.combinations import Combination, combinations
from tests.environments import Environments
from tests.generate_and_run.outcomes import outcomes
from tests.updates.cases import core_answers, parametrized, single_switches, switches
from tests.updates.comparison import differences
from tests.updates.conftest import Copy
from tests.updates.repository import WORKING_TREE, TemplateRepository


def _switches_of_pairs(*names: tuple[str, str]) -> list[tuple[Combination, Combination]]:
    with_coverage = {each.pair: each for each in reversed(combinations()) if each.options["coverage"]}
    return [(with_coverage[before], with_coverage[after]) for before, after in names]


@parametrized(switches())
def test_switched_project_is_a_fresh_render(
    before: Combination, after: Combination, releases: TemplateRepository, copy: Copy
) -> None:
    project = copy(releases.project(before.answers)).update(after.answers)
    assert project.unmerged() == []
    assert_none(differences(project, releases.project(after.answers)))


# Copier uses the same code for the newest release, which the test above covers for all switches.
@parametrized(single_switches())
def test_switched_project_stays_on_its_release(
    before: Combination, after: Combination, releases: TemplateRepository, next_releases: TemplateRepository, copy: Copy
) -> None:
    original = copy(releases.project(before.answers)).with_template(next_releases.path)
    project = original.update(after.answers, to=copier.VcsRef.CURRENT)
    assert project.answers["_commit"] == WORKING_TREE
    assert project.unmerged() == []
    assert_none(differences(project, releases.project(after.answers)))


# The tests above compare files. This one runs the switched project.
@parametrized(_switches_of_pairs(("sqlite-password", "postgresql-password"), ("postgresql-password", "none-none")))
def test_own_tests_of_a_switched_project_pass(
    before: Combination, after: Combination, releases: TemplateRepository, copy: Copy, environments: Environments
) -> None:
    project = copy(releases.project(before.answers))
    project.update(after.answers)
    assert outcomes(environments.install(project).run(steps.TEST)).keys() == {"passed"}


def test_every_core_combination_is_switched_from_and_to() -> None:
    cases = switches()
    assert len(cases) > 80
    expected = {core_answers(each) for each in combinations()}
    assert {core_answers(before) for before, _ in cases} == expected
    assert {core_answers(after) for _, after in cases} == expected


def test_every_option_is_switched_on_its_own() -> None:
    changed = {
        question
        for before, after in single_switches()
        for question in before.options
        if before.options[question] != after.options[question]
    }
    assert changed == combinations()[0].options.keys()


@pytest.mark.parametrize("ref", [None, copier.VcsRef.CURRENT])
def test_update_without_answers_switches_nothing(
    ref: copier.VcsRef | None, releases: TemplateRepository, copy: Copy
) -> None:
    # A control for the tests above.
    before, after = switches()[0]
    project = copy(releases.project(before.answers)).update(to=ref)
    assert differences(project, releases.project(after.answers)) != []
