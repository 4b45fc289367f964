"""What `nox -s release` refuses."""

import pytest

from tests.updates.releasing import problems

CHANGELOG = "# Changelog\n\n## Unreleased\n\n## 1.1.0\n\n- Does more.\n\n## 1.0.0\n\n- Does something.\n"
TAGS = ("1.0.0", "not-a-version")


def test_a_version_that_is_ready_is_released() -> None:
    assert problems("1.1.0", TAGS, CHANGELOG, "") == []
    assert problems("1.1.0", TAGS, CHANGELOG.replace("## 1.1.0", "## 1.1.0 - 2026-11-22"), "") == []


@pytest.mark.parametrize(
    ("version", "changelog", "status", "problem"),
    [
        ("", CHANGELOG, "", "is no version such as 1.2.0"),
        ("v1.1.0", CHANGELOG, "", "is no version such as 1.2.0"),
        ("1.0.0", CHANGELOG, "", "a tag is never moved"),
        ("0.9.0", CHANGELOG.replace("1.1.0", "0.9.0"), "", "older than 1.0.0"),
        ("1.2.0", CHANGELOG, "", "says nothing under the heading 1.2.0"),
        ("1.1.0", CHANGELOG.replace("1.1.0", "1.1.01"), "", "says nothing under the heading 1.1.0"),
        ("1.1.0", CHANGELOG.replace("- Does more.", ""), "", "says nothing under the heading 1.1.0"),
        ("1.1.0", CHANGELOG.replace("Unreleased", "Unreleased\n\n- Does it."), "", "still has unreleased entries"),
        ("1.1.0", CHANGELOG, " M copier.yml", "not committed"),
    ],
    ids=["none", "prefix", "moved", "older", "unknown", "other", "empty", "unreleased", "uncommitted"],
)
def test_what_is_missing_is_said(version: str, changelog: str, status: str, problem: str) -> None:
    assert any(problem in found for found in problems(version, TAGS, changelog, status))
