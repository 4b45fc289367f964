"""Check whether a version of the template can be released, and print the release command: `nox -s release`."""

import re
import sys
from collections.abc import Collection

from packaging.version import Version

from tests.git import git
from tests.template import REPOSITORY
from tests.updates.releases import is_version

COMMANDS = "git tag --annotate {version} --message {version} && git push origin main {version}"


def problems(version: str, tags: Collection[str], changelog: str, status: str) -> list[str]:
    """Return the problems of releasing `version`, given the tags, CHANGELOG.md and git's short status."""
    found = _problems_of_version(version, tags)
    if not _entries(changelog, version):
        found.append(f"CHANGELOG.md has no entries under the heading {version}")
    if _entries(changelog, "Unreleased"):
        found.append("CHANGELOG.md has unreleased entries: move them under the version")
    if status:
        found.append(f"not committed:\n{status}")
    return found


def _problems_of_version(version: str, tags: Collection[str]) -> list[str]:
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        return [f"{version} is not a version such as 1.2.0"]
    if version in tags:
        return [f"{version} is already released: moving a tag would not reach projects that updated to it"]
    newer = [tag for tag in tags if is_version(tag) and Version(tag) > Version(version)]
    return [f"{version} is older than {', '.join(newer)}, which Copier would use instead"] if newer else []


def _entries(changelog: str, heading: str) -> str:
    """Return the text under a heading, which may include a date."""
    section = re.search(rf"^## {re.escape(heading)}\b[^\n]*\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    return section[1].strip() if section else ""


def main(version: str) -> None:
    """Print the release command, or exit with the problems."""
    if git(REPOSITORY, "rev-parse", "--is-shallow-repository").strip() == "true":
        sys.exit("This is a shallow clone: run git fetch --unshallow --tags")
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
