"""Error responses: the envelope, status codes and logging."""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from decimal import Decimal
from http import HTTPStatus
from typing import ClassVar
from uuid import UUID

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse
from httpx2 import ASGITransport, AsyncClient
from pydantic import BaseModel

from app.core.config import settings
from app.core.exceptions import AppError


class Parcel(BaseModel):
    """The request body of the tests."""

    weight: int


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    """The application, with routes for parcels."""

    @app.get("/parcels")
    @app.post("/parcels")
    async def return_parcel(parcel: Parcel) -> Parcel:
        return parcel

    @app.get("/parcels/{parcel_id}")
    @app.put("/parcels/{parcel_id}")
    @app.delete("/parcels/{parcel_id}")
    async def return_id(parcel_id: UUID) -> UUID:
        return parcel_id

    return app


def raising(error: Exception) -> Callable[[], None]:
    """Return a route that raises the error."""

    def route() -> None:
        raise error

    return route


async def test_an_unknown_route_is_not_found(client: AsyncClient) -> None:
    response = await client.get("/nowhere")

    assert response.status_code == 404
    assert response.json() == {"success": False, "error": {"code": "NOT_FOUND", "message": "Not Found"}}


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/health/live", "GET, HEAD"),
        ("/parcels", "GET, HEAD, POST"),
        ("/parcels/nonexistent-id", "DELETE, GET, HEAD, PUT"),
    ],
)
async def test_a_wrong_method_is_refused_with_the_allowed_methods(client: AsyncClient, path: str, allowed: str) -> None:
    response = await client.patch(path)

    assert response.status_code == 405
    assert response.json()["success"] is False
    assert response.json()["error"]["code"] == "METHOD_NOT_ALLOWED"
    assert response.headers["Allow"] == allowed


async def test_a_body_that_is_not_json_is_invalid(client: AsyncClient) -> None:
    response = await client.post("/parcels", content=b'{"weight": ', headers={"Content-Type": "application/json"})

    assert response.status_code == 422
    error = response.json()["error"]
    assert error["code"] == "VALIDATION_ERROR"
    assert error["message"] == "The request is not valid."
    assert error["details"][0]["type"] == "json_invalid"


async def in_chunks(body: bytes) -> AsyncGenerator[bytes]:
    yield body


@pytest.mark.parametrize("with_length", [True, False], ids=["Content-Length", "chunked"])
async def test_a_body_that_is_too_large_is_refused(client: AsyncClient, with_length: bool) -> None:
    body = b" " * (settings.max_body_size + 1)

    async with aclosing(in_chunks(body)) as chunks:
        response = await client.post(
            "/parcels",
            content=body if with_length else chunks,
            headers={"Content-Type": "application/json"},
        )

    assert response.status_code == 413
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Content-Length"] == str(len(response.content))
    error = {"code": "CONTENT_TOO_LARGE", "message": "Content Too Large"}
    assert response.json() == {"success": False, "error": error}


async def test_a_body_of_the_largest_size_is_read(client: AsyncClient) -> None:
    response = await client.post("/parcels", content=b" " * settings.max_body_size)

    assert response.status_code == 422


async def test_a_413_response_of_a_route_is_unchanged(app: FastAPI, client: AsyncClient) -> None:
    @app.post("/upload")
    async def upload() -> StreamingResponse:
        return StreamingResponse(in_chunks(b"too large"), status_code=413, headers={"X-Limit": "5"})

    response = await client.post("/upload")

    assert response.status_code == 413
    assert response.content == b"too large"
    assert response.headers["X-Limit"] == "5"


async def test_a_validation_error_does_not_repeat_the_input(client: AsyncClient) -> None:
    response = await client.post("/parcels", json={"weight": "hunter2"})

    assert response.status_code == 422
    assert "hunter2" not in response.text


async def test_an_app_error_sets_the_status_the_code_and_the_headers(app: FastAPI, client: AsyncClient) -> None:
    class TeapotError(AppError):
        status = HTTPStatus.IM_A_TEAPOT
        code = "TEAPOT"
        message = "No coffee here."
        headers: ClassVar = {"X-Brews": "tea"}

    app.add_api_route("/failing", raising(TeapotError()))

    response = await client.get("/failing")

    assert response.status_code == 418
    assert response.headers["X-Brews"] == "tea"
    assert response.json() == {"success": False, "error": {"code": "TEAPOT", "message": "No coffee here."}}


@pytest.mark.parametrize("status", [HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE], ids=int)
async def test_a_server_error_has_retry_after_and_is_logged_with_its_cause(
    app: FastAPI, client: AsyncClient, caplog: pytest.LogCaptureFixture, status: HTTPStatus
) -> None:
    class BusyError(AppError):
        code = "BUSY"
        retry_after = 7

    BusyError.status = status
    error = BusyError()
    error.__cause__ = TimeoutError("timed out")
    app.add_api_route("/failing", raising(error))

    response = await client.get("/failing")

    assert response.status_code == status
    assert response.headers["Retry-After"] == "7"
    warning, access = caplog.record_tuples
    assert warning == ("app.api.errors", logging.WARNING, "BUSY: TimeoutError('timed out')")
    assert access[0] == "app.access"


async def test_a_client_error_is_not_logged_as_a_warning(client: AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    response = await client.get("/parcels/nonexistent-id")

    assert "Retry-After" not in response.headers
    assert [(record.name, record.levelno) for record in caplog.records] == [("app.access", logging.INFO)]


async def test_an_app_error_is_a_bad_request_by_default(app: FastAPI, client: AsyncClient) -> None:
    app.add_api_route("/failing", raising(AppError("Because.")))

    response = await client.get("/failing")

    assert response.status_code == 400
    assert response.json() == {"success": False, "error": {"code": "BAD_REQUEST", "message": "Because."}}


@pytest.mark.parametrize(
    "body",
    [b"\xff", b"[" * 100_000, b'{"weight": ' + b"9" * 5000 + b"}"],
    ids=["not UTF-8", "nested too deeply", "a number with too many digits"],
)
async def test_a_body_that_cannot_be_read_is_a_bad_request(client: AsyncClient, body: bytes) -> None:
    response = await client.post("/parcels", content=body, headers={"Content-Type": "application/json"})

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "FORBIDDEN"),
        (413, "CONTENT_TOO_LARGE"),
        (414, "URI_TOO_LONG"),
        (416, "RANGE_NOT_SATISFIABLE"),
        (422, "UNPROCESSABLE_CONTENT"),
        (499, "ERROR"),
    ],
    ids=str,
)
async def test_an_http_exception_has_the_envelope(app: FastAPI, client: AsyncClient, status: int, code: str) -> None:
    error = HTTPException(status, detail="Because.", headers={"X-Reason": "because"})
    app.add_api_route("/failing", raising(error))

    response = await client.get("/failing")

    assert response.status_code == status
    assert response.json() == {"success": False, "error": {"code": code, "message": "Because."}}
    assert response.headers["X-Reason"] == "because"


async def test_an_http_exception_has_no_body_if_its_status_has_none(app: FastAPI, client: AsyncClient) -> None:
    app.add_api_route("/cached", raising(HTTPException(304, headers={"ETag": '"a"'})))

    response = await client.get("/cached")

    assert (response.status_code, response.content, response.headers["ETag"]) == (304, b"", '"a"')


@pytest.mark.parametrize(
    ("detail", "details"),
    [
        ({"reason": "stock", "left": Decimal("1.5")}, {"reason": "stock", "left": 1.5}),
        ({"item": UUID(int=1), "seller": None}, {"item": "00000000-0000-0000-0000-000000000001", "seller": None}),
        ([{"reason": "stock"}, {"reason": "price"}], [{"reason": "stock"}, {"reason": "price"}]),
        ([], []),
    ],
    ids=str,
)
async def test_an_http_exception_can_have_details(
    app: FastAPI, client: AsyncClient, detail: object, details: object
) -> None:
    app.add_api_route("/failing", raising(HTTPException(409, detail=detail)))

    response = await client.get("/failing")

    assert response.status_code == 409
    assert response.json()["error"] == {"code": "CONFLICT", "message": "CONFLICT", "details": details}


async def test_an_unexpected_exception_is_not_shown_to_the_client(app: FastAPI) -> None:
    app.add_api_route("/failing", raising(RuntimeError("the password is hunter2")))
    transport = ASGITransport(app=app, raise_app_exceptions=False)

    async with AsyncClient(transport=transport, base_url="http://test") as client:
        response = await client.get("/failing", headers={"X-Request-ID": "from-the-client"})

    assert response.status_code == 500
    message = "An unexpected error occurred."
    error = {"code": "INTERNAL_SERVER_ERROR", "message": message, "request_id": "from-the-client"}
    assert response.json() == {"success": False, "error": error}
    # The server closes the connection after an exception. Without this header, a client would use it again.
    assert response.headers["Connection"] == "close"


async def test_an_unexpected_exception_is_raised_to_the_server(app: FastAPI, client: AsyncClient) -> None:
    app.add_api_route("/failing", raising(RuntimeError("the disk is full")))

    with pytest.raises(RuntimeError, match="the disk is full"):
        await client.get("/failing")
