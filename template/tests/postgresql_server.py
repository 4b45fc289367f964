"""The PostgreSQL server of the tests: a private one, or the one of `TEST_DATABASE_URL`."""

import json
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url

from app.postgresql import check_url

PRIVATE_SERVER = Path(__file__).with_name("private_server.py")


class DatabaseURLs(BaseSettings):
    """The databases of the application and of the tests, from the environment or .env."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    database_url: str | None = None
    test_database_url: str | None = None


# Read when conftest.py imports this module, before it replaces DATABASE_URL.
URLS = DatabaseURLs()

# PostgreSQL's own variables and files, such as PGPORT and ~/.pgpass, are for other servers.
for name in [name for name in os.environ if name.startswith("PG")]:
    del os.environ[name]
os.environ["PGPASSFILE"] = "/there/is/none"


@contextmanager
def server() -> Generator[str]:
    """Yield the URL of a server: the one that TEST_DATABASE_URL names, else a private one that lives until the end.

    Raises ValueError when TEST_DATABASE_URL names the application's own database.
    """
    if URLS.test_database_url is None:
        with private_server() as url:
            yield url
        return
    url = check_url(URLS.test_database_url)
    if URLS.database_url is not None and _key(make_url(URLS.database_url)) == _key(make_url(url)):
        raise ValueError("TEST_DATABASE_URL names the database of DATABASE_URL: give the tests another one")
    yield url


def _key(url: URL) -> tuple[str, int, str | None]:
    local = {None: "localhost", "": "localhost", "127.0.0.1": "localhost", "::1": "localhost"}
    return local.get(url.host, url.host or ""), url.port or 5432, url.database


@contextmanager
def private_server() -> Generator[str]:
    """Yield the URL of a server for this run. Raises ValueError, with the reason, if it cannot be started.

    A subprocess runs the server, and stops it when its standard input is closed: here, or when this process ends.
    """
    command = [sys.executable, PRIVATE_SERVER]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    # In a new session, the subprocess does not receive the signals of the terminal.
    with subprocess.Popen(command, text=True, start_new_session=True, **pipes) as process:  # noqa: S603 - a command of the tests
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        if not (parameters := process.stdout.readline()):
            raise ValueError(process.stderr.read())
        parts = json.loads(parameters)
        query = {} if "port" in parts else {"host": parts.pop("host")}  # the folder of a socket
        url = URL.create("postgresql+asyncpg", "postgres", database="postgres", query=query, **parts)
        yield url.render_as_string(hide_password=False)
        process.stdin.close()
