"""Versions in this repository and in the template are the same."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from tests.template import REPOSITORY, TEMPLATE, questions

PYTHONS = questions()["python_version"]["choices"]
OWN = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
WORKFLOW: dict[str, Any] = yaml.safe_load((REPOSITORY / ".github/workflows/ci.yml").read_text(encoding="utf-8"))


def test_nox_has_a_session_for_each_python() -> None:
    assert f"\nPYTHONS = {PYTHONS}\n".replace("'", '"') in (REPOSITORY / "noxfile.py").read_text(encoding="utf-8")


def test_ci_has_a_job_for_each_python_and_the_newest_for_the_rest() -> None:
    jobs = WORKFLOW["jobs"]
    assert jobs["pair"]["strategy"]["matrix"]["python"] == PYTHONS
    assert f"tests-{PYTHONS[-1]} " in jobs["rest"]["steps"][-1]["run"]


def test_actions_are_used_at_the_same_commit() -> None:
    used = [re.findall(r"uses: (\S+)@(.+)", text) for text in _texts(REPOSITORY / ".github", TEMPLATE / ".github")]
    commits = {use for found in used for use in found}
    assert len(commits) == len({action for action, _ in commits}) > 0


@pytest.mark.parametrize("name", ["pyrefly", "pytest", "pytest-xdist", "ruff"])
def test_a_tool_has_the_same_range(name: str) -> None:
    (own,) = [entry for entry in OWN["dependency-groups"]["tests"] if Requirement(entry).name == name]
    assert re.findall(rf'"{name}[~>]=\S+"', (TEMPLATE / "pyproject.toml.jinja").read_text()) == [f'"{own}"']


def test_images_have_the_uv_version_of_this_repository() -> None:
    (own,) = [entry for entry in OWN["dependency-groups"]["tests"] if Requirement(entry).name == "uv"]
    versions = {version for text in _texts(TEMPLATE) for version in re.findall(r"/uv:([\d.]+)-", text)}
    assert [f"uv>={version},<0.{int(version.removeprefix('0.')) + 1}" for version in versions] == [own]


def _texts(*folders: Path) -> Iterable[str]:
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in {".jinja", ".yml"}]
    return [path.read_text(encoding="utf-8") for path in files]
