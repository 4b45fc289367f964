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
        noticed_by="test_what_a_request_did_is_stored",
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
        noticed_by="test_a_request_that_fails_after_it_stored_something_stores_nothing",
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
        noticed_by="test_a_request_that_fails_after_it_stored_something_stores_nothing[AppError",
    ),
    Fault(
        "the response is sent before the commit",
        Change(DATABASE, "SessionDep", 'scope="function"', ""),
        noticed_by="test_the_commit_comes_before_the_response",
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
        noticed_by="test_a_commit_that_fails_is_answered_with_an_error",
    ),
    Fault(
        "there is no rollback after an integrity error",
        Change(
            USER_REPOSITORY,
            "create",
            "async with self.session.begin_nested():\n    self.session.add(user)",
            "self.session.add(user)\nawait self.session.flush()",
        ),
        noticed_by="test_a_taken_address_is_a_conflict_that_leaves_the_rest_of_the_work",
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
        noticed_by="test_writers_wait_for_each_other_instead_of_failing",
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
        noticed_by="test_a_web_socket_has_a_session",
    ),
    Fault(
        "a connection that is lost is an internal error",
        Change(DATABASE, "_translate_error", "context.is_disconnect", "False"),
        noticed_by="test_a_connection_that_is_lost_between_two_statements_is_reported",
        where="postgresql",
    ),
    Fault(
        "a full pool is an internal error",
        Change(DATABASE, "get_db", "(PoolTimeoutError, TimeoutError)", "ConnectionError"),
        noticed_by="test_a_request_that_gets_no_connection_in_time_is_refused",
    ),
    Fault(
        "a request waits half a minute for a connection of the pool",
        Change(DATABASE, "pool", "settings.database_timeout", "30"),
        noticed_by="test_a_request_that_gets_no_connection_in_time_is_refused",
    ),
    Fault(
        "a server that refuses connections is an internal error",
        Change(POSTGRESQL, "_connect", "OSError", "InterruptedError"),
        noticed_by="test_a_database_that_is_not_there_is_reported",
    ),
    Fault(
        "connecting to a server that does not answer takes a minute",
        Change(POSTGRESQL, "bounds", BOUNDS, '{"command_timeout": timeout}'),
        noticed_by="test_a_server_that_does_not_answer_is_given_up",
    ),
    Fault(
        "a statement may take any time",
        Change(POSTGRESQL, "bounds", BOUNDS, '{"timeout": timeout}'),
        noticed_by="test_a_statement_that_takes_too_long_is_given_up",
    ),
    Fault(
        "an outage is logged with its traceback",
        Change(ERRORS, "_app_error", "logger.warning", "logger.exception"),
        noticed_by="test_a_request_that_gets_no_lock_in_time_is_refused",
        where="a database",
    ),
    Fault(
        "an error shows why a value does not fit",
        Change(
            POSTGRESQL, "_hide_values", 'vars(error)["detail"] = error.__cause__ = None', 'vars(error)["detail"] = None'
        ),
        noticed_by="test_an_error_does_not_show_what_was_to_be_stored[no UUID",
    ),
    Fault(
        "a statement that an outage ends is not traced",
        Change(
            DATABASE,
            "_translate_error",
            "return ServiceUnavailableError() if unavailable else None",
            "if unavailable:\n    raise ServiceUnavailableError",
        ),
        noticed_by="test_a_statement_that_fails_is_traced",
        where="a database",
    ),
)
