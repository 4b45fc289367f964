"""One envelope for every failure, whoever raised it."""

from http import HTTPMethod, HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from app.core.exceptions import AppError
from app.schemas.envelope import Error, Failure, FieldError

# Python 3.13 renamed some: the code of an error must not depend on the version.
RENAMED = {413: "CONTENT_TOO_LARGE", 414: "URI_TOO_LONG", 416: "RANGE_NOT_SATISFIABLE", 422: "UNPROCESSABLE_CONTENT"}
CODES = {status.value: status.name for status in HTTPStatus} | RENAMED


def add_error_handlers(app: FastAPI) -> None:
    """Make `app` answer every failure with the envelope."""
    app.exception_handler(AppError)(_app_error)
    app.exception_handler(HTTPException)(_http_exception)
    app.exception_handler(RequestValidationError)(_validation_error)
    app.exception_handler(Exception)(_unexpected_error)


def error_responses(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI shall say of failures with these statuses."""
    return {status.value: {"model": Failure} for status in statuses}


def _respond(status: int, error: Error, headers: dict[str, str] | None = None) -> JSONResponse:
    content = Failure(error=error).model_dump(exclude_none=True)
    return JSONResponse(content, status_code=status, headers=headers)


async def _app_error(_request: Request, exc: AppError) -> JSONResponse:
    return _respond(exc.status, Error(code=exc.code, message=str(exc)), exc.headers)


async def _http_exception(request: Request, exc: HTTPException) -> JSONResponse:
    """Answer what FastAPI and Starlette raise: an unknown route, a wrong method, a body that is too large."""
    error = Error(code=CODES.get(exc.status_code, "ERROR"), message=f"{exc.detail}")
    headers = dict(exc.headers or {})
    if "Allow" in headers:
        headers["Allow"] = _allowed_methods(request)
    return _respond(exc.status_code, error, headers)


def _allowed_methods(request: Request) -> str:
    """Return the methods that the path takes (RFC 9110, section 15.5.6). Starlette names those of one route only."""
    return ", ".join(method for method in HTTPMethod if _takes(request, method))


def _takes(request: Request, method: HTTPMethod) -> bool:
    scope = {**request.scope, "method": method}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)


async def _validation_error(_request: Request, exc: RequestValidationError) -> JSONResponse:
    # Pydantic also reports the input. It stays here: it may be a password.
    details = [
        FieldError(field=".".join(map(str, problem["loc"])), message=problem["msg"], type=problem["type"])
        for problem in exc.errors()
    ]
    error = Error(code="VALIDATION_ERROR", message="The request is not valid.", details=details)
    return _respond(HTTPStatus.UNPROCESSABLE_ENTITY, error)


async def _unexpected_error(_request: Request, _exc: Exception) -> JSONResponse:
    """Say nothing about a bug to the client. Starlette raises it again afterwards, for the server to log."""
    error = Error(code="INTERNAL_SERVER_ERROR", message="Something went wrong on our side.")
    return _respond(HTTPStatus.INTERNAL_SERVER_ERROR, error)
