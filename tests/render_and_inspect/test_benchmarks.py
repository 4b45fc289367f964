"""The benchmarks match the code of the template."""

from benchmarks.layers import ALL_CHANGES, ANSWERS
from tests.combinations import one_of_each_pair
from tests.conftest import Renders
from tests.faults.changes import changed_sources


def test_code_that_the_benchmarks_remove_occurs_once(renders: Renders) -> None:
    (combination,) = [each for each in one_of_each_pair() if each.pair == "-".join(ANSWERS.values())]
    project = renders(combination)
    assert changed_sources(project, ALL_CHANGES)
