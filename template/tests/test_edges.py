"""CORS, allowed hosts, security headers and the documentation pages."""

from collections.abc import AsyncGenerator

import pytest
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from fastapi.testclient import TestClient
from httpx2 import ASGITransport, AsyncClient, Response
from starlette.responses import PlainTextResponse
from starlette.testclient import WebSocketDenialResponse

from app.core.config import settings
from app.core.exceptions import AppError
from app.main import create_app
from app.middleware import RequestMiddleware

ORIGIN = "https://www.example.com"

# A request for each status, with its headers.
REQUESTS = {
    200: ("GET", "/working", {"Accept": "*/*"}),
    404: ("GET", "/nowhere", {"Accept": "*/*"}),
    413: ("POST", "/nowhere", {"Content-Length": "9999999999"}),
    500: ("GET", "/failing", {"Accept": "*/*"}),
}
every_status = pytest.mark.parametrize("status", REQUESTS)


@pytest.fixture
def new_app() -> FastAPI:
    """An application that adds its middleware at the first request, with the settings of the test."""
    app = create_app()
    app.add_api_route("/working", lambda: None)

    @app.get("/failing")
    def fail() -> float:
        return 1 / 0

    return app


@pytest.fixture
async def client(new_app: FastAPI) -> AsyncGenerator[AsyncClient]:
    transport = ASGITransport(app=new_app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def response_with_status(client: AsyncClient, status: int, origin: str) -> Response:
    """Return a response with this status."""
    method, path, headers = REQUESTS[status]
    response = await client.request(method, path, headers={**headers, "Origin": origin})
    assert response.status_code == status
    return response


@every_status
async def test_no_other_origin_may_read_a_response_by_default(client: AsyncClient, status: int) -> None:
    response = await response_with_status(client, status, ORIGIN)

    assert "Access-Control-Allow-Origin" not in response.headers


@every_status
async def test_an_origin_of_the_settings_may_read_every_response(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(settings, "cors_origins", [ORIGIN])

    response = await response_with_status(client, status, ORIGIN)
    other = await response_with_status(client, status, "https://evil.example.com")

    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert response.headers["Access-Control-Expose-Headers"] == "ETag, Retry-After, X-Request-ID"
    assert "Access-Control-Allow-Origin" not in other.headers


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_a_browser_may_send_a_token_from_an_origin_of_the_settings(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    monkeypatch.setattr(settings, "cors_origins", [ORIGIN])
    method_header = {"Access-Control-Request-Method": method}
    headers = {"Access-Control-Request-Headers": "authorization, if-match, x-request-id"}

    response = await client.options("/working", headers={"Origin": ORIGIN, **method_header, **headers})

    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("host", ["api.example.org", "API.example.org:8000", "a.b.example.com"])
async def test_a_host_of_the_settings_is_served(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setattr(settings, "allowed_hosts", ["api.example.org", "*.example.com"])

    response = await client.get("/working", headers={"Host": host})

    assert response.status_code == 200


@pytest.mark.parametrize("host", ["example.org", "api.example.org.evil.com", "evil.com:80", ""])
async def test_another_host_is_refused(client: AsyncClient, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setattr(settings, "allowed_hosts", ["api.example.org", "*.example.com"])

    response = await client.get("/working", headers={"Host": host})

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "BAD_REQUEST"
    assert response.headers["X-Request-ID"]


@pytest.mark.parametrize("host", ["evil com", "user@test", "test:99999", "[", ""])
async def test_a_malformed_host_is_refused(client: AsyncClient, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setattr(settings, "allowed_hosts", ["test"])  # the address of the server, too

    response = await client.get("/working", headers={"Host": host})

    assert response.status_code == 400


@pytest.mark.usefixtures("app")  # its lifespan needs what the fixture sets up
def test_the_application_starts_and_accepts_web_sockets_with_all_middleware(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "allowed_hosts", ["testserver"])
    monkeypatch.setattr(settings, "cors_origins", [ORIGIN])
    app = create_app()

    @app.websocket("/socket")
    async def accept(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("ready")

    with TestClient(app) as client, client.websocket_connect("/socket") as socket:
        assert client.get("/health/ready").status_code == 200
        assert socket.receive_text() == "ready"


def test_an_error_refuses_a_web_socket_that_is_not_accepted(app: FastAPI) -> None:
    @app.websocket("/socket")
    async def refuse(_socket: WebSocket) -> None:
        raise AppError

    with pytest.raises(WebSocketDenialResponse) as refused, TestClient(app).websocket_connect("/socket"):
        pass

    assert refused.value.status_code == 400


@pytest.mark.parametrize(("error", "code"), [(AppError(), 1008), (AppError(retry_after=1), 1013)])
def test_an_error_closes_an_accepted_web_socket(app: FastAPI, error: AppError, code: int) -> None:
    @app.websocket("/socket")
    async def accept(socket: WebSocket) -> None:
        await socket.accept()
        raise error

    with TestClient(app).websocket_connect("/socket") as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_text()

    assert closed.value.code == code


async def test_a_health_check_accepts_any_host(client: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "allowed_hosts", ["api.example.org"])

    response = await client.get("/health/live", headers={"Host": "10.0.0.7:8000"})

    assert response.status_code == 200


@every_status
async def test_every_response_has_security_headers(client: AsyncClient, status: int) -> None:
    response = await response_with_status(client, status, ORIGIN)

    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert response.headers["Cache-Control"] == "no-store"


async def test_a_route_can_set_its_own_cache_control() -> None:
    app = RequestMiddleware(PlainTextResponse("text", headers={"Cache-Control": "max-age=60"}))

    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://test") as client:
        response = await client.get("/")

    assert response.headers["Cache-Control"] == "max-age=60"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
async def test_the_documentation_can_be_switched_off(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    for docs, status in ((True, 200), (False, 404)):
        monkeypatch.setattr(settings, "docs", docs)
        async with AsyncClient(transport=ASGITransport(app=create_app()), base_url="http://test") as client:
            response = await client.get(path)
        assert response.status_code == status
