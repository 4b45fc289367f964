"""Helpers for tests with an unavailable database."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.api.deps import SessionDep
from app.database import SessionFactory, make_engine, make_session_factory
from app.main import create_app
from tests import memos

# Personal data, which must not be logged.
MEMO = {"text": "leak.me@example.org"}


@asynccontextmanager
async def replaced_engine(app: FastAPI, test_engine: AsyncEngine, **options: float) -> AsyncGenerator[AsyncEngine]:
    """Let the application use another engine on the test database, with these options, and yield it."""
    engine = make_engine(test_engine.url.render_as_string(hide_password=False), **options)
    app.state.session_factory = make_session_factory(engine)
    yield engine
    await engine.dispose()


def assert_unavailable(response: Response, caplog: pytest.LogCaptureFixture) -> None:
    """Assert that the response is a 503, and that its reason is logged in one line without personal data."""
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    error = {"code": "SERVICE_UNAVAILABLE", "message": "The service is not available at the moment."}
    assert response.json() == {"success": False, "error": error}
    (line,) = [line for line in caplog.text.splitlines() if " app.access:" not in line]
    assert "SERVICE_UNAVAILABLE: " in line
    assert "leak.me" not in caplog.text


async def response_with_database(url: str) -> Response:
    """Return the response of an application with the database at `url`."""
    engine = make_engine(url, timeout=0.2)
    app = create_app()
    app.include_router(memos.router)
    app.state.session_factory = make_session_factory(engine)
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://test") as client:
        response = await client.get("/memos")
    await engine.dispose()
    return response


async def response_to_statement(statement: str, session_factory: SessionFactory) -> Response:
    """Return the response of a route that executes a statement."""
    app = create_app()
    app.state.session_factory = session_factory

    @app.get("/statement")
    async def execute(session: SessionDep) -> None:
        await session.execute(text(statement))

    transport = ASGITransport(app=app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get("/statement")
