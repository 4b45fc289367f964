"""The lifespan of the application."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.ext.asyncio import AsyncEngine

from app.api.routes import health
from app.database import SessionFactory
from app.main import create_app
from tests import memos

pytestmark = pytest.mark.usefixtures("app")  # the settings name the test database


def test_the_service_connects_to_the_database_of_the_settings_and_serves() -> None:
    app = create_app()
    app.include_router(memos.router)

    with TestClient(app) as client:
        ready = client.get("/health/ready")
        created = client.post("/memos", json={"text": "Test Memo"})

    assert ready.status_code == 200
    assert created.status_code == 201


def test_the_service_is_not_ready_when_it_starts_without_its_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "expected_revisions", lambda: {"later"})

    with TestClient(create_app()) as client:
        assert client.get("/health/ready").status_code == 503


async def test_the_service_closes_its_connections_when_it_stops() -> None:
    app = create_app()

    async with app.router.lifespan_context(app):
        session_factory: SessionFactory = app.state.session_factory
        engine: AsyncEngine = session_factory.kw["bind"]
        async with engine.connect():
            pool = engine.pool

    assert engine.pool is not pool
    assert "Connections in pool: 0" in pool.status()
