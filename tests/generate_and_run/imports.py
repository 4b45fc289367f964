"""Check that rendered projects declare the dependencies that they import."""

import ast
import json
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from packaging.utils import canonicalize_name

from tests import commands
from tests.project import RenderedProject

# Folders with code that runs without the development dependencies.
SERVICE = ("app/", "migrations/")

PRINT_DISTRIBUTIONS = "import importlib.metadata, json; print(json.dumps(importlib.metadata.packages_distributions()))"


def undeclared_imports(project: RenderedProject) -> list[str]:
    """Find imports of packages that an installed project does not declare. Transitive dependencies do not count."""
    distributions = _distributions(project.variables["UV_PROJECT_ENVIRONMENT"])
    findings: list[str] = []
    for name in _python_files(project):
        declared = project.declared_dependencies(development=not name.startswith(SERVICE))
        packages = sorted(set(_imported(project.read(name))) - _own_packages(project))
        undeclared = [package for package in packages if declared.isdisjoint(distributions.get(package, []))]
        findings += [f"{name}: {package}" for package in undeclared]
    return findings


def _python_files(project: RenderedProject) -> list[str]:
    found = project.files_like("*.py")
    if not any(name.startswith(SERVICE) for name in found):
        raise LookupError(f"{project.path} has no service")
    return found


def _imported(source: str) -> Iterator[str]:
    """Yield the top-level packages that `source` imports, without those of the standard library."""
    for node in ast.walk(ast.parse(source)):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules = [node.module]
        yield from {module.partition(".")[0] for module in modules} - sys.stdlib_module_names


def _own_packages(project: RenderedProject) -> set[str]:
    return {path.stem for path in project.path.iterdir()}


@cache
def _distributions(environment: str) -> Mapping[str, Sequence[str]]:
    """Return the distributions of each top-level package in a virtual environment."""
    printed = commands.run(f"bin/python -c {shlex.quote(PRINT_DISTRIBUTIONS)}", Path(environment), {})
    by_package: dict[str, list[str]] = json.loads(printed)
    return {package: [canonicalize_name(name) for name in names] for package, names in by_package.items()}
