"""Valid, invalid and stateful requests to the service of each pair of database and auth."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.commands import CommandFailedError
from tests.faults.changes import Change, apply
from tests.generate_and_run.conftest import pairs
from tests.generate_and_run.fuzzing.fuzzer import fuzz
from tests.generate_and_run.service import START, Service, running
from tests.project import RenderedProject

every_pair = pairs()

ERRORS, HEALTH, ITEMS = "app/api/errors.py", "app/api/routes/health.py", "app/api/routes/items.py"
# For each report of Schemathesis, a fault that causes it.
FAULTS = {
    "Server error": Change(
        ITEMS,
        "create_item",
        "return _with_etag(await items.create(data), response)",
        """
        if data.price > 1000:
            raise ValueError
        return _with_etag(await items.create(data), response)
        """,
    ),
    "Undocumented status code": Change(ITEMS, "read_item", "responses=error_responses(404)", ""),
    "Response violates schema": Change(
        HEALTH,
        "ready",
        "Success(data=Health())",
        'JSONResponse({"success": True, "data": "ok"})',
        imports="from fastapi.responses import JSONResponse",
    ),
    "no envelope": Change(
        ERRORS,
        "error_response",
        "Failure(error=error).model_dump(exclude_none=True)",
        'Failure(error=error).model_dump(exclude_none=True) | {"detail": error.message}',
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


@pytest.fixture
def broken_service(report: str, production: RenderedProject, tmp_path: Path) -> Iterator[Service]:
    """The service with the fault that has this report."""
    project = production.copied(tmp_path / "project")
    apply(project, [FAULTS[report]])
    with running(project, START) as service:
        yield service


@pairs(having="no database", auth="none")
@pytest.mark.parametrize("report", FAULTS)
def test_a_fault_is_detected(report: str, broken_service: Service, tmp_path: Path) -> None:
    with pytest.raises(CommandFailedError, match=report):
        fuzz(broken_service, tmp_path)
