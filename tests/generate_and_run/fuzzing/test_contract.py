"""Valid, invalid and stateful requests to the service of each pair of database and auth."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.commands import CommandFailedError
from tests.faults.planting import Change
from tests.generate_and_run.conftest import pairs
from tests.generate_and_run.fuzzing.fuzzer import fuzz
from tests.generate_and_run.service import START, Service, running
from tests.project import RenderedProject

every_pair = pairs()

HEALTH, ITEMS = "app/api/routes/health.py", "app/api/routes/items.py"
# For each report of Schemathesis, a fault that causes it.
FAULTS = {
    "Server error": (
        Change(
            ITEMS,
            '    """Create an item."""\n',
            '    """Create an item."""\n    if data.price > 1000:\n        raise ValueError\n',
        ),
    ),
    "Undocumented status code": (
        Change(ITEMS, '@router.get("/{item_id}", responses=error_responses(404))\n', '@router.get("/{item_id}")\n'),
    ),
    "Response violates schema": (
        Change(
            HEALTH, "from app.schemas.envelope", "from fastapi.responses import JSONResponse\nfrom app.schemas.envelope"
        ),
        Change(
            HEALTH,
            'answer, send it none."""\n    return Success(data=Health())\n',
            'answer, send it no requests."""\n    return JSONResponse({"success": True, "data": "ok"})\n',
        ),
    ),
    "no envelope": (
        Change(
            "app/api/errors.py",
            "Failure(error=error).model_dump(exclude_none=True)",
            'Failure(error=error).model_dump(exclude_none=True) | {"detail": error.message}',
        ),
    ),
}


@every_pair
def test_every_response_is_as_documented(
    pair: RenderedProject,
    service: Service,
    token: str,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("fuzzed", f"{pair.answers['database']}-{pair.answers['auth']}")
    found = fuzz(service, tmp_path, token=token)
    record_property("operations", found.operations)
    record_property("requests", found.requests)
    documented = service.get("/openapi.json").body["paths"].values()
    assert found.called == found.operations == sum(len(path) for path in documented)
    assert found.requests > 50 * found.operations


@pytest.fixture(params=FAULTS)
def broken_service(request: pytest.FixtureRequest, production: RenderedProject, tmp_path: Path) -> Iterator[Service]:
    """The service with a fault."""
    project = production.copied(tmp_path / "project")
    for change in FAULTS[request.param]:
        project.replace_text(change.file, change.old, change.new)
    with running(project, START) as service:
        yield service


@pairs(having="no database", auth="none")
def test_a_fault_is_found(broken_service: Service, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    (fault,) = [name for name in FAULTS if name in request.node.name]
    with pytest.raises(CommandFailedError, match=fault):
        fuzz(broken_service, tmp_path)
