"""The engine for SQLite: transactions, foreign keys, writers that wait for each other, aware datetimes."""

import sqlite3
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator
from sqlalchemy import Connection, DateTime, Dialect, ExceptionContext, event, make_url
from sqlalchemy.engine.interfaces import DBAPICursor, ExecutionContext
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import current_timestamp, now
from sqlalchemy.sql.selectable import GenerativeSelect
from sqlalchemy.types import TypeDecorator

# Another connection has the lock, or the file cannot be used at the moment (https://www.sqlite.org/rescode.html).
UNAVAILABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
}


def check_url(value: str) -> str:
    """Return the URL with the driver of the service. Raises ValueError if the service cannot use it."""
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise ValueError("not a valid database URL") from None
    if url.get_backend_name() != "sqlite" or url.host:
        raise ValueError("the URL must start with sqlite:///")
    if not url.database or ":memory:" in url.database or url.query.get("mode") == "memory":
        raise ValueError("the database must be a file: each connection would have its own in-memory database")
    return url.set(drivername="sqlite+aiosqlite").render_as_string(hide_password=False)


DatabaseURL = Annotated[str, AfterValidator(check_url)]


def create_engine(url: str, timeout: float, **options: Any) -> AsyncEngine:
    """Return an engine whose writers wait at most `timeout` seconds for each other."""
    engine = create_async_engine(url, connect_args={"timeout": timeout}, **options)
    event.listen(engine.sync_engine, "connect", _configure)
    event.listen(engine.sync_engine, "before_cursor_execute", _begin)
    return engine


def is_unavailable(context: ExceptionContext) -> bool:
    """Return whether an error means that the database is not available, and not a bug in a statement."""
    error = context.original_exception
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in UNAVAILABLE


def _configure(dbapi_connection: Any, _record: object) -> None:
    # sqlite3 opens transactions on its own, but not before SELECT, DDL or SAVEPOINT: `_begin` does it instead.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")  # readers and the writer do not block each other
    cursor.execute("PRAGMA synchronous = NORMAL")  # a loss of power may undo the last commits
    cursor.execute("PRAGMA case_sensitive_like = ON")  # as in standard SQL
    cursor.close()


def _begin(
    connection: Connection,
    _cursor: DBAPICursor,
    statement: str,
    _parameters: object,
    context: ExecutionContext | None,
    _executemany: bool,  # noqa: FBT001 - as SQLAlchemy passes it
) -> None:
    """Begin a transaction before the first statement that is not a query, or reads FOR UPDATE. It waits for its turn.

    Until then each query sees what is committed (READ COMMITTED). A transaction that begins with a query would fail
    when it writes after another one did (https://www.sqlite.org/lang_transaction.html).
    """
    invoked = context.invoked_statement if context else None
    is_query = isinstance(invoked, GenerativeSelect) or statement.lstrip()[:6].upper() == "SELECT"
    reads = is_query and getattr(invoked, "_for_update_arg", None) is None
    autocommit = connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
    if not (reads or autocommit or statement.startswith("BEGIN") or _in_transaction(connection)):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _in_transaction(connection: Connection) -> bool:
    driver_connection: Any = connection.connection.driver_connection
    return bool(driver_connection.in_transaction)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC. SQLite has no type for it and drops the time zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return `value` in UTC. Raises ValueError for a naive datetime, which is ambiguous."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored value as an aware datetime in UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


@compiles(now, "sqlite")
@compiles(current_timestamp, "sqlite")
def _now(_function: object, _compiler: object, **_options: object) -> str:
    """Return the current time as `UTCDateTime` stores it: SQLite compares texts, and its own has no fraction.

    SQLite does not accept it in a CHECK constraint: there, use `text("CURRENT_TIMESTAMP")`.
    """
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now')"


TYPES = {datetime: UTCDateTime}
