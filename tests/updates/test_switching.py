"""Other answers to a project that exists: it becomes what a fresh render with them is, byte for byte."""

import copier
import pytest

from tests import steps
from tests.checks import assert_none
from tests.combinations import Combination, combinations
from tests.environments import Environments
from tests.generate_and_run.outcomes import outcomes
from tests.updates.cases import parametrized, single_switches, switches
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


# Copier goes the same way as to the newest release, which the test above shows between all answers.
@parametrized(single_switches())
def test_switched_project_stays_on_its_release(
    before: Combination, after: Combination, releases: TemplateRepository, next_releases: TemplateRepository, copy: Copy
) -> None:
    original = copy(releases.project(before.answers)).moved_to(next_releases.path)
    project = original.update(after.answers, to=copier.VcsRef.CURRENT)
    assert project.answers["_commit"] == WORKING_TREE
    assert project.unmerged() == []
    assert_none(differences(project, releases.project(after.answers)))


# The trees are equal to those of fresh renders, whose tests run elsewhere. This is for what no tree shows.
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
    assert {before.id for before, _ in cases} == {after.id for _, after in cases}


def test_every_option_is_switched_on_its_own() -> None:
    changed = {
        question
        for before, after in single_switches()
        for question in before.options
        if before.options[question] != after.options[question]
    }
    assert changed == combinations()[0].options.keys()


@pytest.mark.parametrize("ref", [None, copier.VcsRef.CURRENT])
def test_without_a_switch_nothing_is_switched(
    ref: copier.VcsRef | None, releases: TemplateRepository, copy: Copy
) -> None:
    # The counterpart: were the answers lost on their way, the tests above would find the old project.
    before, after = switches()[0]
    project = copy(releases.project(before.answers)).update(to=ref)
    assert differences(project, releases.project(after.answers)) != []
