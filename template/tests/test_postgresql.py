"""URLs, connections, errors and migrations of PostgreSQL."""

import asyncio
import time
import traceback
from typing import Any
from unittest.mock import AsyncMock
from urllib.parse import parse_qsl, urlsplit

import asyncpg
import pytest
from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.config import settings
from app.core.exceptions import ServiceUnavailableError
from app.database import Base, make_engine, make_session_factory
from app.postgresql import check_url
from tests import postgresql_server
from tests.memos import Memo
from tests.migrations import alembic_config
from tests.postgresql import wait_until_blocked
from tests.postgresql_server import DatabaseURLs, server


@pytest.mark.parametrize(
    "own", ["postgresql://host:5432/own", "postgres://user:secret@host/own", "postgresql+asyncpg://host/own"]
)
def test_the_database_of_the_application_is_refused(monkeypatch: pytest.MonkeyPatch, own: str) -> None:
    urls = DatabaseURLs(database_url=own, test_database_url="postgresql://tests@host/own")
    monkeypatch.setattr(postgresql_server, "URLS", urls)

    with pytest.raises(ValueError, match="TEST_DATABASE_URL names the database of DATABASE_URL"), server():
        pass


@pytest.mark.parametrize("own", ["postgresql://host/other", "postgresql://elsewhere/tests", None])
def test_another_database_is_used_for_the_tests(monkeypatch: pytest.MonkeyPatch, own: str | None) -> None:
    urls = DatabaseURLs(database_url=own, test_database_url="postgres://tests:secret@host/tests")
    monkeypatch.setattr(postgresql_server, "URLS", urls)

    with server() as url:
        assert url == "postgresql+asyncpg://tests:secret@host/tests"


def test_the_url_for_the_tests_is_checked_like_that_of_the_application(monkeypatch: pytest.MonkeyPatch) -> None:
    urls = DatabaseURLs(test_database_url="postgresql://host/tests?channel_binding=require")
    monkeypatch.setattr(postgresql_server, "URLS", urls)

    with pytest.raises(ValueError, match="unsupported parameters: channel_binding"), server():
        pass


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> AsyncMock:
    """The mock of the function of the driver that connects."""
    mock = AsyncMock(side_effect=ConnectionRefusedError)
    monkeypatch.setattr(asyncpg, "connect", mock)
    return mock


@pytest.mark.parametrize(
    "query",
    [
        "sslmode=require",
        "sslmode=verify-full&sslrootcert=%2Fetc%2Fssl%2Froot+ca.pem",
        "sslcert=client.crt&sslkey=client.key&sslpassword=a%26b",
        "application_name=my+service&options=-c+search_path%3Dmine",
    ],
)
async def test_parameters_of_the_url_are_passed_to_the_driver(connect: AsyncMock, query: str) -> None:
    engine = make_engine(check_url(f"postgres://user:secret@host:5433/name?{query}"))

    with pytest.raises(ServiceUnavailableError):
        await engine.connect()

    options = connect.call_args.kwargs
    assert sorted(parse_qsl(urlsplit(options["dsn"]).query)) == parse_qsl(query)
    assert (options["host"], options["port"], options["user"]) == ("host", 5433, "user")
    assert options["timeout"] == options["command_timeout"] == settings.database_timeout


@pytest.mark.parametrize(("seconds", "limit"), [("17", 17), ("0", None)], ids=["17 seconds", "no limit"])
async def test_the_url_can_set_the_connection_timeout(connect: AsyncMock, seconds: str, limit: float | None) -> None:
    engine = make_engine(check_url(f"postgresql://host/name?connect_timeout={seconds}"))

    with pytest.raises(ServiceUnavailableError):
        await engine.connect()

    assert connect.call_args.kwargs["timeout"] == limit


async def test_the_url_can_name_a_socket(connect: AsyncMock) -> None:
    engine = make_engine(check_url("postgresql://user@/name?host=/run/postgresql&port=5433"))

    with pytest.raises(ServiceUnavailableError):
        await engine.connect()

    assert (connect.call_args.kwargs["host"], connect.call_args.kwargs["port"]) == ("/run/postgresql", 5433)


async def test_the_server_applies_the_parameters_of_the_url(test_engine: AsyncEngine) -> None:
    parameters = {"application_name": "my service", "options": "-csearch_path=mine", "connect_timeout": "10"}
    url = test_engine.url.update_query_dict(parameters).render_as_string(hide_password=False)
    engine = make_engine(check_url(url))
    applied = text("SELECT current_setting('application_name'), current_setting('search_path')")

    async with engine.connect() as connection:
        assert (await connection.execute(applied)).one() == ("my service", "mine")

    await engine.dispose()


async def test_prepared_statements_have_no_names_behind_a_pooler(test_engine: AsyncEngine) -> None:
    url = test_engine.url.update_query_dict({"statement_cache_size": "0"}).render_as_string(hide_password=False)
    engine = make_engine(check_url(url))
    names, number = text("SELECT name FROM pg_prepared_statements"), text("SELECT 1")

    async with engine.connect() as connection:
        found = [(await connection.scalars(each)).all() for each in (names, number, names)]

    assert found == [[], [1], []]
    await engine.dispose()


async def test_a_connection_that_the_server_closed_is_replaced(
    app: FastAPI, client: AsyncClient, test_engine: AsyncEngine, db_session: AsyncSession
) -> None:
    engine = make_engine(test_engine.url.render_as_string(hide_password=False))
    app.state.session_factory = make_session_factory(engine)
    closed = asyncio.Event()

    def notice(_connection: object) -> None:
        closed.set()

    async with engine.connect() as connection:
        pid = await connection.scalar(text("SELECT pg_backend_pid()"))
        driver_connection: Any = (await connection.get_raw_connection()).driver_connection
        driver_connection.add_termination_listener(notice)
    await db_session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    await asyncio.wait_for(closed.wait(), timeout=10)

    response = await client.get("/health/ready")

    assert response.status_code == 200
    await engine.dispose()


async def test_an_old_connection_is_replaced(test_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(test_engine.url.render_as_string(hide_password=False))
    backend, now = text("SELECT pg_backend_pid()"), time.time()
    async with engine.connect() as connection:
        opened = await connection.scalar(backend)

    async with engine.connect() as connection:
        kept = await connection.scalar(backend)
    monkeypatch.setattr(time, "time", lambda: now + 180.5)
    async with engine.connect() as connection:
        replaced = await connection.scalar(backend)

    assert opened == kept != replaced
    await engine.dispose()


PRIVATE = "leak.me@example.org"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO memos (id, text, version) VALUES (gen_random_uuid(), :value, NULL)",
        "SELECT CAST(CAST(:value AS text) AS integer)",
        "SELECT CAST(:value AS integer)",
        "SELECT CAST(:value || chr(0) AS text)",
    ],
    ids=["NOT NULL", "not a number", "refused by the driver", "NUL"],
)
async def test_an_error_of_the_server_or_the_driver_does_not_quote_values(
    db_session: AsyncSession, statement: str
) -> None:
    with pytest.raises(DBAPIError) as raised:
        await db_session.execute(text(statement), {"value": PRIVATE})

    assert PRIVATE not in "".join(traceback.format_exception(raised.value))


async def test_an_integrity_error_names_the_constraint(db_session: AsyncSession) -> None:
    memo = Memo(text="Test Memo")
    db_session.add(memo)
    await db_session.flush()

    with pytest.raises(IntegrityError, match="memos_pkey"):
        await db_session.execute(insert(Memo).values(id=memo.id, text="Test Memo"))


async def test_an_upgrade_waits_for_a_concurrent_one_and_continues_after_it(
    empty_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "database_timeout", 1)
    script = ScriptDirectory.from_config(alembic_config(empty_engine))
    async with empty_engine.begin() as connection:
        await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('alembic'))"))
        await connection.run_sync(Base.metadata.create_all)
        await connection.run_sync(lambda sync: MigrationContext.configure(sync).stamp(script, "head"))
        upgrade = asyncio.create_task(asyncio.to_thread(command.upgrade, alembic_config(empty_engine), "head"))
        await wait_until_blocked(connection)
        await connection.execute(text("SELECT pg_sleep(1)"))  # the timeout of requests is not one of migrations
        assert not upgrade.done()

    await upgrade
    await asyncio.to_thread(command.check, alembic_config(empty_engine))


async def test_the_sql_of_the_migrations_does_not_wait_long_for_a_lock(
    empty_engine: AsyncEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    await asyncio.to_thread(command.upgrade, alembic_config(empty_engine), "head", sql=True)

    words = capsys.readouterr().out.split()
    assert " ".join(words[:6]) == "BEGIN; SET LOCAL lock_timeout = '10s';"


async def test_a_migration_does_not_wait_long_for_a_lock(empty_engine: AsyncEngine, statements: list[str]) -> None:
    await asyncio.to_thread(command.upgrade, alembic_config(empty_engine), "head")

    tables = [number for number, each in enumerate(statements) if each.lstrip().startswith("CREATE TABLE")]
    assert "SET LOCAL lock_timeout = '10s'" in statements[: tables[0]]
