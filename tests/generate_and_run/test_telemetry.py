"""The OpenTelemetry export of a running service."""

import signal
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.generate_and_run.collector import Collector, attributes, collecting
from tests.generate_and_run.conftest import pairs
from tests.generate_and_run.identity_provider import IdentityProvider
from tests.generate_and_run.service import START, Service, running
from tests.ownership import feature
from tests.project import RenderedProject

every_pair = pairs()
one_pair = pairs(having="no database", auth="none")
a_database = feature("a database")
passwords = feature("password auth")

USER = {"email": "leak.me@example.com", "password": "TestPass123!", "name": "Leaky"}
PRIVATE = ("leak.me", "test@", "TestPass", "argon2", "hunter2", "eyJ", "Desk lamp")


def exporting(project: RenderedProject, endpoint: str) -> RenderedProject:
    """Return the project with the settings that its README describes."""
    return project.with_variables(FASTAPI_OTEL_AUTO_CONFIGURE="true", OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)


@pytest.fixture(scope="session")
def exported(production: RenderedProject, identity_provider: IdentityProvider) -> Iterator[tuple[Collector, list[str]]]:
    """What a service with two processes exports, and the routes that were called."""
    with collecting() as collector:
        with running(exporting(production, collector.url), f"{START} --workers 2") as service:
            service.get("/health/live")
            service.get("/health/ready")
            called = _call_routes(service, production, identity_provider.token)
            service.stop(signal.SIGTERM)
        yield collector, called


def _call_routes(service: Service, project: RenderedProject, token: str) -> list[str]:
    """Send requests to the service, and return their methods and routes."""
    assert service.get("/api/v1/items/?limit=5&token=hunter2").status == 200
    assert service.post("/api/v1/items/", {"name": "Desk lamp", "price": "9.99"}).status == 201
    called = ["GET /api/v1/items/", "POST /api/v1/items/"]
    if passwords.is_in(project.answers):
        for _ in range(2):
            service.post("/api/v1/auth/register", USER)
        login = {"username": USER["email"], "password": USER["password"]}
        assert service.post_form("/api/v1/auth/login", login).status == 200
        called += ["POST /api/v1/auth/register", "POST /api/v1/auth/register", "POST /api/v1/auth/login"]
    if token:
        assert service.get("/api/v1/users/me", token).body["data"]["email"] == "test@example.com"
        called += ["GET /api/v1/users/me"]
    return sorted(called)


@every_pair
def test_every_request_except_health_checks_is_traced_and_logged(
    exported: tuple[Collector, list[str]], production: RenderedProject
) -> None:
    collector, called = exported
    requests = {span["traceId"]: span for span in collector.spans if span["kind"] == "SPAN_KIND_SERVER"}
    access = {record["traceId"]: record for record in collector.log_records if "route" in attributes(record)}

    assert sorted(span["name"] for span in requests.values()) == called
    assert access.keys() == requests.keys()
    assert {service["service.name"] for service in collector.services} == {"my-service"}
    assert "http.server.request.duration" in {metric["name"] for metric in collector.metrics}
    _assert_statements_belong_to_requests(collector, requests, production)


def _assert_statements_belong_to_requests(
    collector: Collector, requests: dict[str, dict[str, Any]], project: RenderedProject
) -> None:
    spans = [attributes(span) | {"trace": span["traceId"]} for span in collector.spans]
    traces = {each["trace"] for each in spans if "db.statement" in each}
    inserts = [each for each in spans if each.get("db.statement", "").startswith("INSERT INTO items")]

    assert bool(traces) is a_database.is_in(project.answers)
    assert traces <= requests.keys()
    assert [requests[each["trace"]]["name"] for each in inserts] == ["POST /api/v1/items/"] * bool(traces)


@every_pair
def test_nothing_private_is_exported(exported: tuple[Collector, list[str]]) -> None:
    collector, _ = exported
    everything = str([collector.spans, collector.log_records, collector.metrics])

    assert [text for text in PRIVATE if text in everything] == []


@one_pair
@pytest.mark.parametrize("listens", [False, True], ids=["no collector", "a collector that does not respond"])
def test_service_stops_without_a_working_collector(production: RenderedProject, *, listens: bool) -> None:
    with socket.socket() as collector:
        collector.bind(("127.0.0.1", 0))
        if listens:
            collector.listen()
        url = f"http://127.0.0.1:{collector.getsockname()[1]}"
        with running(exporting(production, url), START) as service:
            assert service.get("/").status == 200

            output = service.stop(signal.SIGTERM)

    assert service.process.returncode == 0
    assert "Failed to export" in output
