"""Checks of the template files before they are rendered. Each returns a list of findings."""

import re
from collections.abc import Iterable
from pathlib import Path

import jinja2
import jinja2.meta

from tests.checks import GITHUB_EXPRESSION
from tests.combinations import combinations
from tests.ownership import FEATURES
from tests.template import TEMPLATE, configuration, rendered_paths

COPIER_VARIABLES = {"_copier_answers", "_copier_conf", "_copier_operation"}
JINJA_TAG = re.compile(r"\{\{|\{%|\{#")


def broken_jinja(files: Iterable[Path]) -> list[str]:
    """Find `.jinja` files with a syntax error or an unknown variable, and those without Jinja."""
    environment = jinja_environment()
    findings: list[str] = []
    for path in _existing(files):
        source = path.read_text(encoding="utf-8")
        try:
            environment.compile(source)
            used = jinja2.meta.find_undeclared_variables(environment.parse(source))
        except jinja2.TemplateError as error:
            findings.append(f"{path}: {error}")
            continue
        findings += [f"{path}: {name} is not a question" for name in used - configuration().keys() - COPIER_VARIABLES]
        if not JINJA_TAG.search(source):
            findings.append(f"{path}: has no Jinja, so it needs no suffix .jinja")
    return findings


def jinja_in_plain_files(files: Iterable[Path]) -> list[str]:
    """Find files with Jinja but without the suffix `.jinja`."""
    texts = {path: path.read_text(encoding="utf-8") for path in _existing(files)}
    return [str(path) for path, text in texts.items() if JINJA_TAG.search(GITHUB_EXPRESSION.sub("", text))]


def unknown_paths() -> list[str]:
    """Find paths in `_exclude` and in `tests/ownership.py` that the template does not have."""
    paths = rendered_paths()
    owned = {path for feature in FEATURES for path in feature.files}
    return [path for path in sorted(_excluded_paths() | owned) if not _exists(path.rstrip("/"), paths)]


def _excluded_paths() -> set[str]:
    environment = jinja_environment()
    entries = [environment.from_string(entry) for entry in configuration()["_exclude"]]
    rendered = [entry.render(combination.answers) for combination in combinations() for entry in entries]
    patterns = [line.strip() for text in rendered for line in text.splitlines()]
    return {pattern.removeprefix("/") for pattern in patterns if pattern.startswith("/")}


def _exists(path: str, paths: list[str]) -> bool:
    return any(existing == path or existing.startswith(f"{path}/") for existing in paths)


def jinja_environment() -> jinja2.Environment:
    """Return a Jinja environment with the settings and filters that Copier uses for this template."""
    options = configuration()["_envops"] | {"undefined": jinja2.StrictUndefined}
    extensions = ["jinja2_ansible_filters.AnsibleCoreFiltersExtension"]
    return jinja2.Environment(**options, extensions=extensions, autoescape=False)  # noqa: S701 - renders no HTML


def _existing(files: Iterable[Path]) -> list[Path]:
    paths = [TEMPLATE / file for file in files]
    if not paths:
        raise LookupError("no files to check")
    return paths
