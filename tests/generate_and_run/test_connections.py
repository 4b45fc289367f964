"""What only a client of the running service sees, on real connections: their ends, and the end of the process."""

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
# What does not depend on the pair.
one_pair = pairs(having="no database", auth="none")

HEADER = b"POST /api/v1/items/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
UNFINISHED = {
    "half a header": HEADER,
    "half a body": HEADER + b'Content-Length: 31\r\n\r\n{"name": "Lamp",',
    "half a body in chunks": HEADER + b'Transfer-Encoding: chunked\r\n\r\n10\r\n{"name": "Lamp",\r\n',
    "nothing": b"",
}


@every_pair
def test_head_is_answered_without_a_body(service: Service) -> None:
    with service.sent(b"HEAD /openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") as connection:
        received = b"".join(iter(lambda: connection.recv(4096), b""))
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"content-length: " in received
    assert received.endswith(b"\r\n\r\n")


@every_pair
def test_a_connection_is_of_use_after_a_body_that_is_too_large(service: Service) -> None:
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
    """The service with a bug in the greeting."""
    project = production.copied(tmp_path / "project")
    project.replace_text("app/main.py", '    return {"message": "Hello World"}\n', "    raise RuntimeError\n")
    with running(project, START) as service:
        yield service


@one_pair
def test_a_connection_that_ends_after_a_bug_is_announced_to_end(broken_service: Service) -> None:
    with closing(broken_service.connection()) as connection:
        connection.request("GET", "/")
        response = connection.getresponse()
        response.read()
        # http.client uses the connection again, as others do, unless it is told not to.
        connection.request("GET", "/health/live")
        assert connection.getresponse().status == 200
    assert response.status == 500
    assert response.getheader("Connection") == "close"
    assert "RuntimeError" in broken_service.stop(signal.SIGTERM)


@every_pair
def test_service_stops_beside_requests_that_never_end(production: RenderedProject) -> None:
    assert_it_stops_beside_unfinished_requests(production, signal.SIGTERM)


@one_pair
def test_service_stops_beside_requests_that_never_end_at_control_c(production: RenderedProject) -> None:
    assert_it_stops_beside_unfinished_requests(production, signal.SIGINT)


def assert_it_stops_beside_unfinished_requests(production: RenderedProject, number: signal.Signals) -> None:
    with running(production, START) as service:
        unfinished = [service.sent(request) for request in UNFINISHED.values()]
        assert service.get("/").status == 200  # so that it has begun to read them
        output = service.stop(number)
        for connection in unfinished:
            connection.close()
    assert "Application shutdown complete" in output
    assert service.process.returncode == 0


@one_pair
def test_service_takes_the_options_of_uvicorn(production: RenderedProject) -> None:
    with running(production, f"{START} --root-path /svc --header X-Served-By:me") as service:
        assert service.get("/openapi.json").body["servers"] == [{"url": "/svc"}]
        assert service.get("/api/v1/items").status == 200
        with closing(service.connection()) as connection:
            connection.request("GET", "/")
            assert connection.getresponse().headers["X-Served-By"] == "me"


@one_pair
@pytest.mark.parametrize("command", ["uv run fastapi run", "uv run fastapi dev"])
def test_service_starts_by(command: str, production: RenderedProject) -> None:
    with running(production, command) as service:
        assert service.get("/").body == {"message": "Hello World"}
        assert "Traceback" not in service.stop(signal.SIGINT)
