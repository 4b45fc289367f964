"""Past releases of the template, from which updates start."""

import io
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from packaging.version import InvalidVersion, Version

from tests.combinations import Combination, values_of
from tests.template import REPOSITORY, copy_template

MIN_RELEASES = 2
SAMPLE_SIZE = 3

# The paths from which a project is rendered.
SOURCES = ("copier.yml", "template")


@dataclass(frozen=True)
class Release:
    """A version of the template: a `commit` of this repository, or if there is none, a generated older version."""

    version: str
    commit: str = ""

    @property
    def is_tagged(self) -> bool:
        """Whether the release is a tag."""
        return self.version in _tags()

    def write_to(self, folder: Path) -> None:
        """Write the template of this release to a folder."""
        if self.commit:
            with tarfile.open(fileobj=io.BytesIO(_git("archive", "--format=tar", self.commit, *SOURCES))) as archive:
                archive.extractall(folder, filter="data")
        else:
            _make_older(copy_template(folder), self.version)

    def files(self) -> list[str]:
        """Return the paths of its template files, without the suffix `.jinja`."""
        listed = _git("ls-tree", "-r", "-z", "--name-only", self.commit, "template/").decode().split("\0")
        return [name.removeprefix("template/").removesuffix(".jinja") for name in listed if name]

    def offers(self, combination: Combination) -> bool:
        """Return whether its questions have the answers of a combination as choices."""
        if not self.commit:
            return True
        questions: dict[str, Any] = yaml.safe_load(_git("show", f"{self.commit}:copier.yml"))
        known = {name: answer for name, answer in combination.options.items() if name in questions}
        return all(answer in values_of(questions[name]) for name, answer in known.items())


@cache
def past_releases() -> tuple[Release, ...]:
    """Return at least two past releases that differ from the working tree, oldest first.

    These are all tags. Without tags, a sample of the commits is used.
    """
    found = _different(_tagged()) or sample(_different(_untagged()))
    made = [Release(f"0.0.{number}") for number in range(MIN_RELEASES - len(found))]
    return (*made, *found)


def sample(releases: Sequence[Release]) -> list[Release]:
    """Return the first and the last release, and others evenly spread between them."""
    if len(releases) <= SAMPLE_SIZE:
        return list(releases)
    step = (len(releases) - 1) / (SAMPLE_SIZE - 1)
    return [releases[round(step * number)] for number in range(SAMPLE_SIZE)]


def _tagged() -> list[Release]:
    return [Release(tag, tag) for tag in sorted(_tags(), key=Version)]


@cache
def _tags() -> tuple[str, ...]:
    return tuple(tag for tag in _lines("tag", "--merged", "HEAD") if is_version(tag))


def _untagged() -> list[Release]:
    # Each change of the template on the main branch.
    commits = _lines("log", "--first-parent", "--reverse", "--format=%H", "--", *SOURCES)
    complete = [commit for commit in commits if len(_lines("ls-tree", commit, *SOURCES)) == len(SOURCES)]
    return [Release(f"0.1.{number}", commit) for number, commit in enumerate(complete)]


def is_version(tag: str) -> bool:
    """Return whether a tag is a version."""
    try:
        Version(tag)
    except InvalidVersion:
        return False
    return True


def _make_older(folder: Path, version: str) -> None:
    """Remove, add and edit a file of the template in a folder."""
    template = folder / "template"
    (template / ".gitattributes").unlink()
    (template / "REMOVED_SINCE.md").write_text("A later release has no such file.\n")
    with (template / "README.md.jinja").open("a") as readme:
        readme.write(f"\nThis was version {version}.\n")


def _different(releases: Sequence[Release]) -> list[Release]:
    return [each for each in releases if _run("diff", "--quiet", each.commit, "--", *SOURCES).returncode != 0]


def _lines(*arguments: str) -> list[str]:
    # git fails outside a repository, and in one without commits.
    done = _run(*arguments)
    return [] if done.returncode else done.stdout.decode().splitlines()


def _git(*arguments: str) -> bytes:
    done = _run(*arguments)
    done.check_returncode()
    return done.stdout


def _run(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["git", *arguments], cwd=REPOSITORY, capture_output=True, check=False)  # noqa: S603, S607 - git, wherever it is
