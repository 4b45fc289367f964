"""Whether a version of the template can be released: `nox -s release` asks, and prints the command that does it."""

import re
import sys
from collections.abc import Collection

from packaging.version import InvalidVersion, Version

from tests.git import git
from tests.template import REPOSITORY

COMMANDS = "git tag --annotate {version} --message {version} && git push origin main {version}"


def problems(version: str, tags: Collection[str], changelog: str, status: str) -> list[str]:
    """Find what stands in the way of releasing `version`, given the tags, CHANGELOG.md and git's short status."""
    found = _problems_of_version(version, tags)
    if not _entries(changelog, version):
        found.append(f"CHANGELOG.md says nothing under the heading {version}")
    if _entries(changelog, "Unreleased"):
        found.append("CHANGELOG.md still has unreleased entries: they belong under the version")
    if status:
        found.append(f"not committed:\n{status}")
    return found


def _problems_of_version(version: str, tags: Collection[str]) -> list[str]:
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        return [f"{version} is no version such as 1.2.0"]
    if version in tags:
        return [f"{version} is released: a tag is never moved, projects that updated to it would not see the change"]
    newer = [tag for tag in tags if _is_version(tag) and Version(tag) > Version(version)]
    return [f"{version} is older than {', '.join(newer)}: Copier would not take it for the newest"] if newer else []


def _is_version(tag: str) -> bool:
    try:
        Version(tag)
    except InvalidVersion:
        return False
    return True


def _entries(changelog: str, heading: str) -> str:
    """Return what stands under a heading, which may go on with a date."""
    section = re.search(rf"^## {re.escape(heading)}\b[^\n]*\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    return section[1].strip() if section else ""


def main(version: str) -> None:
    """Print the commands that release the version, or exit with what stands in the way."""
    if git(REPOSITORY, "rev-parse", "--is-shallow-repository").strip() == "true":
        sys.exit("The releases are not all here: run git fetch --unshallow --tags")
    found = problems(
        version,
        git(REPOSITORY, "tag").split(),
        (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8"),
        git(REPOSITORY, "status", "--short"),
    )
    if found:
        sys.exit("\n".join(found))
    sys.stdout.write(COMMANDS.format(version=version) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:] or [""])
