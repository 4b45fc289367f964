"""What OpenTelemetry exports, once it is switched on."""

import logging
from collections.abc import Generator

import pytest
from fastapi.testclient import TestClient
from opentelemetry.instrumentation.logging.handler import LoggingHandler

from app.main import create_app
from tests.telemetry import Exported, exporting, trace_id

pytestmark = pytest.mark.usefixtures("app")  # for the lifespan: the settings name what it opens


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Generator[Exported]:
    """What is exported from now on."""
    with exporting(monkeypatch) as exported:
        yield exported


def test_it_is_off_by_default() -> None:
    with TestClient(create_app()):
        assert not [handler for handler in logging.root.handlers if isinstance(handler, LoggingHandler)]


def test_the_log_is_exported_with_the_trace_of_its_request(exported: Exported) -> None:
    with TestClient(create_app()) as client:
        client.get("/")

    (record,) = [each.log_record for each in exported.log.get_finished_logs()]
    assert str(record.body).startswith("GET / 200 in ")
    assert record.trace_id == trace_id(exported.span('"name": "GET /"'))


def test_the_log_can_be_exported_alone(exported: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opentelemetry.trace._TRACER_PROVIDER", None)

    with TestClient(create_app()) as client:
        client.get("/")

    assert len(exported.log.get_finished_logs()) == 1
    assert exported.spans.get_finished_spans() == ()


def test_what_the_exporters_log_is_not_exported_in_turn(exported: Exported) -> None:
    with TestClient(create_app()):
        logging.getLogger("opentelemetry.exporter").warning("The collector does not answer")

    assert exported.log.get_finished_logs() == ()


def test_query_strings_are_not_exported(exported: Exported) -> None:
    with TestClient(create_app()) as client:
        client.get("/?token=secret")
        client.get("/docs")

    assert (exported.span('"name": "GET /"').attributes or {})["url.query"] == "REDACTED"
    assert "url.query" not in (exported.span('"name": "GET /docs"').attributes or {})


@pytest.mark.parametrize("root_path", ["", "/prefix"])
def test_probes_are_not_traced(exported: Exported, root_path: str) -> None:
    with TestClient(create_app(), root_path=root_path) as client:
        assert client.get(f"{root_path}/health/live").status_code == 200
        assert client.get(f"{root_path}/health/ready").status_code == 200
        client.get(f"{root_path}/healthy/")

    assert {span.name for span in exported.spans.get_finished_spans() if span.parent is None} == {"GET"}
