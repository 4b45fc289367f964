"""Middleware around the whole application, which also sees the responses to unhandled exceptions."""

import logging
import re
from fnmatch import fnmatchcase
from time import perf_counter
from uuid import uuid4

from starlette.datastructures import URL, Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import error_response
from app.api.routes.health import is_probe
from app.core.logs import request_id
from app.schemas.envelope import Error

# Added unless a route sets them. Browsers must not guess the type of a response, show it in a frame of another site, or
# cache it (https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html; RFC 6749, section 5.1).
SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
]

# The characters of UUIDs and trace ids. With line breaks, a client could forge lines of the log.
REQUEST_ID = re.compile(r"[\w.:=+/-]{1,128}", re.ASCII)

logger = logging.getLogger("app.access")


class RequestMiddleware:
    """Adds a request id and the security headers to every response, logs the request, and handles HEAD as GET."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        given = Headers(scope=scope).get("x-request-id", "")
        new_id = given if REQUEST_ID.fullmatch(given) else uuid4().hex
        request_id.set(new_id)  # and not reset: the server logs an exception after this has returned
        status, started = "-", perf_counter()
        # The server leaves out the body of a response to HEAD (RFC 9110, section 9.3.2).
        handled = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-ID"] = new_id
                names = {name for name, _ in message["headers"]}
                message["headers"] += [header for header in SECURITY_HEADERS if header[0] not in names]
            await send(message)
            status = message.get("status", status)

        try:
            await self.app(handled, receive, send_with_headers)
        finally:
            _log(scope["method"], _route(handled), status, 1000 * (perf_counter() - started))


def _log(method: str, route: str, status: object, milliseconds: float) -> None:
    fields = {"method": method, "route": route, "status": status, "duration_ms": round(milliseconds, 1)}
    level = logging.DEBUG if route.startswith("/health/") else logging.INFO
    logger.log(level, "%(method)s %(route)s %(status)s in %(duration_ms)s ms", fields, extra=fields)


def _route(scope: Scope) -> str:
    """Return the path of the route, with the names of its parameters instead of their values."""
    # FastAPI has the path with the prefixes of the routers only here.
    context = scope.get("fastapi", {}).get("effective_route_context")
    return getattr(context or scope.get("route"), "path", "-")


class HostMiddleware:
    """Refuses requests for other hosts, except from probes, which use an IP address."""

    def __init__(self, app: ASGIApp, allowed_hosts: list[str]) -> None:
        self.app = app
        self.allowed_hosts = allowed_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan" or is_probe(scope) or self._allows(scope):
            return await self.app(scope, receive, send)
        error = Error(code="BAD_REQUEST", message="The Host header is not an allowed host.")
        return await error_response(400, error)(scope, receive, send)

    def _allows(self, scope: Scope) -> bool:
        url = URL(scope=scope)  # with the server's own address if the header is missing or malformed
        is_valid = url.netloc == Headers(scope=scope).get("host")
        return is_valid and any(fnmatchcase(url.hostname or "", pattern) for pattern in self.allowed_hosts)


class ContentLengthMiddleware:
    """Refuses a `Content-Length` above the limit with the error envelope. Starlette answers in plain text."""

    def __init__(self, app: ASGIApp, max_body_size: int) -> None:
        self.app = app
        self.max_body_size = max_body_size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        length = Headers(scope=scope).get("content-length", "") if scope["type"] == "http" else ""
        if length.isdecimal() and int(length) > self.max_body_size:
            error = Error(code="CONTENT_TOO_LARGE", message="Content Too Large")
            return await error_response(413, error)(scope, receive, send)
        return await self.app(scope, receive, send)
