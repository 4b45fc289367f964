"""Requests while PostgreSQL is locked, down or slow."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.config import settings
from app.core.exceptions import ServiceUnavailableError
from app.database import SessionFactory, make_engine
from app.main import create_app
from tests import memos
from tests.migrations import migrate
from tests.outages import (
    MEMO,
    assert_unavailable,
    replaced_engine,
    response_to_statement,
    response_with_database,
)
from tests.postgresql import wait_until_blocked


@pytest.fixture(autouse=True)
def _routes(app: FastAPI) -> None:
    app.include_router(memos.router)


@pytest.fixture
async def short_timeout(
    app: FastAPI, test_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[AsyncEngine]:
    """The engine of the application, which times out after 0.2 seconds."""
    monkeypatch.setattr(settings, "database_timeout", 0.2)
    async with replaced_engine(app, test_engine, timeout=0.2) as engine:
        yield engine


@pytest.mark.usefixtures("short_timeout")
async def test_a_request_without_a_lock_in_time_is_unavailable(
    client: AsyncClient, db_session: AsyncSession, caplog: pytest.LogCaptureFixture
) -> None:
    await db_session.execute(text("LOCK TABLE memos IN ACCESS EXCLUSIVE MODE"))

    async with asyncio.timeout(3):
        response = await client.get("/memos")

    assert_unavailable(response, caplog)
    await db_session.rollback()
    assert (await client.post("/memos", json=MEMO)).status_code == 201
    assert (await client.get("/memos")).json() == [MEMO["text"]]


async def test_a_missing_database_is_unavailable(caplog: pytest.LogCaptureFixture) -> None:
    assert_unavailable(await response_with_database("postgresql+asyncpg://user@/name?host=/there/is/none"), caplog)


@pytest.mark.parametrize(
    "code",
    [
        "08006",  # connection_failure
        "28000",  # invalid_authorization_specification
        "3D000",  # invalid_catalog_name
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "53300",  # too_many_connections
        "55P03",  # lock_not_available
        "57P01",  # admin_shutdown
        "58030",  # io_error
        "25006",  # read_only_sql_transaction
    ],
)
async def test_an_error_that_means_unavailable_is_a_503(code: str, session_factory: SessionFactory) -> None:
    raising = f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$"

    assert (await response_to_statement(raising, session_factory)).status_code == 503


async def test_an_error_in_the_parameters_of_the_url_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    with pytest.raises(InterfaceError, match=r"root\.crt"):
        await response_with_database("postgresql+asyncpg://user@localhost/name?sslmode=verify-full")


async def test_a_statement_from_before_a_migration_is_unavailable_once(empty_engine: AsyncEngine) -> None:
    read = text("SELECT * FROM changed")
    async with empty_engine.begin() as other:
        await other.execute(text("CREATE TABLE changed (name varchar(200))"))

    async with empty_engine.connect() as connection:
        await connection.execute(read)
        await connection.commit()
        async with empty_engine.begin() as other:
            await other.execute(text("ALTER TABLE changed ALTER COLUMN name TYPE varchar(300)"))

        with pytest.raises(ServiceUnavailableError):
            await connection.execute(read)
        await connection.rollback()

        assert (await connection.execute(read)).all() == []


async def test_a_slow_statement_times_out(short_timeout: AsyncEngine) -> None:
    async with asyncio.timeout(3), short_timeout.connect() as connection:
        with pytest.raises(ServiceUnavailableError):
            await connection.execute(text("SELECT pg_sleep(10)"))


async def test_a_connection_lost_during_a_request_is_unavailable(
    client: AsyncClient, db_session: AsyncSession, caplog: pytest.LogCaptureFixture
) -> None:
    await db_session.execute(text("LOCK TABLE memos IN EXCLUSIVE MODE"))
    creating = asyncio.create_task(client.post("/memos", json=MEMO))
    await wait_until_blocked(db_session)
    waiting = "SELECT pid FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
    await db_session.execute(text(f"SELECT pg_terminate_backend(pid, 5000) FROM ({waiting})"))  # noqa: S608 - a constant

    assert_unavailable(await creating, caplog)
    await db_session.rollback()
    assert (await client.post("/memos", json=MEMO)).status_code == 201


async def test_a_connection_lost_between_two_statements_is_unavailable(
    db_session: AsyncSession, session_factory: SessionFactory
) -> None:
    async with session_factory() as session:
        pid = await session.scalar(text("SELECT pg_backend_pid()"))
        await db_session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

        with pytest.raises(ServiceUnavailableError):
            await session.execute(text("SELECT 1"))


@asynccontextmanager
async def fake_server(response: bytes) -> AsyncGenerator[int]:
    """Yield the port of a server that sends `response` to the first message, which asks for TLS, and nothing else."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)
        writer.write(response)
        await reader.read()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def test_a_server_that_does_not_respond_is_unavailable(caplog: pytest.LogCaptureFixture) -> None:
    async with fake_server(b"") as port, asyncio.timeout(3):
        response = await response_with_database(f"postgresql+asyncpg://user@127.0.0.1:{port}/name")

    assert_unavailable(response, caplog)


async def test_migrations_do_not_wait_for_a_server_that_does_not_respond(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "database_timeout", 0.2)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = make_engine(f"postgresql+asyncpg://user@127.0.0.1:{silent.getsockname()[1]}/name")
        async with asyncio.timeout(3):
            with pytest.raises(TimeoutError):
                await migrate(engine)


async def test_the_service_stops_when_the_server_does_not_respond(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "database_timeout", 0.2)
    app = create_app()

    async with asyncio.timeout(3), app.router.lifespan_context(app), app.state.session_factory() as session:
        connection = await (await session.connection()).get_raw_connection()
        assert connection.driver_connection
        connection.driver_connection._transport.pause_reading()  # noqa: SLF001 - as if the network were down


async def test_a_server_without_tls_is_not_used_when_the_url_requires_it(caplog: pytest.LogCaptureFixture) -> None:
    async with fake_server(b"N") as port:
        response = await response_with_database(f"postgresql+asyncpg://user@127.0.0.1:{port}/name?sslmode=require")

    assert_unavailable(response, caplog)
    assert "rejected SSL upgrade" in caplog.text
