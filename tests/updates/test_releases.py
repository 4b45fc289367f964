"""Updates from every past release to the working tree, without answers, give a fresh render."""

import itertools

import pytest

from tests.checks import assert_none
from tests.combinations import Combination
from tests.template import REPOSITORY, template_files
from tests.updates.cases import core_combinations
from tests.updates.comparison import differences, lost_answers, unannounced_removals, unrequested_changes
from tests.updates.conftest import Copy
from tests.updates.releases import MIN_RELEASES, Release, past_releases, sample
from tests.updates.repository import TemplateRepository

CASES = [
    (release, combination)
    for release, combination in itertools.product(past_releases(), core_combinations())
    if release.offers(combination)
]


@pytest.mark.parametrize(
    ("release", "combination"), [pytest.param(*case, id=f"{case[0].version}-{case[1].id}") for case in CASES]
)
def test_updated_project_is_a_fresh_render(
    release: Release, combination: Combination, releases: TemplateRepository, copy: Copy
) -> None:
    known = releases.questions(release.version)
    before = releases.project(
        {name: combination.answers[name] for name in combination.answers if name in known}, release.version
    )
    after = copy(before).update()
    assert after.unmerged() == []
    assert_none(lost_answers(before, after))
    assert_none(differences(after, releases.project(before.own_answers())))
    assert_none(unrequested_changes(before, after, releases, known))


def test_every_release_is_updated_from() -> None:
    assert len(past_releases()) >= MIN_RELEASES
    assert {release.version for release, _ in CASES} == {release.version for release in past_releases()}
    assert all("pyproject.toml" in release.files() for release in past_releases() if release.commit)


def test_sample_of_releases_has_the_first_and_the_last() -> None:
    many = [Release(f"{number}.0.0") for number in range(1, 12)]
    assert [release.version for release in sample(many)] == ["1.0.0", "6.0.0", "11.0.0"]
    assert sample(many[:2]) == many[:2]


def test_files_removed_since_a_tagged_release_are_named_in_the_changelog() -> None:
    changelog = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    tagged = [release for release in past_releases() if release.is_tagged]
    files = [path.as_posix().removesuffix(".jinja") for path in template_files()]
    for release in tagged:
        assert_none(unannounced_removals(release.files(), files, changelog))
