"""Connections to the running service, and its shutdown."""

import json
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.generate_and_run.conftest import pairs
from tests.generate_and_run.service import START, Service, running
from tests.project import RenderedProject

every_pair = pairs()
# For tests that do not depend on the pair.
one_pair = pairs(having="no database", auth="none")

HEADER = b"POST /api/v1/items/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
UNFINISHED = {
    "half a header": HEADER,
    "half a body": HEADER + b'Content-Length: 31\r\n\r\n{"name": "Lamp",',
    "half a body in chunks": HEADER + b'Transfer-Encoding: chunked\r\n\r\n10\r\n{"name": "Lamp",\r\n',
    "nothing": b"",
}


@every_pair
def test_response_to_head_has_no_body(service: Service) -> None:
    with service.send_raw(b"HEAD /openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") as connection:
        received = b"".join(iter(lambda: connection.recv(4096), b""))
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"content-length: " in received
    assert received.endswith(b"\r\n\r\n")


@every_pair
def test_connection_can_be_used_after_a_body_that_is_too_large(service: Service) -> None:
    with closing(service.connection()) as connection:
        connection.request("POST", "/api/v1/items/", b" " * (1024 * 1024 + 1), {"Content-Type": "application/json"})
        refused = connection.getresponse()
        error = json.loads(refused.read())["error"]
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
    assert refused.status == 413
    assert error["code"] == "CONTENT_TOO_LARGE"


@pytest.fixture
def broken_service(production: RenderedProject, tmp_path: Path) -> Iterator[Service]:
    """The service with an unexpected exception in a route."""
    project = production.copied(tmp_path / "project")
    project.replace_text("app/main.py", '    return {"message": "Hello World"}\n', "    raise RuntimeError\n")
    with running(project, START) as service:
        yield service


@one_pair
def test_response_to_an_unexpected_exception_announces_the_end_of_the_connection(broken_service: Service) -> None:
    with closing(broken_service.connection()) as connection:
        connection.request("GET", "/")
        response = connection.getresponse()
        response.read()
        # http.client would reuse the connection without the header.
        connection.request("GET", "/health/live")
        assert connection.getresponse().status == 200
    assert response.status == 500
    assert response.getheader("Connection") == "close"
    assert "RuntimeError" in broken_service.stop(signal.SIGTERM)


@every_pair
def test_sigterm_stops_the_service_despite_unfinished_requests(production: RenderedProject) -> None:
    assert_stops_despite_unfinished_requests(production, signal.SIGTERM)


@one_pair
def test_sigint_stops_the_service_despite_unfinished_requests(production: RenderedProject) -> None:
    assert_stops_despite_unfinished_requests(production, signal.SIGINT)


def assert_stops_despite_unfinished_requests(production: RenderedProject, number: signal.Signals) -> None:
    with running(production, START) as service:
        unfinished = [service.send_raw(request) for request in UNFINISHED.values()]
        assert service.get("/").status == 200  # it has started to read them
        output = service.stop(number)
        for connection in unfinished:
            connection.close()
    assert "Application shutdown complete" in output
    assert service.process.returncode == 0


@one_pair
def test_service_accepts_the_options_of_uvicorn(production: RenderedProject) -> None:
    with running(production, f"{START} --root-path /svc --header X-Served-By:me") as service:
        assert service.get("/openapi.json").body["servers"] == [{"url": "/svc"}]
        assert service.get("/api/v1/items").status == 200
        with closing(service.connection()) as connection:
            connection.request("GET", "/")
            assert connection.getresponse().headers["X-Served-By"] == "me"


@one_pair
@pytest.mark.parametrize("command", ["uv run fastapi run", "uv run fastapi dev"])
def test_service_starts_with(command: str, production: RenderedProject) -> None:
    with running(production, command) as service:
        assert service.get("/").body == {"message": "Hello World"}
        assert "Traceback" not in service.stop(signal.SIGINT)
