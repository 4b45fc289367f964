"""Every failure has the envelope, whoever raised it, and tells no secrets."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from http import HTTPStatus
from typing import ClassVar

import pytest
from fastapi import FastAPI, HTTPException
from httpx import ASGITransport, AsyncClient

from app.api.deps import get_item_repository
from app.core.config import settings
from app.core.exceptions import AppError


def raising(error: Exception) -> Callable[[], None]:
    def dependency() -> None:
        raise error

    return dependency


async def test_an_unknown_route_is_not_found(client: AsyncClient) -> None:
    response = await client.get("/nowhere")

    assert response.status_code == 404
    assert response.json() == {"success": False, "error": {"code": "NOT_FOUND", "message": "Not Found"}}


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/health/live", "GET"),
        ("/api/v1/items/", "GET, POST"),
        ("/api/v1/items/nonexistent-id", "DELETE, GET, PUT"),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(client: AsyncClient, path: str, allowed: str) -> None:
    response = await client.patch(path)

    assert response.status_code == 405
    assert response.json()["success"] is False
    assert response.json()["error"]["code"] == "METHOD_NOT_ALLOWED"
    assert response.headers["Allow"] == allowed


async def test_a_body_that_is_no_json_is_invalid(client: AsyncClient) -> None:
    response = await client.post("/api/v1/items/", content=b'{"name": ', headers={"Content-Type": "application/json"})

    assert response.status_code == 422
    error = response.json()["error"]
    assert error["code"] == "VALIDATION_ERROR"
    assert error["message"] == "The request is not valid."
    assert error["details"][0]["type"] == "json_invalid"


async def in_chunks(body: bytes) -> AsyncGenerator[bytes]:
    yield body


@pytest.mark.parametrize("announced", [True, False], ids=["Content-Length", "chunked"])
async def test_a_body_that_is_too_large_is_refused(client: AsyncClient, announced: bool) -> None:  # noqa: FBT001
    body = b" " * (settings.max_body_size + 1)

    async with aclosing(in_chunks(body)) as chunks:
        response = await client.post(
            "/api/v1/items/",
            content=body if announced else chunks,
            headers={"Content-Type": "application/json"},
        )

    assert response.status_code == 413
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Content-Length"] == str(len(response.content))
    error = {"code": "CONTENT_TOO_LARGE", "message": "Content Too Large"}
    assert response.json() == {"success": False, "error": error}


async def test_a_validation_error_does_not_repeat_the_input(client: AsyncClient) -> None:
    response = await client.post("/api/v1/items/", json={"name": "Item", "price": "hunter2"})

    assert response.status_code == 422
    assert "hunter2" not in response.text


async def test_an_error_of_the_application_carries_its_status_code_and_headers(
    app: FastAPI, client: AsyncClient
) -> None:
    class TeapotError(AppError):
        status = HTTPStatus.IM_A_TEAPOT
        code = "TEAPOT"
        message = "No coffee here."
        headers: ClassVar = {"X-Brews": "tea"}

    app.dependency_overrides[get_item_repository] = raising(TeapotError())

    response = await client.get("/api/v1/items/")

    assert response.status_code == 418
    assert response.headers["X-Brews"] == "tea"
    assert response.json() == {"success": False, "error": {"code": "TEAPOT", "message": "No coffee here."}}


async def test_an_error_of_the_application_is_a_bad_request_unless_it_says_more(
    app: FastAPI, client: AsyncClient
) -> None:
    app.dependency_overrides[get_item_repository] = raising(AppError("Because."))

    response = await client.get("/api/v1/items/")

    assert response.status_code == 400
    assert response.json() == {"success": False, "error": {"code": "BAD_REQUEST", "message": "Because."}}


async def test_a_body_that_is_no_text_is_a_bad_request(client: AsyncClient) -> None:
    response = await client.post("/api/v1/items/", content=b"\xff", headers={"Content-Type": "application/json"})

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
    app.dependency_overrides[get_item_repository] = raising(error)

    response = await client.get("/api/v1/items/")

    assert response.status_code == status
    assert response.json() == {"success": False, "error": {"code": code, "message": "Because."}}
    assert response.headers["X-Reason"] == "because"


async def test_an_unexpected_exception_tells_the_client_nothing(app: FastAPI) -> None:
    app.dependency_overrides[get_item_repository] = raising(RuntimeError("the password is hunter2"))
    transport = ASGITransport(app=app, raise_app_exceptions=False)

    async with AsyncClient(transport=transport, base_url="http://test") as client:
        response = await client.get("/api/v1/items/")

    assert response.status_code == 500
    error = {"code": "INTERNAL_SERVER_ERROR", "message": "Something went wrong on our side."}
    assert response.json() == {"success": False, "error": error}


async def test_an_unexpected_exception_reaches_the_server_which_logs_it(app: FastAPI, client: AsyncClient) -> None:
    app.dependency_overrides[get_item_repository] = raising(RuntimeError("the disk is full"))

    with pytest.raises(RuntimeError, match="the disk is full"):
        await client.get("/api/v1/items/")
