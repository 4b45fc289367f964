"""Reserved project names: the list in `copier.yml` is complete."""

import keyword
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.combinations import Combination, one_of_each_pair
from tests.commands import CommandFailedError
from tests.conftest import Renders
from tests.template import configuration


def _taken() -> set[str]:
    groups: dict[str, str] = yaml.safe_load(configuration()["taken_names"]["default"])
    return {name for names in groups.values() for name in names.split()}


def _missing(names: set[str]) -> set[str]:
    """Return the names that are valid slugs and not in the list."""
    return {name for name in names if re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name)} - _taken()


@pytest.mark.parametrize("combination", [pytest.param(each, id=each.id) for each in one_of_each_pair()])
def test_every_package_of_the_lock_file_is_taken(combination: Combination, renders: Renders, tmp_path: Path) -> None:
    project = renders(combination).copied(tmp_path / "project")
    project.run("uv lock --quiet", UV_PYTHON=sys.executable)
    packages = tomllib.loads(project.read("uv.lock"))["package"]
    assert _missing({package["name"] for package in packages} - {"my-service"}) == set()


@pytest.mark.parametrize("combination", [pytest.param(each, id=each.id) for each in one_of_each_pair()])
def test_every_folder_with_code_is_taken(combination: Combination, renders: Renders) -> None:
    folders = {name.partition("/")[0] for name in renders(combination).files_like("*.py")}
    assert {"app", "scripts", "tests"} <= folders
    assert _missing(folders) == set()


def test_every_module_and_keyword_of_python_is_taken() -> None:
    assert _missing({*sys.stdlib_module_names, *map(str.lower, keyword.kwlist), *keyword.softkwlist}) == set()


@pytest.mark.parametrize("name", ["click", "fastapi"])
def test_uv_refuses_a_project_with_the_name_of_its_dependency(name: str, renders: Renders, tmp_path: Path) -> None:
    project = renders(one_of_each_pair()[0]).copied(tmp_path / "project")
    project.replace_text("pyproject.toml", 'name = "my-service"', f'name = "{name}"')
    with pytest.raises(CommandFailedError, match=r"shadowed by your project|depends on itself"):
        project.run("uv lock --quiet", UV_PYTHON=sys.executable)
