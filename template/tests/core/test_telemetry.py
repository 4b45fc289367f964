"""Traces and logs that OpenTelemetry exports."""

import logging
from collections.abc import Generator

import pytest
from fastapi.testclient import TestClient
from opentelemetry.instrumentation.logging.handler import LoggingHandler

from app.main import create_app
from tests.telemetry import RecordedTelemetry, recorded_telemetry, trace_id

pytestmark = pytest.mark.usefixtures("app")  # the lifespan needs what the fixture sets up


@pytest.fixture
def telemetry(monkeypatch: pytest.MonkeyPatch) -> Generator[RecordedTelemetry]:
    """The spans and the log records of the test, with OpenTelemetry turned on."""
    with recorded_telemetry(monkeypatch) as telemetry:
        yield telemetry


def test_telemetry_is_off_by_default() -> None:
    with TestClient(create_app()):
        assert not [handler for handler in logging.root.handlers if isinstance(handler, LoggingHandler)]


def test_the_log_is_exported_with_the_trace_of_its_request(telemetry: RecordedTelemetry) -> None:
    with TestClient(create_app()) as client:
        client.get("/docs")

    (record,) = telemetry.logs_of("app.access")
    assert str(record.body).startswith("GET - 200 in ")
    assert record.trace_id == trace_id(telemetry.span('"name": "GET /docs"'))


def test_logs_can_be_exported_without_traces(telemetry: RecordedTelemetry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opentelemetry.trace._TRACER_PROVIDER", None)

    with TestClient(create_app()) as client:
        client.get("/docs")

    assert len(telemetry.logs_of("app.access")) == 1
    assert telemetry.spans.get_finished_spans() == ()


def test_logs_of_the_exporters_are_not_exported(telemetry: RecordedTelemetry) -> None:
    with TestClient(create_app()):
        logging.getLogger("opentelemetry.exporter").warning("The collector timed out")

    assert telemetry.logs_of("opentelemetry.exporter") == []


def test_query_strings_are_not_exported(telemetry: RecordedTelemetry) -> None:
    with TestClient(create_app()) as client:
        client.get("/docs?token=secret")
        client.get("/openapi.json")

    assert (telemetry.span('"name": "GET /docs"').attributes or {})["url.query"] == "REDACTED"
    assert "url.query" not in (telemetry.span('"name": "GET /openapi.json"').attributes or {})


@pytest.mark.parametrize("root_path", ["", "/prefix"])
def test_probes_are_not_traced(telemetry: RecordedTelemetry, root_path: str) -> None:
    with TestClient(create_app(), root_path=root_path) as client:
        telemetry.spans.clear()  # of the start
        assert client.get(f"{root_path}/health/live").status_code == 200
        assert client.get(f"{root_path}/health/ready").status_code == 200
        client.get(f"{root_path}/healthy/")

    assert {span.name for span in telemetry.spans.get_finished_spans() if span.parent is None} == {"GET"}
