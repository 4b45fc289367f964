"""The past releases that updates start from: this repository's tags, or what it has instead of them."""

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

AT_LEAST = 2
SAMPLE = 3

# What a project is rendered from.
SOURCES = ("copier.yml", "template")


@dataclass(frozen=True)
class Release:
    """A version of the template: a `commit` of this repository, or without one an older version that a script makes."""

    version: str
    commit: str = ""

    @property
    def is_tagged(self) -> bool:
        """Whether someone may have a project of it."""
        return self.version in _tags()

    def write_to(self, folder: Path) -> None:
        """Put the template, as it was in this release, into the folder."""
        if self.commit:
            with tarfile.open(fileobj=io.BytesIO(_git("archive", "--format=tar", self.commit, *SOURCES))) as archive:
                archive.extractall(folder, filter="data")
        else:
            _make_older(copy_template(folder), self.version)

    def files(self) -> list[str]:
        """Return the paths of its template's files, without the suffix."""
        listed = _git("ls-tree", "-r", "-z", "--name-only", self.commit, "template/").decode().split("\0")
        return [name.removeprefix("template/").removesuffix(".jinja") for name in listed if name]

    def offers(self, combination: Combination) -> bool:
        """Return whether its questions have the combination's answers among their choices."""
        if not self.commit:
            return True
        questions: dict[str, Any] = yaml.safe_load(_git("show", f"{self.commit}:copier.yml"))
        known = {name: answer for name, answer in combination.options.items() if name in questions}
        return all(answer in values_of(questions[name]) for name, answer in known.items())


@cache
def past_releases() -> tuple[Release, ...]:
    """Return past releases that differ from the working tree, oldest first, and at least two.

    Every tag is one. Nobody has a project of an untagged commit: where there are no tags, three commits stand for them.
    """
    found = _different(_tagged()) or sample(_different(_untagged()))
    made = [Release(f"0.0.{number}") for number in range(AT_LEAST - len(found))]
    return (*made, *found)


def sample(releases: Sequence[Release]) -> list[Release]:
    """Return the first one, the last one, and others evenly spread between them."""
    if len(releases) <= SAMPLE:
        return list(releases)
    step = (len(releases) - 1) / (SAMPLE - 1)
    return [releases[round(step * number)] for number in range(SAMPLE)]


def _tagged() -> list[Release]:
    return [Release(tag, tag) for tag in sorted(_tags(), key=Version)]


@cache
def _tags() -> tuple[str, ...]:
    return tuple(tag for tag in _lines("tag", "--merged", "HEAD") if _is_version(tag))


def _untagged() -> list[Release]:
    # As if each change of the template on the main branch had been a release.
    commits = _lines("log", "--first-parent", "--reverse", "--format=%H", "--", *SOURCES)
    complete = [commit for commit in commits if len(_lines("ls-tree", commit, *SOURCES)) == len(SOURCES)]
    return [Release(f"0.1.{number}", commit) for number, commit in enumerate(complete)]


def _is_version(tag: str) -> bool:
    try:
        Version(tag)
    except InvalidVersion:
        return False
    return True


def _make_older(folder: Path, version: str) -> None:
    """Make the template in the folder one that lacks a file, has another one instead, and says something else."""
    template = folder / "template"
    (template / ".gitattributes").unlink()
    (template / "REMOVED_SINCE.md").write_text("A later release has no such file.\n")
    with (template / "README.md.jinja").open("a") as readme:
        readme.write(f"\nThis was version {version}.\n")


def _different(releases: Sequence[Release]) -> list[Release]:
    return [each for each in releases if _run("diff", "--quiet", each.commit, "--", *SOURCES).returncode != 0]


def _lines(*arguments: str) -> list[str]:
    # Not a repository, or one without commits: it has no releases.
    done = _run(*arguments)
    return [] if done.returncode else done.stdout.decode().splitlines()


def _git(*arguments: str) -> bytes:
    done = _run(*arguments)
    done.check_returncode()
    return done.stdout


def _run(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["git", *arguments], cwd=REPOSITORY, capture_output=True, check=False)  # noqa: S603, S607
