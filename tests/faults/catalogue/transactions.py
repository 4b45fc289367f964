"""Faults of transactions and of connections: what is committed and when, and what happens without a database."""

from tests.faults.catalogue.files import DATABASE, ERRORS, POSTGRESQL, USER_REPOSITORY
from tests.faults.changes import Change
from tests.faults.planting import Fault

YIELD_AND_COMMIT = "yield session\nawait session.commit()"
BOUNDS = '{"timeout": timeout, "command_timeout": timeout}'

TRANSACTIONS = (
    Fault(
        "nothing is committed",
        Change(DATABASE, "get_db", "await session.commit()", ""),
        detected_by="test_a_successful_request_is_committed",
    ),
    Fault(
        "a request is committed in finally",
        Change(
            DATABASE,
            "get_db",
            YIELD_AND_COMMIT,
            """
            try:
                yield session
            finally:
                await session.commit()
            """,
        ),
        detected_by="test_a_failed_request_is_rolled_back",
    ),
    Fault(
        "a request that ends with an error of the application is committed",
        Change(
            DATABASE,
            "get_db",
            YIELD_AND_COMMIT,
            """
            try:
                yield session
            except AppError:
                await session.commit()
                raise
            await session.commit()
            """,
            imports="from app.core.exceptions import AppError",
        ),
        detected_by="test_a_failed_request_is_rolled_back[AppError",
    ),
    Fault(
        "the response is sent before the commit",
        Change(DATABASE, "SessionDep", 'scope="function"', ""),
        detected_by="test_the_commit_comes_before_the_response",
        where="a database",
    ),
    Fault(
        "a commit that fails is ignored",
        Change(
            DATABASE,
            "get_db",
            "await session.commit()",
            "with suppress(Exception):\n    await session.commit()",
            imports="from contextlib import suppress",
        ),
        detected_by="test_a_failed_commit_is_an_error_response",
    ),
    Fault(
        "there is no rollback after an integrity error",
        Change(
            USER_REPOSITORY,
            "create",
            "async with self.session.begin_nested():\n    self.session.add(user)",
            "self.session.add(user)\nawait self.session.flush()",
        ),
        detected_by="test_a_taken_address_is_a_conflict_and_keeps_the_transaction",
    ),
    Fault(
        "all requests share one session",
        Change(
            DATABASE,
            "get_db",
            YIELD_AND_COMMIT,
            """
            shared = connection.app.state._state.setdefault("session", session)
            yield shared
            await shared.commit()
            """,
        ),
        detected_by="test_concurrent_writers_wait_for_each_other",
    ),
    Fault(
        "a web socket has no session",
        Change(
            DATABASE,
            "get_db",
            "connection: HTTPConnection",
            "connection: Request",
            imports="from fastapi import Request",
        ),
        detected_by="test_a_web_socket_has_a_session",
    ),
    Fault(
        "a connection that is lost is an internal error",
        Change(POSTGRESQL, "is_unavailable", "context.is_disconnect", "False"),
        detected_by="test_a_connection_lost_between_two_statements_is_unavailable",
        where="postgresql",
    ),
    Fault(
        "a full pool is an internal error",
        Change(DATABASE, "get_db", "PoolTimeoutError", "ConnectionError"),
        detected_by="test_a_request_without_a_connection_in_time_is_unavailable",
    ),
    Fault(
        "a timeout in a route is reported as an unavailable database",
        Change(DATABASE, "get_db", "PoolTimeoutError", "(PoolTimeoutError, TimeoutError)"),
        detected_by="test_a_failed_request_is_rolled_back[timeout",
    ),
    Fault(
        "a request waits half a minute for a connection of the pool",
        Change(DATABASE, "pool", "settings.database_timeout", "30"),
        detected_by="test_a_request_without_a_connection_in_time_is_unavailable",
    ),
    Fault(
        "a server that refuses connections is an internal error",
        Change(POSTGRESQL, "_connect", "OSError", "InterruptedError"),
        detected_by="test_a_missing_database_is_unavailable",
    ),
    Fault(
        "connecting to a server that does not answer takes a minute",
        Change(POSTGRESQL, "bounds", BOUNDS, '{"command_timeout": timeout}'),
        detected_by="test_a_server_that_does_not_respond_is_unavailable",
    ),
    Fault(
        "a statement may take any time",
        Change(POSTGRESQL, "bounds", BOUNDS, '{"timeout": timeout}'),
        detected_by="test_a_slow_statement_times_out",
    ),
    Fault(
        "an outage is logged with its traceback",
        Change(ERRORS, "_app_error", "logger.warning", "logger.exception"),
        detected_by="test_a_request_without_a_lock_in_time_is_unavailable",
        where="a database",
    ),
    Fault(
        "a database error shows the value",
        Change(
            POSTGRESQL, "_hide_values", 'vars(error)["detail"] = error.__cause__ = None', 'vars(error)["detail"] = None'
        ),
        detected_by="test_a_database_error_does_not_show_values[not a UUID",
    ),
    Fault(
        "a statement that an outage ends is not traced",
        Change(
            DATABASE,
            "_translate_error",
            "return ServiceUnavailableError() if driver.is_unavailable(context) else None",
            "if driver.is_unavailable(context):\n    raise ServiceUnavailableError",
        ),
        detected_by="test_a_statement_that_fails_is_traced",
        where="a database",
    ),
)
