"""The engine for PostgreSQL: URLs of libpq, timeouts, errors without values."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

import asyncpg
from pydantic import AfterValidator
from sqlalchemy import DateTime, Dialect, ExceptionContext, event, make_url
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi, PGDialect_asyncpg
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import to_list

from app.core.exceptions import ServiceUnavailableError

TYPES = {datetime: DateTime(timezone=True)}

# Parameters of a URL: those that asyncpg reads from a DSN only, and others.
LIBPQ = {"application_name", "options", "sslcert", "sslkey", "sslmode", "sslpassword", "sslrootcert"}
OTHERS = {"connect_timeout", "host", "port", "statement_cache_size"}
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
PORTS = range(1, 65536)

# SQLSTATE classes: connection, authorization, no database, rollback, resources, operator, system; lock, read-only.
UNAVAILABLE = ("08", "28", "3D", "40", "53", "57", "58", "55P03", "25006")


def check_url(value: str) -> str:
    """Return the URL with the driver of the service. Raises ValueError if the service cannot use it."""
    try:
        url = make_url(value)
        _, arguments = PGDialect_asyncpg().create_connect_args(url)  # checks hosts and ports, not their range
    except (ArgumentError, ValueError) as error:
        raise ValueError("not a valid database URL") from error
    if url.get_backend_name() not in {"postgres", "postgresql"}:
        raise ValueError("the URL must start with postgresql://")
    if unknown := url.query.keys() - LIBPQ - OTHERS:
        raise ValueError(f"unsupported parameters: {', '.join(sorted(unknown))}")
    if not str(url.query.get("connect_timeout", "0")).isdecimal():
        raise ValueError("connect_timeout must be a whole number")
    if url.query.get("statement_cache_size", "0") != "0":
        raise ValueError("statement_cache_size must be 0")
    if url.query.get("sslmode", "prefer") not in SSL_MODES:
        raise ValueError(f"sslmode must be one of {', '.join(SSL_MODES)}")
    if not url.database:
        raise ValueError("the URL must contain the name of a database")
    if any(port not in PORTS for port in to_list(arguments.get("port", []))):
        raise ValueError("ports must be from 1 to 65535")
    return url.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


DatabaseURL = Annotated[str, AfterValidator(check_url)]


def create_engine(url: str, timeout: float | None, **options: Any) -> AsyncEngine:
    """Return an engine that waits at most `timeout` seconds for a connection, a lock or a statement."""
    bounds = {"timeout": timeout, "command_timeout": timeout}
    # Firewalls drop idle connections: replace old ones.
    engine = create_async_engine(url, pool_recycle=180, connect_args=bounds, **options)
    event.listen(engine.sync_engine, "do_connect", _connect)
    event.listen(engine.sync_engine, "checkout", _replace_if_closed)
    event.listen(engine.sync_engine, "handle_error", _hide_values)
    return engine


def is_unavailable(context: ExceptionContext) -> bool:
    """Return whether an error means that the database is not available, and not a bug in a statement."""
    error = context.original_exception
    # A migration has changed a table. SQLAlchemy has cleared its caches: the next request succeeds.
    is_outdated = isinstance(error, AsyncAdapt_asyncpg_dbapi.InvalidCachedStatementError)
    # SQLAlchemy treats a timeout of the driver as a disconnect, but the cancellation of a task as well.
    is_lost = context.is_disconnect and isinstance(error, Exception)
    return is_lost or is_outdated or (getattr(error, "sqlstate", None) or "").startswith(UNAVAILABLE)


def _connect(dialect: Dialect, _record: object, arguments: list[Any], options: dict[str, Any]) -> DBAPIConnection:
    libpq = {name: options.pop(name) for name in LIBPQ & options.keys()}
    if "connect_timeout" in options:
        options["timeout"] = float(options.pop("connect_timeout")) or None  # 0 is no limit, as in libpq
    if "statement_cache_size" in options:
        options["statement_cache_size"] = 0  # prepares statements without names, as poolers require
    try:
        return dialect.connect(*arguments, dsn=f"postgresql://?{urlencode(libpq)}", **options)
    except OSError as error:  # TimeoutError included
        raise ServiceUnavailableError from error


def _replace_if_closed(connection: Any, _record: object, _proxy: object) -> None:
    # Cheaper than `pool_pre_ping`: the driver knows whether the server has closed the connection.
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _hide_values(context: ExceptionContext) -> None:
    # PostgreSQL and asyncpg quote rows and parameters in errors: keep them out of logs.
    error = context.original_exception.__cause__
    if isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError):
        vars(error)["detail"] = error.__cause__ = None
    if isinstance(error, asyncpg.DataError | ValueError) and not isinstance(error, asyncpg.ClientConfigurationError):
        for each in (error, context.original_exception, context.sqlalchemy_exception or error):
            each.args = (f"{type(error).__name__}: the value is not shown",)
