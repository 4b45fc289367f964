"""The benchmarks are run by hand: what they know of the template must not go out of date unseen."""

from benchmarks.layers import ANSWERS, EVERYTHING
from tests.combinations import one_of_each_pair
from tests.conftest import Renders


def test_layers_that_the_benchmarks_take_out_stand_once_in_the_service(renders: Renders) -> None:
    (combination,) = [each for each in one_of_each_pair() if each.pair == "-".join(ANSWERS.values())]
    project = renders(combination)
    for change in EVERYTHING:
        assert project.read(change.file).count(change.old) == 1, change
