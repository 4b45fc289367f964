"""The envelope for a request body that is too large."""

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.schemas.envelope import Error, Failure

ERROR = Error(code="CONTENT_TOO_LARGE", message="Content Too Large")
BODY = Failure(error=ERROR).model_dump_json(exclude_none=True).encode()
JSON = (b"content-type", b"application/json")


class Service(FastAPI):
    """FastAPI, with the envelope for its one answer that no exception handler sees.

    When `Content-Length` announces too much, `max_body_size` answers in plain text from outside the error handlers.
    """

    def build_middleware_stack(self) -> ASGIApp:
        """Return FastAPI's own stack, wrapped."""
        return ContentTooLargeEnvelope(super().build_middleware_stack())


class ContentTooLargeEnvelope:
    """Put the envelope around every 413 that does not have it yet."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        bare = False

        async def send_envelope(message: Message) -> None:
            nonlocal bare
            if message["type"] == "http.response.start" and message["status"] == 413:  # noqa: PLR2004
                bare = JSON not in message["headers"]
            if bare:
                _fill(message)
            await send(message)

        await self._app(scope, receive, send_envelope)


def _fill(message: Message) -> None:
    if message["type"] == "http.response.start":
        message["headers"] = [JSON, (b"content-length", b"%d" % len(BODY))]
    else:
        message["body"] = BODY
