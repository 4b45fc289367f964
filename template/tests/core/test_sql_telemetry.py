"""Traces of SQL statements."""

from collections.abc import Generator
from unittest.mock import patch

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import DatabaseError

from app import database
from app.core.config import settings
from app.core.exceptions import ServiceUnavailableError
from app.database import make_engine, trace_statements
from app.main import create_app
from tests import memos
from tests.telemetry import RecordedTelemetry, recorded_telemetry, trace_id

pytestmark = pytest.mark.usefixtures("app")  # the settings name the test database


@pytest.fixture
def telemetry(monkeypatch: pytest.MonkeyPatch) -> Generator[RecordedTelemetry]:
    """The spans and the log records of the test, with OpenTelemetry turned on."""
    with recorded_telemetry(monkeypatch) as telemetry:
        yield telemetry


def test_statements_are_traced_with_their_request_and_without_values(telemetry: RecordedTelemetry) -> None:
    app = create_app()
    app.include_router(memos.router)

    with TestClient(app) as client:
        client.post("/memos", json={"text": "Test Memo"})

    statement, request = telemetry.span("INSERT INTO memos"), telemetry.span('"name": "POST /memos"')
    assert trace_id(statement) == trace_id(request)
    assert "Test Memo" not in statement.to_json()


@pytest.mark.parametrize(("unavailable", "error"), [(False, DatabaseError), (True, ServiceUnavailableError)])
async def test_a_statement_that_fails_is_traced(
    telemetry: RecordedTelemetry,
    unavailable: bool,
    error: type[Exception],
) -> None:
    engine = make_engine(settings.database_url)
    trace_statements(engine)

    with patch.object(database.driver, "is_unavailable", return_value=unavailable), pytest.raises(error):
        async with engine.connect() as connection:
            await connection.exec_driver_sql("nonsense")
    await engine.dispose()

    assert not telemetry.span('"nonsense"').status.is_ok
