"""Updates to the release that a project already has."""

import pytest

from tests.combinations import Combination, combinations
from tests.updates.cases import core_combinations
from tests.updates.conftest import Copy
from tests.updates.repository import TemplateRepository


@pytest.mark.parametrize("combination", [pytest.param(each, id=each.id) for each in combinations()])
def test_update_without_a_new_release_changes_nothing(
    combination: Combination, releases: TemplateRepository, copy: Copy
) -> None:
    project = copy(releases.project(combination.answers))
    assert project.update().changed() == []


@pytest.mark.parametrize("combination", [pytest.param(each, id=each.id) for each in core_combinations()])
def test_second_update_changes_nothing(
    combination: Combination, releases: TemplateRepository, next_releases: TemplateRepository, copy: Copy
) -> None:
    project = copy(releases.project(combination.answers)).with_template(next_releases.path).update()
    assert project.changed() != []
    project.commit("Update")
    assert project.update().changed() == []
