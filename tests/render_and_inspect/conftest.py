"""The projects that this layer inspects."""

import pytest

from tests.combinations import Combination, combinations
from tests.conftest import Renders
from tests.hostile import hostile_combinations
from tests.ownership import feature
from tests.project import RenderedProject

ALL = (*combinations(), *hostile_combinations())


def having(*names: str) -> pytest.MarkDecorator:
    """Parametrise a test's `combination` with those that have all features of these names."""
    params = [
        pytest.param(each, id=each.id) for each in ALL if all(feature(name).is_in(each.answers) for name in names)
    ]
    return pytest.mark.parametrize("combination", params, indirect=True, scope="session")


# Those whose texts are not hostile, in files for which that matters.
with_usual_texts = pytest.mark.parametrize(
    "combination", [pytest.param(each, id=each.id) for each in combinations()], indirect=True, scope="session"
)


@pytest.fixture(scope="session", params=[pytest.param(each, id=each.id) for each in ALL])
def combination(request: pytest.FixtureRequest) -> Combination:
    """Each valid combination of answers, and some with hostile texts."""
    found: Combination = request.param
    return found


@pytest.fixture(scope="session")
def project(combination: Combination, renders: Renders) -> RenderedProject:
    """The project of the combination, to be read only."""
    return renders(combination)
