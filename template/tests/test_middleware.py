"""Request ids and the access log."""

import logging
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, HTTPException
from httpx2 import ASGITransport, AsyncClient
from starlette.types import Message

from app import middleware
from app.core.logs import request_id


def access_records(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [vars(record) for record in caplog.records if record.name == "app.access"]


@pytest.mark.parametrize(
    ("request_", "logged"),
    [
        ("GET /api/parcels?limit=5", "GET /api/parcels 200"),
        ("POST /api/parcels", "POST /api/parcels 405"),
        ("GET /api/parcels/17?token=hunter2", "GET /api/parcels/{number} 404"),
        ("HEAD /api/parcels/17", "HEAD /api/parcels/{number} 404"),
        ("GET /parcels/17", "GET /parcels/{number} 404"),
        ("GET /leak.me", "GET - 404"),
    ],
)
async def test_a_request_is_logged_with_its_route_and_without_its_values(
    app: FastAPI, client: AsyncClient, caplog: pytest.LogCaptureFixture, request_: str, logged: str
) -> None:
    router = APIRouter(prefix="/parcels")

    @router.get("")
    async def list_parcels() -> list[int]:
        return []

    @router.get("/{number}")
    async def read_parcel(number: int) -> None:
        raise HTTPException(404, f"There is no {number}.")

    app.include_router(router, prefix="/api")
    app.add_api_route("/parcels/{number}", read_parcel)

    await client.request(*request_.split())

    (record,) = access_records(caplog)
    assert f"{record['method']} {record['route']} {record['status']}" == logged
    assert 0 < record["duration_ms"] < 60_000
    assert record["message"] == f"{logged} in {record['duration_ms']} ms"
    assert record["levelno"] == logging.INFO


async def test_the_duration_is_logged_in_milliseconds(
    client: AsyncClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "perf_counter", iter([1, 1.0123456]).__next__)

    await client.get("/nowhere")

    assert [record["duration_ms"] for record in access_records(caplog)] == [12.3]


async def test_a_body_that_is_too_large_is_logged(client: AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    response = await client.post("/nowhere", headers={"Content-Length": "9" * 10})

    assert response.status_code == 413
    assert response.headers["X-Request-ID"]
    assert [record["status"] for record in access_records(caplog)] == [413]


async def test_health_checks_are_logged_at_debug_level(client: AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="app.access")

    await client.get("/health/live")

    assert [record["levelno"] for record in access_records(caplog)] == [logging.DEBUG]


async def test_an_unexpected_exception_is_logged_as_a_500(app: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    @app.get("/failing")
    def fail() -> float:
        return 1 / 0

    transport = ASGITransport(app=app, raise_app_exceptions=False)

    async with AsyncClient(transport=transport, base_url="http://test") as client:
        response = await client.get("/failing")

    assert response.headers["X-Request-ID"] == response.json()["error"]["request_id"]
    assert [record["status"] for record in access_records(caplog)] == [500]


async def test_a_request_without_a_response_is_logged_without_a_status(
    app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(_message: Message) -> None:
        raise ConnectionError

    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"host", b"test")]}
    with pytest.raises(ConnectionError):
        await app(scope, receive, send)

    assert [record["status"] for record in access_records(caplog)] == ["-"]


async def test_every_response_has_a_new_request_id(client: AsyncClient) -> None:
    ids = [(await client.get("/nowhere")).headers["X-Request-ID"] for _ in range(2)]

    assert len(set(ids)) == 2
    assert all(len(each) == 32 for each in ids)


@pytest.mark.parametrize("given", ["a", "x" * 128, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"])
async def test_the_request_id_of_a_client_is_kept(client: AsyncClient, given: str) -> None:
    response = await client.get("/nowhere", headers={"X-Request-ID": given})

    assert response.headers["X-Request-ID"] == given
    assert request_id.get() == given


async def test_a_route_cannot_change_the_request_id(app: FastAPI, client: AsyncClient) -> None:
    @app.get("/failing")
    def fail() -> None:
        raise HTTPException(400, headers={"X-Request-ID": "another"})

    response = await client.get("/failing", headers={"X-Request-ID": "given"})

    assert response.headers.get_list("X-Request-ID") == ["given"]


@pytest.mark.parametrize("given", ["", "x" * 129, "two words", 'quote"', "<script>", "\u00e9"], ids=ascii)
async def test_an_invalid_request_id_is_replaced(client: AsyncClient, given: str) -> None:
    response = await client.get("/nowhere", headers=[(b"X-Request-ID", given.encode("latin-1"))])

    assert response.headers["X-Request-ID"] not in {given, ""}
