"""Rendered projects and commands run in them."""

import itertools
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import commands
from tests.template import ANSWERS_FILE, Answers, render


def replace_in_file(path: Path, old: str, new: str) -> None:
    """Replace `old` in a file, without converting line ends. Raise LookupError unless it occurs exactly once."""
    text = path.read_bytes().decode()
    if text.count(old) != 1:
        raise LookupError(f"{path}: found {text.count(old)} times instead of once: {old}")
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


@dataclass(frozen=True)
class RenderedProject:
    """The project in the folder `path`, rendered with `answers`. Its commands get the environment `variables`."""

    path: Path
    answers: Answers
    variables: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def rendered(cls, template: Path, answers: Answers, path: Path) -> Self:
        """Render `template` into the new folder `path` and return the project."""
        return cls(path, render(template, answers, path))

    def copied(self, path: Path) -> Self:
        """Return a copy of the project in the new folder `path`."""
        shutil.copytree(self.path, path)
        return replace(self, path=path)

    def with_variables(self, **variables: str) -> Self:
        """Return the same project with additional environment variables for its commands."""
        return replace(self, variables={**self.variables, **variables})

    def files(self) -> list[str]:
        """Return the paths of all files, relative and sorted."""
        return sorted(path.relative_to(self.path).as_posix() for path in self.path.rglob("*") if path.is_file())

    def files_like(self, *patterns: str) -> list[str]:
        """Return the paths of the files whose name matches one of the glob `patterns`."""
        return [name for name in self.files() if any(Path(name).match(pattern) for pattern in patterns)]

    def read(self, name: str) -> str:
        """Return the text of a file without converting line ends."""
        return (self.path / name).read_bytes().decode()

    def write(self, name: str, text: str) -> None:
        """Write a file, creating its folder if necessary."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")

    def replace_text(self, name: str, old: str, new: str) -> None:
        """Replace `old` in a file, where it must occur exactly once."""
        replace_in_file(self.path / name, old, new)

    def pyproject(self) -> dict[str, Any]:
        """Return the parsed `pyproject.toml`."""
        return tomllib.loads(self.read("pyproject.toml"))

    def declared_dependencies(self, *, development: bool = True) -> set[str]:
        """Return the names of the declared dependencies, with or without the dependency groups."""
        pyproject = self.pyproject()
        groups = pyproject["dependency-groups"].values() if development else []
        entries = [*pyproject["project"]["dependencies"], *itertools.chain(*groups)]
        return {canonicalize_name(Requirement(entry).name) for entry in entries if isinstance(entry, str)}

    def recorded_answers(self) -> dict[str, Any]:
        """Return the answers in the answers file of Copier."""
        recorded: dict[str, Any] = yaml.safe_load(self.read(ANSWERS_FILE))
        return recorded

    def run(self, command: str, **variables: str) -> str:
        """Run `command` in the project and return its output. Raise CommandFailedError unless it exits with 0."""
        return commands.run(command, self.path, {**self.variables, **variables})
