"""The checks of `nox -s release`."""

import pytest

from tests.updates.releasing import problems

CHANGELOG = "# Changelog\n\n## Unreleased\n\n## 1.1.0\n\n- Does more.\n\n## 1.0.0\n\n- Does something.\n"
TAGS = ("1.0.0", "not-a-version")


def test_a_valid_release_has_no_problems() -> None:
    assert problems("1.1.0", TAGS, CHANGELOG, "") == []
    assert problems("1.1.0", TAGS, CHANGELOG.replace("## 1.1.0", "## 1.1.0 - 2026-11-22"), "") == []


@pytest.mark.parametrize(
    ("version", "changelog", "status", "problem"),
    [
        ("", CHANGELOG, "", "is not a version such as 1.2.0"),
        ("v1.1.0", CHANGELOG, "", "is not a version such as 1.2.0"),
        ("1.0.0", CHANGELOG, "", "is already released"),
        ("0.9.0", CHANGELOG.replace("1.1.0", "0.9.0"), "", "older than 1.0.0"),
        ("1.2.0", CHANGELOG, "", "has no entries under the heading 1.2.0"),
        ("1.1.0", CHANGELOG.replace("1.1.0", "1.1.01"), "", "has no entries under the heading 1.1.0"),
        ("1.1.0", CHANGELOG.replace("- Does more.", ""), "", "has no entries under the heading 1.1.0"),
        ("1.1.0", CHANGELOG.replace("Unreleased", "Unreleased\n\n- Does it."), "", "has unreleased entries"),
        ("1.1.0", CHANGELOG, " M copier.yml", "not committed"),
    ],
    ids=["none", "prefix", "moved", "older", "unknown", "other", "empty", "unreleased", "uncommitted"],
)
def test_problems_are_reported(version: str, changelog: str, status: str, problem: str) -> None:
    assert any(problem in found for found in problems(version, TAGS, changelog, status))
