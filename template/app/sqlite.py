"""What SQLite needs to behave like a database server: real transactions, foreign keys, waiting writers, exact types."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Connection, DateTime, Dialect, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.types import TypeDecorator


def prepare(engine: AsyncEngine) -> None:
    """Set up every connection that `engine` opens from now on."""
    event.listen(engine.sync_engine, "connect", _configure)
    event.listen(engine.sync_engine, "begin", _begin)


def open_session(sessions: async_sessionmaker[AsyncSession], *, writing: bool) -> AsyncSession:
    """Return a new session. If it is for `writing`, its transactions take the write lock when they begin."""
    return sessions(execution_options={"sqlite_writing": writing})


def _configure(dbapi_connection: Any, _record: object) -> None:
    # sqlite3 opens transactions on its own, but not before SELECT, DDL or SAVEPOINT: `_begin` does it instead.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA busy_timeout = 5000")  # milliseconds that a writer waits for another
    cursor.execute("PRAGMA journal_mode = WAL")  # readers and the writer do not block each other
    cursor.execute("PRAGMA synchronous = NORMAL")  # safe with WAL
    cursor.close()


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another one wrote in between; one that takes
    # the write lock at its start waits its turn (https://www.sqlite.org/lang_transaction.html).
    writing = connection.get_execution_options().get("sqlite_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC. SQLite has no type for it and drops the time zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return `value` in UTC. Raises ValueError for a naive datetime, whose moment is anyone's guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"a naive datetime cannot be stored: {value!r}"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored moment as an aware datetime in UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class Money(TypeDecorator[Decimal]):
    """An amount with two decimal places, stored as whole cents. SQLite would turn a decimal into a float."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Return `value` in cents. Raises ValueError when it has a fraction of a cent."""
        if value is None:
            return None
        cents = value * 100
        if cents != int(cents):
            msg = f"an amount has at most two decimal places: {value}"
            raise ValueError(msg)
        return int(cents)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Return the stored cents as an amount."""
        return None if value is None else Decimal(value).scaleb(-2)
