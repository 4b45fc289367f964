"""Fixtures for rendered projects, which tests must not change."""

import pytest

from tests.combinations import Combination, combinations
from tests.conftest import Renders
from tests.hostile import hostile_combinations
from tests.ownership import feature
from tests.project import RenderedProject

ALL = (*combinations(), *hostile_combinations())


def having(*names: str) -> pytest.MarkDecorator:
    """Parametrize the fixture `combination` with those that have all these features."""
    params = [
        pytest.param(each, id=each.id) for each in ALL if all(feature(name).is_in(each.answers) for name in names)
    ]
    return pytest.mark.parametrize("combination", params, indirect=True, scope="session")


# Without the combinations with special characters.
with_usual_texts = pytest.mark.parametrize(
    "combination", [pytest.param(each, id=each.id) for each in combinations()], indirect=True, scope="session"
)


@pytest.fixture(scope="session", params=[pytest.param(each, id=each.id) for each in ALL])
def combination(request: pytest.FixtureRequest) -> Combination:
    """Each valid combination of answers, and some with special characters."""
    found: Combination = request.param
    return found


@pytest.fixture(scope="session")
def project(combination: Combination, renders: Renders) -> RenderedProject:
    """The rendered project of the combination."""
    return renders(combination)
