"""Exception handlers: every error response has the same envelope."""

import logging
from collections.abc import Mapping
from http import HTTPMethod, HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, WebSocket
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.utils import is_body_allowed_for_status_code
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.status import WS_1008_POLICY_VIOLATION, WS_1013_TRY_AGAIN_LATER
from starlette.websockets import WebSocketState

from app.core.exceptions import AppError, NotFoundError
from app.core.logs import request_id
from app.schemas.envelope import Error, Failure, FieldError

# Python 3.13 renamed these: error codes must not depend on the version of Python.
RENAMED = {413: "CONTENT_TOO_LARGE", 414: "URI_TOO_LONG", 416: "RANGE_NOT_SATISFIABLE", 422: "UNPROCESSABLE_CONTENT"}
CODES = {status.value: status.name for status in HTTPStatus} | RENAMED

logger = logging.getLogger(__name__)


def add_error_handlers(app: FastAPI) -> None:
    """Add the exception handlers to an application."""
    app.exception_handler(AppError)(_app_error)
    app.exception_handler(HTTPException)(_http_exception)
    app.exception_handler(RequestValidationError)(_validation_error)
    app.exception_handler(Exception)(_unexpected_error)


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route or router that declare error responses in OpenAPI."""
    return {status: {"model": Failure} for status in statuses}


def error_response(status: int, error: Error, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return an error response."""
    return JSONResponse(Failure(error=error).model_dump(exclude_none=True), status_code=status, headers=headers)


async def _app_error(connection: Request | WebSocket, exc: AppError) -> JSONResponse | None:
    if exc.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.warning("%s: %r", exc.code, exc.__cause__ or exc)
    if isinstance(connection, WebSocket) and connection.application_state is WebSocketState.CONNECTED:
        await connection.close(WS_1013_TRY_AGAIN_LATER if exc.retry_after else WS_1008_POLICY_VIOLATION)
        return None
    headers = exc.headers | ({"Retry-After": str(exc.retry_after)} if exc.retry_after else {})
    return error_response(exc.status, Error(code=exc.code, message=str(exc)), headers)


async def _http_exception(request: Request, exc: HTTPException) -> Response:
    """Handle HTTP exceptions, also those of Starlette for an unknown route or a wrong method."""
    headers = dict(exc.headers or {})
    if not is_body_allowed_for_status_code(exc.status_code):
        return Response(status_code=exc.status_code, headers=headers)
    if "Allow" in headers:
        headers["Allow"] = ", ".join(method for method in HTTPMethod if _allows(request, method))
    error = Error(code=CODES.get(exc.status_code, "ERROR"), message=f"{exc.detail}")
    if not isinstance(exc.detail, str):
        error.message, error.details = error.code, jsonable_encoder(exc.detail)
    return error_response(exc.status_code, error, headers)


def _allows(request: Request, method: str) -> bool:
    # Starlette names the methods of one route only, but `Allow` lists those of the path (RFC 9110, section 15.5.6).
    scope = {**request.scope, "method": "GET" if method == "HEAD" else method}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)


async def _validation_error(request: Request, exc: RequestValidationError) -> Response | None:
    # A malformed id in the path is a 404, like an unknown one.
    if any(problem["loc"][0] == "path" for problem in exc.errors()):
        return await _app_error(request, NotFoundError())
    if any(problem["loc"] == ("header", "if-match") for problem in exc.errors()):
        detail = "The header If-Match must contain the ETag of the resource."
        return await _http_exception(request, HTTPException(HTTPStatus.PRECONDITION_REQUIRED, detail))
    # Leave out the input that Pydantic reports: it may be private.
    details = [
        FieldError(field=".".join(map(str, problem["loc"])), message=problem["msg"], type=problem["type"])
        for problem in exc.errors()
    ]
    error = Error(code="VALIDATION_ERROR", message="The request is not valid.", details=details)
    return error_response(HTTPStatus.UNPROCESSABLE_ENTITY, error)


async def _unexpected_error(_request: Request, _exc: Exception) -> JSONResponse:
    """Return a 500 without details. Starlette raises the exception again, and the server logs it."""
    message = "An unexpected error occurred."
    error = Error(code="INTERNAL_SERVER_ERROR", message=message, request_id=request_id.get())
    # The server closes the connection after an unhandled exception: tell the client.
    return error_response(HTTPStatus.INTERNAL_SERVER_ERROR, error, {"Connection": "close"})
