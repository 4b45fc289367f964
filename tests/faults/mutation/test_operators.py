"""The operators: which code of a service they change, and which not."""

import pytest

from tests.faults.mutation.mutants import combined, mutants

SERVICE = '''
import os
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from app.models.item import Item

class State:
    name: Literal["ok"] = OK


@router.get("/")
async def read(limit: Annotated[int, Query(ge=1)] = 20) -> Item | None:
    """Return an item."""
    await session.commit()
    if limit > MAXIMUM:
        raise NotFoundError
    return found
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('@router.get("/")', ""),
        ('"/"', '"XX/XX"'),
        ("ge=1", "ge=2"),
        ("= 20", "= 21"),
        ("await session.commit()", "pass"),
        ("limit > MAXIMUM", "limit >= MAXIMUM"),
        ("limit > MAXIMUM", "not (limit > MAXIMUM)"),
        ("raise NotFoundError", "pass"),
        ("return found", "return None"),
    ],
)
def test_the_code_is_changed(old: str, new: str) -> None:
    changed = [mutant.source.split() for mutant in mutants(SERVICE)]
    assert SERVICE.replace(old, new).split() in changed


@pytest.mark.parametrize(
    "code",
    [
        "\nimport os\nfrom typing import TYPE_CHECKING, Literal\n",
        "\nif TYPE_CHECKING:\n    from app.models.item import Item\n",
        'name: Literal["ok"]',
        "-> Item | None:",
        '"""Return an item."""',
    ],
)
def test_imports_types_and_docstrings_are_not_changed(code: str) -> None:
    assert code in SERVICE
    assert [str(mutant) for mutant in mutants(SERVICE) if code not in mutant.source] == []


def test_every_mutant_differs_from_the_others() -> None:
    sources = [mutant.source for mutant in mutants(SERVICE)]
    assert len(set(sources)) == len(sources) > 10
    assert SERVICE not in sources


def test_mutants_of_different_lines_are_combined() -> None:
    found = mutants(SERVICE)
    copies = list(combined(SERVICE, found))
    assert 1 < len(copies) < len(found)
    assert sorted(str(mutant) for _, together in copies for mutant in together) == sorted(map(str, found))
    source, together = copies[0]
    assert all(mutant.added in " ".join(source.split()) for mutant in together)
    assert [mutant.source for mutant in together] != [source]
