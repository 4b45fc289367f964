"""Updates of projects with edits by their owners. The table in README.md names these tests."""

import re
import sys

import pytest

from tests import steps
from tests.checks import assert_none
from tests.combinations import Combination, one_of_each_pair
from tests.commands import CommandFailedError
from tests.environments import Environments
from tests.generate_and_run.conftest import REQUIRED_SETTINGS
from tests.generate_and_run.outcomes import outcomes
from tests.updates import next_release, owners
from tests.updates.cases import parametrized, single_switches
from tests.updates.conftest import Copy
from tests.updates.project import OwnedProject
from tests.updates.repository import TemplateRepository

PAIRS = {pair.pair: pair for pair in one_of_each_pair()}
REMOVED_BY_OPTION = "app/services/user.py"


@pytest.fixture
def password(releases: TemplateRepository, copy: Copy) -> OwnedProject:
    """A project with a database and password auth, whose template has no newer release."""
    return copy(releases.project(PAIRS["sqlite-password"].answers))


@pytest.fixture
def outdated(releases: TemplateRepository, next_releases: TemplateRepository, copy: Copy) -> OwnedProject:
    """The same project, whose template has a newer release."""
    return copy(releases.project(PAIRS["sqlite-password"].answers)).with_template(next_releases.path)


@parametrized(single_switches())
def test_line_at_the_end_of_a_list_is_kept(
    before: Combination, after: Combination, releases: TemplateRepository, copy: Copy
) -> None:
    project = copy(releases.project(before.answers))
    edits = owners.append_to_lists(project)
    project.update(after.answers)
    assert project.unmerged() == []
    assert_none(edits.unreported_losses(project))
    assert_none(edits.differences_without_edits(project, releases.project(after.answers)))


@parametrized(single_switches())
def test_dependency_that_uv_adds_is_kept(
    before: Combination, after: Combination, releases: TemplateRepository, copy: Copy
) -> None:
    project = copy(releases.project(before.answers))
    declared = project.declared_dependencies()
    owners.add_dependencies(project)
    added = project.declared_dependencies() - declared
    edits = owners.committed(project)
    project.update(after.answers)
    assert project.unmerged() == []
    assert_none(edits.differences_without_edits(project, releases.project(after.answers)))
    assert added <= project.declared_dependencies()


def test_lock_file_that_an_update_leaves_as_it_was_is_refused_by_ci(releases: TemplateRepository, copy: Copy) -> None:
    project = copy(releases.project(PAIRS["none-none"].answers)).with_variables(UV_PYTHON=sys.executable)
    project.run("uv lock --quiet")
    project.commit("Lock")
    project.update({"coverage": False})
    in_ci = re.findall(r"- run: (uv sync .*)", project.read(".github/workflows/ci.yml"))
    assert set(in_ci) == {"uv sync --locked"}
    with pytest.raises(CommandFailedError, match="run `uv lock`"):
        project.run(f"{in_ci[0]} --dry-run")
    project.run("uv lock --quiet")
    project.run(f"{in_ci[0]} --dry-run")


def test_every_file_with_a_list_exists(releases: TemplateRepository) -> None:
    files = {name for before, _ in single_switches() for name in releases.project(before.answers).files()}
    assert {end.file for end in owners.LIST_ENDS} <= files


def test_own_router_setting_dependency_and_tests_are_kept(
    releases: TemplateRepository, copy: Copy, environments: Environments
) -> None:
    project = copy(releases.project(PAIRS["none-none"].answers))
    edits = owners.append_to_lists(project)
    project.update({"database": "sqlite"})
    assert project.unmerged() == []
    assert_none(edits.unreported_losses(project))
    project.commit("Switch the database")
    assert project.update().changed() == []
    installed = environments.install(project)
    assert outcomes(installed.run(steps.TEST)).keys() == {"passed"}
    assert outcomes(installed.run(f"{steps.TEST} tests/api/test_orders.py")) == {"passed": 1}


def test_own_table_and_migration_are_kept(password: OwnedProject, environments: Environments) -> None:
    edits = owners.add_table(password)
    password.update({"database": "postgresql"})
    assert password.unmerged() == []
    assert_none(edits.unreported_losses(password))
    assert outcomes(environments.install(password).run(steps.TEST)).keys() == {"passed"}


def test_own_migration_and_one_of_an_option_need_a_merge(
    releases: TemplateRepository, copy: Copy, environments: Environments
) -> None:
    project = copy(releases.project(PAIRS["sqlite-none"].answers))
    edits = owners.add_table(project)
    project.update({"auth": "password"})
    assert project.unmerged() == []
    assert_none(edits.unreported_losses(project))
    installed = environments.install(project).with_variables(**REQUIRED_SETTINGS)
    with pytest.raises(CommandFailedError, match="test_the_migrations_have_one_head"):
        installed.run(f"{steps.TEST} tests/test_migrations.py")
    installed.run("uv run alembic merge heads --message 'merge the users'")
    assert outcomes(installed.run(steps.TEST)).keys() == {"passed"}


@pytest.mark.parametrize("auth", ["none", "oidc"])
def test_migration_drops_the_tables_of_a_removed_option(
    auth: str, password: OwnedProject, environments: Environments
) -> None:
    migration = "migrations/versions/0002_create_users.py"
    password.update({"auth": auth})
    assert migration in password.deleted()
    installed = environments.install(password).with_variables(**REQUIRED_SETTINGS)
    installed.run(f"git checkout HEAD -- {migration}")
    installed.run("uv run python -m scripts.migration 'drop the users'")
    assert outcomes(installed.run(steps.TEST)).keys() == {"passed"}


def test_changes_at_different_places_are_both_kept(outdated: OwnedProject) -> None:
    name, old, new = next_release.EDITED_ERROR
    edits = owners.edit(outdated, name, "The resource already exists.", "This is already taken.")
    text = outdated.read(name)
    outdated.update()
    assert outdated.unmerged() == []
    assert_none(edits.unreported_losses(outdated))
    assert outdated.read(name) == text.replace(old, new) != text


def test_changes_at_the_same_place_are_a_conflict(outdated: OwnedProject) -> None:
    name, old, new = next_release.EDITED_FUNCTION
    own = old.replace("World", "owner")
    edits = owners.edit(outdated, name, old, own)
    outdated.update()
    assert outdated.unmerged() == [name]
    assert f"<<<<<<< before updating\n{own}=======\n{new}>>>>>>> after updating\n" in outdated.read(name)
    assert_none(edits.unreported_losses(outdated))


def test_change_in_lines_that_an_option_removes_is_a_conflict(releases: TemplateRepository, copy: Copy) -> None:
    project = copy(releases.project(PAIRS["sqlite-none"].answers))
    edits = owners.edit(project, "app/core/config.py", '"in seconds")] = 2.0', '"in seconds")] = 3.0')
    project.update({"database": "none"})
    assert project.unmerged() == ["app/core/config.py"]
    assert_none(edits.unreported_losses(project))


def test_own_file_conflicts_with_a_file_that_an_option_adds(releases: TemplateRepository, copy: Copy) -> None:
    answers = {**PAIRS["sqlite-none"].answers, "docker": False}
    project = copy(releases.project(answers))
    project.write("Dockerfile", "FROM the/owner\n")
    edits = owners.committed(project)
    project.update({"docker": True})
    assert project.unmerged() == ["Dockerfile"]
    assert_none(edits.unreported_losses(project))


def test_changed_file_that_a_release_removes_is_listed_and_can_be_brought_back(outdated: OwnedProject) -> None:
    edits = owners.append(outdated, next_release.REMOVED, "# ours")
    text = outdated.read(next_release.REMOVED)
    outdated.update()
    assert outdated.unmerged() == []
    assert outdated.deleted() == [next_release.REMOVED]
    assert_none(edits.unreported_losses(outdated))
    outdated.run(f"git checkout HEAD -- {next_release.REMOVED}")
    assert outdated.read(next_release.REMOVED) == text


def test_changed_file_that_an_option_removes_is_listed(password: OwnedProject) -> None:
    edits = owners.append(password, REMOVED_BY_OPTION, "# ours")
    password.update({"auth": "none"})
    assert password.unmerged() == []
    assert REMOVED_BY_OPTION in password.deleted()
    assert_none(edits.unreported_losses(password))


def test_excluded_file_is_not_removed(password: OwnedProject) -> None:
    owners.append(password, REMOVED_BY_OPTION, "# ours")
    text = password.read(REMOVED_BY_OPTION)
    password.update({"auth": "none"}, keeping=[REMOVED_BY_OPTION])
    assert "app/services/auth.py" in password.deleted()
    assert password.read(REMOVED_BY_OPTION) == text


def test_own_file_in_a_folder_that_an_option_removes_is_kept(password: OwnedProject) -> None:
    password.write("app/services/ours.py", '"""Ours."""\n')
    edits = owners.committed(password)
    password.update({"auth": "none"})
    assert "app/services/auth.py" in password.deleted()
    assert_none(edits.unreported_losses(password))
    assert password.read("app/services/ours.py") == '"""Ours."""\n'


def test_deleted_example_stays_deleted(outdated: OwnedProject) -> None:
    edits = owners.delete(outdated, "*item*.py")
    assert next_release.EDITED_EXAMPLE[0] in edits.deleted
    outdated.update()
    assert outdated.unmerged() == []
    assert_none(edits.unreported_losses(outdated))
    outdated.commit("Update")
    outdated.update({"database": "postgresql"})
    assert outdated.unmerged() == []
    assert_none(edits.unreported_losses(outdated))


def test_renamed_file_keeps_its_name_and_gets_no_changes(outdated: OwnedProject, environments: Environments) -> None:
    old, new = next_release.EDITED_MODULE[0], "app/api/failures.py"
    edits = owners.rename(outdated, old, new)
    text = outdated.read(new)
    outdated.update()
    assert outdated.unmerged() == []
    assert_none(edits.unreported_losses(outdated))
    assert outdated.read(new) == text
    assert "?? docs/added.md" in outdated.changed()
    assert outcomes(environments.install(outdated).run(steps.TEST)).keys() == {"passed"}


@pytest.mark.parametrize("combination", [pytest.param(pair, id=pair.id) for pair in one_of_each_pair()])
def test_formatting_changes_nothing(combination: Combination, releases: TemplateRepository, copy: Copy) -> None:
    project = copy(releases.project(combination.answers))
    owners.format_code(project)
    assert project.changed() == []
