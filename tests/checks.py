"""Checks of the files of a rendered project. Each returns a list of findings."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.project import RenderedProject
from tests.template import ANSWERS_FILE

OLDEST_PYTHON = (3, 11)

# Expressions of GitHub Actions, which look like Jinja.
GITHUB_EXPRESSION = re.compile(r"\$\{\{.*?\}\}")
JINJA = re.compile(r"\{\{|\{%|\{#|%\}|#\}|\s\}\}|_copier_")


def assert_none(findings: list[str]) -> None:
    """Fail if there are findings, with one on each line."""
    if findings:
        pytest.fail("\n".join(findings), pytrace=False)


def jinja_residue(project: RenderedProject) -> list[str]:
    """Find template syntax that was not rendered."""
    findings = []
    for name in _files(project, but=ANSWERS_FILE):
        for number, line in enumerate(project.read(name).splitlines(), start=1):
            if JINJA.search(GITHUB_EXPRESSION.sub("", line)):
                findings.append(f"{name}:{number}: {line}")
    return findings


def untidy_whitespace(project: RenderedProject) -> list[str]:
    """Find trailing spaces, tabs, and blank lines that are superfluous."""
    findings: list[str] = []
    for name in _files(project):
        text = project.read(name)
        blank_lines = 3 if name.endswith((".py", ".mako")) else 2
        problems = {
            "a carriage return": "\r" in text,
            "a tab": "\t" in text,
            "a space at the end of a line": re.search(r"[^\S\r\n]$", text, re.MULTILINE),
            "a blank line at the start": text.startswith("\n"),
            "no newline at the end": text and not text.endswith("\n"),
            "a blank line at the end": text.endswith("\n\n"),
            f"{blank_lines} blank lines in a row": "\n" * (blank_lines + 1) in text,
        }
        findings += [f"{name}: {problem}" for problem, found in problems.items() if found]
    return findings


def syntax_errors(project: RenderedProject) -> list[str]:
    """Find Python, TOML, YAML and JSON files that cannot be parsed."""
    findings = []
    parsed = {name: parser for name in _files(project) if (parser := PARSERS.get(Path(name).suffix))}
    if not {Path(name).suffix for name in parsed} >= {".py", ".toml", ".yml"}:
        raise LookupError(f"too few kinds of files to parse: {sorted(parsed)}")
    for name, parser in parsed.items():
        try:
            parser(project.read(name))
        except (SyntaxError, ValueError, yaml.YAMLError) as error:
            findings.append(f"{name}: {error}")
    return findings


def _parse_python(text: str) -> object:
    return ast.parse(text, feature_version=OLDEST_PYTHON)


YAML_RULES = json.dumps(
    {
        "extends": "default",
        "rules": {
            "comments": {"min-spaces-from-content": 1},
            "document-start": "disable",
            "line-length": {"max": 120},
            "truthy": {"check-keys": False},
        },
    }
)

PARSERS: dict[str, Callable[[str], Any]] = {
    ".json": json.loads,
    ".py": _parse_python,
    ".toml": tomllib.loads,
    ".yaml": yaml.safe_load,
    ".yml": yaml.safe_load,
}


def formatter_findings(project: RenderedProject) -> list[str]:
    """Return what ruff would reformat."""
    return _ruff(project, "format", "--check", "--diff")


def linter_findings(project: RenderedProject) -> list[str]:
    """Return what ruff reports with the configuration of the project."""
    return _ruff(project, "check", "--output-format", "concise")


def undefined_names(folder: Path) -> list[str]:
    """Return the uses of names that the Python files in `folder` do not define."""
    return _reported(
        folder, "ruff", "check", "--isolated", "--no-cache", "--select", "F821", "--output-format", "concise", "."
    )


def _ruff(project: RenderedProject, *arguments: str) -> list[str]:
    return _reported(project.path, "ruff", *arguments, "--no-cache", ".")


def yamllint_findings(folder: Path) -> list[str]:
    """Return what yamllint reports, with the line length of the code."""
    files = [path for path in sorted(folder.rglob("*.y*ml")) if path.name != ANSWERS_FILE]
    return _reported(folder, "yamllint", "--strict", "--config-data", YAML_RULES, *map(str, files)) if files else []


def zizmor_findings(folder: Path) -> list[str]:
    """Return what zizmor reports about the GitHub workflows and the configuration of Dependabot."""
    return _reported(folder, "zizmor", "--offline", "--quiet", ".github")


def hadolint_findings(folder: Path) -> list[str]:
    """Return what hadolint reports about the Dockerfile."""
    return _reported(folder, "hadolint", "--no-color", "Dockerfile")


def _reported(folder: Path, program: str, *arguments: str) -> list[str]:
    """Run a program of this environment in `folder` and return the lines of its output, unless it exits with 0."""
    command = [Path(sys.executable).with_name(program), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - a command of the tests
    if done.returncode == 0:
        return []
    return (done.stdout + done.stderr).splitlines() or [f"{program} exited with {done.returncode}"]


def _files(project: RenderedProject, but: str = "") -> list[str]:
    found = [name for name in project.files() if name != but]
    if not found:
        raise LookupError(f"{project.path} has no files")
    return found
