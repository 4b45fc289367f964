"""The benchmarks match the code of the template."""

import ast

from benchmarks.isolation import LIMITS, NOT_ISOLATED
from benchmarks.layers import ALL_CHANGES, ANSWERS
from tests.combinations import one_of_each_database, one_of_each_pair
from tests.conftest import Renders
from tests.faults.changes import changed_sources


def test_code_that_the_benchmarks_remove_occurs_once(renders: Renders) -> None:
    (combination,) = [each for each in one_of_each_pair() if each.pair == "-".join(ANSWERS.values())]
    project = renders(combination)
    assert changed_sources(project, ALL_CHANGES)


def test_fixtures_that_the_benchmarks_replace_exist(renders: Renders) -> None:
    replaced = functions_in(NOT_ISOLATED)
    assert replaced
    for combination in one_of_each_database():
        if combination.options["database"] in LIMITS:
            project = renders(combination)
            fixtures = functions_in(project.read("tests/conftest.py")) | functions_in(project.read("tests/database.py"))
            assert replaced <= fixtures


def functions_in(source: str) -> set[str]:
    return {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
