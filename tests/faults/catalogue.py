"""The faults: what each changes, and which rendered test must notice.

First those that the product promises to notice, then others that are easily made. A fault that survives shows a test
that the template lacks: add one there that a reader of the service would find natural.
"""

from tests.faults.planting import Change, Fault

AUTH = "app/api/auth.py"
AUTH_ROUTES = "app/api/routes/auth.py"
AUTH_SERVICE = "app/services/auth.py"
CONFIG = "app/core/config.py"
DATABASE = "app/database.py"
DEPENDENCIES = "app/api/deps.py"
ERRORS = "app/api/errors.py"
ETAGS = "app/api/etags.py"
FAILED_LOGIN_REPOSITORY = "app/repositories/failed_login.py"
HEALTH = "app/api/routes/health.py"
ITEMS = "app/api/routes/items.py"
ITEM_MODEL = "app/models/item.py"
ITEM_REPOSITORY = "app/repositories/item.py"
MAIN = "app/main.py"
MIDDLEWARE = "app/middleware.py"
LOGS = "app/core/logs.py"
OIDC = "app/core/oidc.py"
MIGRATION_RUN = "migrations/env.py"
PAGES = "app/schemas/page.py"
PASSWORDS = "app/core/passwords.py"
POSTGRESQL = "app/postgresql.py"
REFRESH_TOKENS = "app/repositories/refresh_token.py"
SQLITE = "app/sqlite.py"
TELEMETRY = "app/core/telemetry.py"
TOKENS = "app/core/tokens.py"
USERS = "app/repositories/user.py"
USER_MIGRATION = "migrations/versions/0002_create_users.py"
USER_ROUTES = "app/api/routes/users.py"
USER_SCHEMAS = "app/schemas/user.py"
USER_SERVICE = "app/services/user.py"

YIELD_AND_COMMIT = """\
            yield session
            await session.commit()
"""

REPLACED_WITHOUT_LOCK = Change(
    ITEMS,
    "    item = await items.get(item_id, for_update=True)\n"
    "    check_if_match(if_match, ItemRead.model_validate(item))\n"
    "    return ",
    "    item = await items.get(item_id)\n    check_if_match(if_match, ItemRead.model_validate(item))\n    return ",
)

TRANSACTIONS = (
    Fault(
        "never committing",
        (Change(DATABASE, "            await session.commit()\n", ""),),
        noticed_by="test_what_a_request_did_is_stored",
    ),
    Fault(
        "committing in finally",
        (
            Change(
                DATABASE,
                YIELD_AND_COMMIT,
                """\
            try:
                yield session
            finally:
                await session.commit()
""",
            ),
        ),
        noticed_by="test_a_request_that_fails_after_it_stored_something_stores_nothing",
    ),
    Fault(
        "a bug is rolled back but an error of the application is committed",
        (
            Change(
                DATABASE,
                YIELD_AND_COMMIT,
                """\
            try:
                yield session
            except AppError:
                await session.commit()
                raise
            await session.commit()
""",
            ),
            Change(
                DATABASE,
                "from app.core.exceptions import ServiceUnavailableError\n",
                "from app.core.exceptions import AppError, ServiceUnavailableError\n",
            ),
        ),
        noticed_by="test_a_request_that_fails_after_it_stored_something_stores_nothing[AppError",
    ),
    Fault(
        "responding before the commit",
        (Change(DEPENDENCIES, 'Depends(get_db, scope="function")', "Depends(get_db)"),),
        noticed_by="test_the_commit_comes_before_the_response",
        where="a database",
    ),
    Fault(
        "a commit that fails is ignored",
        (
            Change(
                DATABASE,
                "            await session.commit()\n",
                """\
            with suppress(Exception):
                await session.commit()
""",
            ),
            Change(
                DATABASE,
                "from functools import cache\n",
                "from contextlib import suppress\nfrom functools import cache\n",
            ),
        ),
        noticed_by="test_a_commit_that_fails_is_answered_with_an_error",
    ),
    Fault(
        "no rollback after an integrity error",
        (
            Change(
                USERS,
                """\
            async with self.session.begin_nested():
                self.session.add(user)
""",
                """\
            self.session.add(user)
            await self.session.flush()
""",
            ),
        ),
        noticed_by="test_a_taken_address_is_a_conflict_that_leaves_the_rest_of_the_work",
    ),
    Fault(
        "the database's refusal of a taken address is not translated",
        (Change(USERS, "            raise ConflictError from error\n", "            raise error\n"),),
        noticed_by="test_a_taken_address_is_a_conflict",
    ),
    Fault(
        "one session for all requests",
        (
            Change(
                DATABASE,
                YIELD_AND_COMMIT,
                """\
            shared = connection.app.state._state.setdefault("session", session)
            yield shared
            await shared.commit()
""",
            ),
        ),
        noticed_by="test_writers_wait_for_each_other_instead_of_failing",
    ),
    Fault(
        "a commit expires what is about to be used",
        (Change(DATABASE, ", expire_on_commit=False", ""),),
        noticed_by="test_a_changed_password_replaces_the_old_one",
        where="password auth",
    ),
    Fault(
        "connections stay open when the service stops",
        (Change("app/main.py", "    await engine.dispose()\n", ""),),
        noticed_by="test_the_service_closes_its_connections_when_it_stops",
        where="a database",
    ),
    Fault(
        "a connection that the server closed fails a request",
        (Change(POSTGRESQL, '    event.listen(engine.sync_engine, "checkout", _replace_if_closed)\n', ""),),
        noticed_by="test_a_connection_that_the_server_closed_is_replaced",
        where="postgresql",
    ),
    Fault(
        "a row that is to be deleted is not locked",
        (
            Change(
                ITEMS,
                "    item = await items.get(item_id, for_update=True)\n"
                "    check_if_match(if_match, ItemRead.model_validate(item))\n"
                "    await items.delete(item)\n",
                "    item = await items.get(item_id)\n"
                "    check_if_match(if_match, ItemRead.model_validate(item))\n"
                "    await items.delete(item)\n",
            ),
        ),
        noticed_by="test_an_item_that_another_request_is_deleting_is_not_found",
        where="a database",
    ),
    Fault(
        "a row that is to be replaced is not locked",
        (REPLACED_WITHOUT_LOCK,),
        noticed_by="test_an_item_that_another_request_is_deleting_is_not_found",
        where="a database",
    ),
    Fault(
        "who reads a row waits for those who write it",
        (Change(ITEM_REPOSITORY, "for_update: bool = False", "for_update: bool = True"),),
        noticed_by="test_an_item_that_is_being_changed_can_be_read",
        where="postgresql",
    ),
    Fault(
        "a session can be used after its request",
        (Change(DATABASE, ", close_resets_only=False", ""),),
        noticed_by="test_what_goes_on_after_the_endpoint_cannot_use_the_session_of_the_request",
    ),
    Fault(
        "a web socket has no session",
        (
            Change(DATABASE, "connection: HTTPConnection", "connection: Request"),
            Change(DATABASE, "from fastapi.requests import HTTPConnection", "from fastapi import Request"),
        ),
        noticed_by="test_a_web_socket_has_a_session",
    ),
    Fault(
        "values that the database computes have to be asked for",
        (Change(DATABASE, '{"eager_defaults": True}', "{}"),),
        noticed_by="test_values_that_the_database_computes_come_back_with_the_statement",
    ),
    Fault(
        "an item is replaced at the commit",
        (
            Change(
                ITEM_REPOSITORY,
                "        item.name, item.price = data.name, data.price\n        await self.session.flush()\n",
                "        item.name, item.price = data.name, data.price\n",
            ),
        ),
        noticed_by="test_a_name_that_is_taken_is_noticed_before_the_commit",
        where="a database",
    ),
    Fault(
        "an item is deleted at the commit",
        (
            Change(
                ITEM_REPOSITORY,
                "        await self.session.delete(item)\n        await self.session.flush()\n",
                "        await self.session.delete(item)\n",
            ),
        ),
        noticed_by="test_an_item_is_deleted_before_the_commit",
        where="a database",
    ),
)

OUTAGES = (
    Fault(
        "trouble of the database is an internal error",
        (Change(DATABASE, '    event.listen(engine.sync_engine, "handle_error", _translate_error)\n', ""),),
        noticed_by="test_a_request_that_gets_no_lock_in_time_is_refused",
        where="sqlite",
    ),
    Fault(
        "trouble of the server is an internal error",
        (Change(DATABASE, '    event.listen(engine.sync_engine, "handle_error", _translate_error)\n', ""),),
        noticed_by="test_a_connection_that_is_lost_in_the_middle_of_a_request_is_reported",
        where="postgresql",
    ),
    Fault(
        "every error of a statement is trouble of the database",
        (Change(DATABASE, "or driver.is_unavailable(context.original_exception)", "or context"),),
        noticed_by="test_a_bug_in_a_statement_is_an_internal_error",
    ),
    Fault(
        "a connection that is gone is an internal error",
        (Change(DATABASE, "context.is_disconnect or driver", "driver"),),
        noticed_by="test_a_connection_that_is_lost_between_two_statements_is_reported",
        where="postgresql",
    ),
    Fault(
        "the pool grows under load",
        (Change(DATABASE, '"max_overflow": 0, ', ""),),
        noticed_by="test_a_request_that_gets_no_connection_in_time_is_refused",
    ),
    Fault(
        "a connection that a firewall has forgotten fails a request",
        (Change(POSTGRESQL, "pool_recycle=180, ", ""),),
        noticed_by="test_a_connection_that_was_opened_some_minutes_ago_is_replaced",
        where="postgresql",
    ),
    Fault(
        "a full pool is an internal error",
        (Change(DATABASE, "except (PoolTimeoutError, TimeoutError) as error:", "except ConnectionError as error:"),),
        noticed_by="test_a_request_that_gets_no_connection_in_time_is_refused",
    ),
    Fault(
        "a connection of the pool is waited for half a minute",
        (Change(DATABASE, ', "pool_timeout": settings.database_timeout', ""),),
        noticed_by="test_a_request_that_gets_no_connection_in_time_is_refused",
    ),
    Fault(
        "a server that refuses connections is an internal error",
        (Change(POSTGRESQL, "    except OSError as error:", "    except InterruptedError as error:"),),
        noticed_by="test_a_database_that_is_not_there_is_reported",
    ),
    Fault(
        "a server that does not answer is waited for a minute",
        (Change(POSTGRESQL, '{"timeout": timeout, ', "{"),),
        noticed_by="test_a_server_that_does_not_answer_is_given_up",
    ),
    Fault(
        "a statement may take for ever",
        (Change(POSTGRESQL, ', "command_timeout": timeout', ""),),
        noticed_by="test_a_statement_that_takes_too_long_is_given_up",
    ),
    Fault(
        "an outage is logged with its traceback",
        (Change(ERRORS, "        logger.warning(", "        logger.exception("),),
        noticed_by="test_a_request_that_gets_no_lock_in_time_is_refused",
        where="a database",
    ),
    Fault(
        "errors show the parameters",
        (Change(DATABASE, ", hide_parameters=True", ""),),
        noticed_by="test_an_error_does_not_show_what_was_to_be_stored",
    ),
    Fault(
        "errors show the row that the server refused",
        (Change(POSTGRESQL, 'vars(error)["detail"] = error.__cause__ = None', "error.__cause__ = None"),),
        noticed_by="test_an_error_of_the_server_or_the_driver_does_not_quote_values[the row",
    ),
    Fault(
        "errors show why a value does not fit",
        (Change(POSTGRESQL, 'vars(error)["detail"] = error.__cause__ = None', 'vars(error)["detail"] = None'),),
        noticed_by="test_an_error_does_not_show_what_was_to_be_stored[no UUID",
    ),
    Fault(
        "errors show the value that does not fit",
        (Change(POSTGRESQL, "for each in (error, context", "for each in (context"),),
        noticed_by="test_an_error_of_the_server_or_the_driver_does_not_quote_values[what the driver",
    ),
)

DATABASE_URLS = (
    Fault(
        "what only the URL can say is left out",
        (Change(POSTGRESQL, 'dsn=f"postgresql://?{urlencode(libpq)}", ', ""),),
        noticed_by="test_what_only_the_url_can_say_reaches_the_driver[sslmode=require",
    ),
    Fault(
        "TLS is not required although the URL says so",
        (Change(POSTGRESQL, "urlencode(libpq)", "urlencode(libpq | {'sslmode': 'prefer'})"),),
        noticed_by="test_a_server_without_tls_is_not_used_when_the_url_requires_it",
    ),
    Fault(
        "the URL cannot say how long to wait",
        (
            Change(
                POSTGRESQL,
                'options["timeout"] = float(options.pop("connect_timeout"))',
                'options.pop("connect_timeout")',
            ),
        ),
        noticed_by="test_the_url_can_say_how_long_to_wait_for_a_connection",
    ),
    Fault(
        "statements stay prepared behind a pooler",
        (
            Change(
                POSTGRESQL,
                'options |= {"statement_cache_size": size, "prepared_statement_cache_size": size}',
                'options["statement_cache_size"] = size',
            ),
        ),
        noticed_by="test_no_statement_stays_prepared_behind_a_pooler",
    ),
    Fault(
        "statements have the names of others behind a pooler",
        (Change(POSTGRESQL, 'f"__asyncpg_{uuid4()}__"', '"__asyncpg_stmt_1__"'),),
        noticed_by="test_no_statement_stays_prepared_behind_a_pooler",
    ),
    *(
        Fault(
            f"a URL whose {what} is found at the first query",
            (Change(POSTGRESQL, condition, "if False:"),),
            noticed_by="test_a_url_that_the_service_cannot_use_is_refused[",
        )
        for what, condition in {
            "parameter is not known": 'if unknown := url.query.keys() - LIBPQ - NUMBERS - {"host", "port"}:',
            "SSL mode is not known": 'if url.query.get("sslmode", "prefer") not in SSL_MODES:',
            "database is missing": "if not url.database:",
        }.items()
    ),
    Fault(
        "a URL whose number is none is found at the first query",
        (Change(POSTGRESQL, "not str(url.query[name]).isdecimal()", "not url.query[name]"),),
        noticed_by="test_a_url_that_the_service_cannot_use_is_refused[",
    ),
    Fault(
        "the URL for the tests is not translated",
        (Change("tests/postgresql_server.py", "check_url(URLS.test_database_url)", "URLS.test_database_url"),),
        noticed_by="test_the_url_for_the_tests_is_checked_like_that_of_the_application",
    ),
    Fault(
        "a database in memory accepted",
        (Change(SQLITE, 'if not url.database or ":memory:" in url.database or', "if"),),
        noticed_by="test_a_url_that_the_service_cannot_use_is_refused[sqlite:///:memory:",
    ),
    Fault(
        "a shared database in memory accepted",
        (Change(SQLITE, ' or url.query.get("mode") == "memory"', ""),),
        noticed_by="test_a_url_that_the_service_cannot_use_is_refused[sqlite:///file:name",
    ),
)

SQLITE_ALONE = (
    Fault(
        "foreign keys off",
        (Change(SQLITE, '    cursor.execute("PRAGMA foreign_keys = ON")\n', ""),),
        noticed_by="test_foreign_keys_are_enforced",
    ),
    Fault(
        "an amount is stored as a float",
        (
            Change(
                ITEM_MODEL,
                "    price_cents: Mapped[int] = mapped_column(BigInteger)\n",
                "    price_cents: Mapped[int] = mapped_column(BigInteger)\n    discount: Mapped[Decimal]\n",
            ),
        ),
        noticed_by="test_no_column_is_decimal",
        where="sqlite",
    ),
    Fault(
        "writers do not take the lock first",
        (Change(SQLITE, '"BEGIN IMMEDIATE"', '"BEGIN"'),),
        noticed_by="test_writers_wait_for_each_other_instead_of_failing",
    ),
    Fault(
        "readers take the lock of writers",
        (Change(SQLITE, "    if not reads and not statement", "    if not statement"),),
        noticed_by="test_readers_do_not_wait_for_a_writer",
    ),
    Fault(
        "a query for update takes no lock",
        (Change(SQLITE, ' and getattr(invoked, "_for_update_arg", None) is None', ""),),
        noticed_by="test_a_query_for_update_waits_for_a_writer",
    ),
    Fault(
        "a query begins a transaction",
        (
            Change(SQLITE, "    if not reads and not statement", "    if not statement"),
            Change(SQLITE, '"BEGIN IMMEDIATE"', '"BEGIN" if reads else "BEGIN IMMEDIATE"'),
        ),
        noticed_by="test_requests_that_read_and_then_write_wait_for_each_other",
    ),
    Fault(
        "a writer does not wait for another",
        (Change(SQLITE, '{"timeout": timeout}', '{"timeout": 0}'),),
        noticed_by="test_writers_wait_for_each_other_instead_of_failing",
    ),
    Fault(
        "a writer waits for another longer than the settings say",
        (Change(SQLITE, '{"timeout": timeout}', '{"timeout": 5}'),),
        noticed_by="test_a_request_that_gets_no_lock_in_time_is_refused",
    ),
    Fault(
        "a lock that is not released is an internal error",
        (Change(SQLITE, "    sqlite3.SQLITE_BUSY,\n", ""),),
        noticed_by="test_a_request_that_gets_no_lock_in_time_is_refused",
    ),
    Fault(
        "a file that cannot be opened is an internal error",
        (Change(SQLITE, "    sqlite3.SQLITE_CANTOPEN,\n", ""),),
        noticed_by="test_a_database_that_is_not_there_is_reported",
    ),
    Fault(
        "sqlite3 opens the transactions",
        (
            Change(SQLITE, "    dbapi_connection.isolation_level = None\n", ""),
            Change(SQLITE, '    event.listen(engine.sync_engine, "before_cursor_execute", _begin)\n', ""),
        ),
        noticed_by="test_a_rollback_undoes_the_creation_of_a_table",
    ),
    Fault(
        "LIKE does not know capitals",
        (Change(SQLITE, "case_sensitive_like = ON", "case_sensitive_like = OFF"),),
        noticed_by="test_like_is_case_sensitive",
    ),
    Fault(
        "the error of a time without a zone shows it",
        (
            Change(
                SQLITE,
                'ValueError("a datetime without a time zone cannot be stored")',
                'ValueError(f"a datetime without a time zone cannot be stored: {value}")',
            ),
        ),
        noticed_by="test_a_datetime_without_a_zone_is_refused_and_not_shown",
    ),
    Fault(
        "times lose their zone",
        (Change(SQLITE, "value.replace(tzinfo=UTC)", "value"),),
        noticed_by="test_a_moment_comes_back_in_utc",
    ),
    Fault(
        "times are stored in the zone they came in",
        (Change(SQLITE, "        return value.astimezone(UTC)\n", "        return value\n"),),
        noticed_by="test_a_moment_comes_back_in_utc",
    ),
    Fault(
        "fractions of a cent are cut off",
        (Change(ITEM_MODEL, "        if cents != int(cents):\n", "        if cents is None:\n"),),
        noticed_by="test_a_fraction_of_a_cent_is_refused",
        where="sqlite",
    ),
    Fault(
        "queries calculate with cents as if they were prices",
        (Change(ITEM_MODEL, "        return NotInQueries(cls.price_cents)\n", "        return cls.price_cents\n"),),
        noticed_by="test_a_price_cannot_be_used_in_a_query[product",
        where="sqlite",
    ),
)

MIGRATIONS = (
    Fault(
        "a migration that lags behind a new column",
        (
            Change(
                "app/models/item.py",
                "    name: Mapped[str]\n",
                "    name: Mapped[str]\n    note: Mapped[str | None]\n",
            ),
        ),
        noticed_by="test_the_models_and_the_migrations_agree",
        where="a database",
    ),
    Fault(
        "a migration that lags behind a new index",
        (
            Change(
                "app/models/user.py", "    name: Mapped[str]\n", "    name: Mapped[str] = mapped_column(index=True)\n"
            ),
        ),
        noticed_by="test_the_models_and_the_migrations_agree",
    ),
    Fault(
        "a migration that lags behind a column that may be empty now",
        (
            Change(
                "app/models/item.py",
                "    name: Mapped[str]\n",
                "    name: Mapped[str | None]\n",
            ),
        ),
        noticed_by="test_the_models_and_the_migrations_agree",
        where="a database",
    ),
    Fault(
        "a model without a migration",
        (
            Change(
                "app/models/item.py",
                '    __tablename__ = "items"\n',
                '    __tablename__ = "things"\n',
            ),
        ),
        noticed_by="test_the_models_and_the_migrations_agree",
        where="a database",
    ),
    Fault(
        "a migration that cannot be undone",
        (Change("migrations/versions/0001_create_items.py", '    op.drop_table("items")\n', "    pass\n"),),
        noticed_by="test_every_migration_can_be_undone_and_done_again",
    ),
    Fault(
        "two heads of the migrations",
        (Change(USER_MIGRATION, 'down_revision = "0001"', "down_revision = None"),),
        noticed_by="test_the_migrations_have_one_head",
    ),
    Fault(
        "two runs of the migrations do not wait for each other",
        (
            Change(
                MIGRATION_RUN,
                "        connection.execute(text(\"SELECT pg_advisory_xact_lock(hashtext('alembic'))\"))\n",
                "",
            ),
        ),
        noticed_by="test_a_run_waits_for_another_one_and_goes_on_from_where_that_ended",
        where="postgresql",
    ),
    Fault(
        "what the migrations did before the one that failed stays",
        (
            Change(MIGRATION_RUN, "        transactional_ddl=True,\n", ""),
            # Only where there are two of them.
            Change(USER_MIGRATION, 'down_revision = "0001"\n', 'down_revision = "0001"  # the first\n'),
        ),
        noticed_by="test_a_migration_that_fails_leaves_nothing_behind",
        where="sqlite",
    ),
    Fault(
        "the command line of the migrations says nothing",
        (Change(MIGRATION_RUN, "if context.config.cmd_opts:", "if False:"),),
        noticed_by="test_the_command_line_says_what_it_does_like_the_service",
    ),
    Fault(
        "a migration stops the service for as long as it waits for a lock",
        (
            Change(
                MIGRATION_RUN,
                "        context.execute(LOCK_TIMEOUT)\n        context.run_migrations()\n\n",
                "        context.run_migrations()\n\n",
            ),
        ),
        noticed_by="test_a_migration_does_not_wait_long_for_a_lock",
        where="postgresql",
    ),
    Fault(
        "the SQL of the migrations is no transaction",
        (Change(MIGRATION_RUN, ", literal_binds=True, transactional_ddl=True", ", transactional_ddl=False"),),
        noticed_by="test_the_sql_of_the_migrations_is_one_transaction",
    ),
    Fault(
        "a list takes a query for each item",
        (
            Change(
                ITEM_REPOSITORY,
                "        return (await self.session.scalars(query)).all()\n",
                "        items = (await self.session.scalars(query)).all()\n"
                "        for item in items:\n            await self.session.refresh(item)\n        return items\n",
            ),
        ),
        noticed_by="test_a_list_takes_one_query_however_long_it_is",
        where="a database",
    ),
)

ACCESS = (
    Fault(
        "the authentication dependency removed from a route",
        (
            Change(
                USER_ROUTES,
                "from app.api.errors import error_responses\n",
                """\
from sqlalchemy import select

from app.api.deps import SessionDep
from app.api.errors import error_responses
from app.models.user import User
""",
            ),
            Change(
                USER_ROUTES,
                "async def read_me(user: CurrentUser) -> Success[UserRead]:\n",
                "async def read_me(session: SessionDep) -> Success[UserRead]:\n",
            ),
            Change(
                USER_ROUTES,
                "    return Success(data=UserRead.model_validate(user))\n",
                "    user = (await session.scalars(select(User))).first()\n"
                "    return Success(data=UserRead.model_validate(user))\n",
            ),
        ),
        noticed_by="test_protected_endpoint_unauthorized",
        where="password auth",
    ),
    Fault(
        "FastAPI answers a missing token, without the code",
        (Change(AUTH, ", auto_error=False", ""),),
        noticed_by="test_protected_endpoint_unauthorized",
        where="password auth",
    ),
    Fault(
        "a missing token is answered like a wrong one",
        (Change(TOKENS, "    if value is None:\n        raise AuthenticationError\n", ""),),
        noticed_by="test_an_open_route_becomes_one_for_those_who_have_signed_in",
    ),
    Fault(
        "the token of a deleted user is accepted",
        (
            Change(
                AUTH,
                """\
    if user is None:
        raise InvalidTokenError
""",
                """\
    if user is None:
        return User(id=uuid4(), email="", name="", created_at=datetime.now(UTC))
""",
            ),
            Change(
                AUTH,
                "from typing import",
                "from datetime import UTC, datetime\nfrom uuid import uuid4\nfrom typing import",
            ),
        ),
        noticed_by="test_the_access_token_of_a_deleted_user_is_refused",
        where="password auth",
    ),
    Fault(
        "an expired token accepted",
        (Change(TOKENS, '{"require": REQUIRED_CLAIMS}', '{"require": REQUIRED_CLAIMS, "verify_exp": False}'),),
        noticed_by="test_an_expired_access_token_is_refused",
    ),
    Fault(
        "a token of the wrong type accepted",
        (Change(TOKENS, '        if claims["type"] != "access":\n            raise InvalidTokenError\n', ""),),
        noticed_by="test_a_token_with_a_wrong_claim_is_refused[type",
    ),
    Fault(
        "a token of the wrong issuer accepted",
        (Change(TOKENS, "            issuer=settings.jwt_issuer,\n", ""),),
        noticed_by="test_a_token_with_a_wrong_claim_is_refused[iss",
    ),
    Fault(
        "a token of the wrong audience accepted",
        (
            Change(TOKENS, "            audience=settings.jwt_audience,\n", ""),
            Change(TOKENS, '{"require": REQUIRED_CLAIMS}', '{"require": REQUIRED_CLAIMS, "verify_aud": False}'),
        ),
        noticed_by="test_a_token_with_a_wrong_claim_is_refused[aud",
    ),
    *(
        Fault(
            f"a token without {claim} accepted",
            (Change(TOKENS, f'"{claim}", ', ""),),
            noticed_by=f"test_a_token_without_one_of_the_claims_is_refused[{claim}]",
        )
        for claim in ("exp", "iat", "jti")
    ),
    Fault(
        "alg: none accepted",
        (
            Change(TOKENS, "algorithms=[ALGORITHM]", 'algorithms=[ALGORITHM, "none"]'),
            Change(
                TOKENS,
                '{"require": REQUIRED_CLAIMS}',
                '{"require": REQUIRED_CLAIMS, "verify_signature": jwt.get_unverified_header(value)["alg"] != "none"}',
            ),
        ),
        noticed_by="test_a_token_without_a_signature_is_refused",
    ),
    Fault(
        "the token chooses its algorithm",
        (Change(TOKENS, "algorithms=[ALGORITHM]", 'algorithms=["HS256", "HS384", "HS512"]'),),
        noticed_by="test_a_token_that_was_signed_with_another_algorithm_is_refused",
    ),
    Fault(
        "the signature of a token is not verified",
        (
            Change(
                TOKENS,
                '{"require": REQUIRED_CLAIMS}',
                '{"require": REQUIRED_CLAIMS, "verify_signature": False, "verify_exp": True, "verify_iat": True}',
            ),
        ),
        noticed_by="test_a_token_that_was_signed_with_another_key_is_refused",
    ),
    Fault(
        "all tokens of a user are the same",
        (Change(TOKENS, "str(uuid4())", 'f"{user_id}"'),),
        noticed_by="test_no_two_tokens_are_the_same",
    ),
    Fault(
        "the clocks of two machines may not differ",
        (Change(TOKENS, "            leeway=LEEWAY,\n", ""),),
        noticed_by="test_the_clocks_of_two_machines_may_differ_by_some_seconds",
    ),
    Fault(
        "the clocks of two machines may differ by a minute",
        (Change(TOKENS, "LEEWAY = 10 ", "LEEWAY = 60 "),),
        noticed_by="test_the_clocks_of_two_machines_may_not_differ_by_more",
    ),
    Fault(
        "the key before is not accepted",
        (Change(TOKENS, "(settings.secret_key, *settings.secret_key_fallbacks)", "(settings.secret_key,)"),),
        noticed_by="test_a_token_of_the_key_before_is_accepted_while_that_key_is_a_fallback",
    ),
    Fault(
        "a response does not say that a token was sent and is not valid",
        (Change("app/core/exceptions.py", ' error="invalid_token"\'', "'"),),
        noticed_by="test_an_expired_access_token_is_refused",
        where="password auth",
    ),
    Fault(
        "a fallback signs tokens",
        (Change(TOKENS, "next(iter(_keys().items()))", "list(_keys().items())[-1]"),),
        noticed_by="test_a_fallback_signs_no_tokens",
    ),
    Fault(
        "tokens do not name their key",
        (Change(TOKENS, ', headers={"kid": key_id}', ""),),
        noticed_by="test_a_token_names_its_key_without_showing_it",
    ),
    Fault(
        "tokens show a part of their key",
        (Change(TOKENS, 'hash_token(f"kid {key}")[:16]', "key[:16]"),),
        noticed_by="test_a_token_names_its_key_without_showing_it",
    ),
    Fault(
        "a token that names no known key is checked against a fallback",
        (Change(TOKENS, '.get("kid", ""), key)', '.get("kid", ""), list(_keys().values())[-1])'),),
        noticed_by="test_a_token_that_names_no_known_key_is_checked_against_the_current_one",
    ),
)

REPLACE_BY_ONE_UPDATE = """\
        return await self.session.scalar(
            update(RefreshToken)
            .where(RefreshToken.id == read_session_id(old), RefreshToken.token_hash == hash_token(old))
            .where(RefreshToken.expires_at > datetime.now(UTC))
            .values(token_hash=hash_token(new), expires_at=expires_at)
            .returning(RefreshToken.user_id)
        )
"""

# Each changes one line of `app/core/oidc.py`.
ACCESS_TOKENS = tuple(
    Fault(name, (Change(OIDC, old, new),), noticed_by=noticed_by)
    for name, old, new, noticed_by in (
        (
            "a token of another issuer accepted",
            "                issuer=settings.oidc_issuer,\n",
            "",
            "test_a_token_with_wrong_claims_is_refused[{'iss': 'https://other.test'}",
        ),
        (
            "a token for another service accepted",
            '"enforce_minimum_key_length": True}',
            '"enforce_minimum_key_length": True, "verify_aud": False}',
            "test_a_token_with_wrong_claims_is_refused[{'aud': 'another-service'}",
        ),
        (
            "a token that has expired accepted",
            '"enforce_minimum_key_length": True}',
            '"enforce_minimum_key_length": True, "verify_exp": False}',
            "test_a_token_with_wrong_claims_is_refused[{'exp': 1}",
        ),
        (
            "a token without an end accepted",
            '"sub", "exp", "iat"]',
            '"sub", "iat"]',
            "test_a_token_with_wrong_claims_is_refused[{'exp': None}",
        ),
        (
            "a token that is not yet valid accepted",
            '"enforce_minimum_key_length": True}',
            '"enforce_minimum_key_length": True, "verify_nbf": False}',
            "test_a_token_with_wrong_claims_is_refused[{'nbf'",
        ),
        (
            "a token that was issued in the future accepted",
            '"enforce_minimum_key_length": True}',
            '"enforce_minimum_key_length": True, "verify_iat": False}',
            "test_a_token_with_wrong_claims_is_refused[{'iat'",
        ),
        (
            "a token without a time of issue accepted",
            '"sub", "exp", "iat"]',
            '"sub", "exp"]',
            "test_a_token_with_wrong_claims_is_refused[{'iat': None}",
        ),
        (
            "an ID token accepted where types do not tell them apart",
            "if any(claims.get(name, purpose)",
            "if not claims and any(claims.get(name, purpose)",
            "test_a_token_with_wrong_claims_is_refused[{'typ': 'ID'}",
        ),
        (
            "a token of any type accepted",
            "    return token_type in map(",
            "    return bool(token_type) or token_type in map(",
            "test_a_token_of_another_type_is_refused",
        ),
        (
            "the type of a token has a case",
            '.lower().removeprefix("application/")',
            '.removeprefix("application/")',
            "test_an_access_token_says_that_it_is_one[AT+JWT",
        ),
        (
            "a token without a signature accepted",
            '"enforce_minimum_key_length": True}',
            '"enforce_minimum_key_length": True, "verify_signature": False}',
            "test_a_token_that_is_not_signed_is_refused",
        ),
        (
            "the key in the header of a token accepted",
            'key = await self._get_key(header["kid"])',
            'key = jwt.PyJWK(header["jwk"]) if "jwk" in header else await self._get_key(header["kid"])',
            "test_the_key_that_a_token_brings_with_it_is_not_used[jwk",
        ),
        (
            "a short key accepted",
            ', "enforce_minimum_key_length": True}',
            "}",
            "test_a_key_that_is_too_short_to_be_safe_is_refused",
        ),
        (
            "a token of any length is read",
            "if len(token) > MAX_TOKEN_LENGTH or not",
            "if not",
            "test_a_token_may_be_16_kib_long",
        ),
        (
            "clocks may not differ",
            "                leeway=settings.oidc_leeway,\n",
            "",
            "test_the_clocks_of_two_machines_may_differ",
        ),
        (
            "symmetric keys of the provider are used",
            "if key.algorithm_name in settings.oidc_algorithms and key",
            "if key",
            "test_keys_that_cannot_be_used_are_ignored",
        ),
        (
            "keys for encryption are used",
            ' and key.public_key_use != "enc"',
            "",
            "test_keys_that_cannot_be_used_are_ignored",
        ),
        (
            "a key that cannot be read makes all unusable",
            "with suppress(jwt.PyJWTError, KeyError, TypeError):",
            "with suppress(jwt.PyJWTError):",
            "test_keys_that_cannot_be_used_are_ignored",
        ),
        (
            "a redirect of the provider is followed",
            "timeout=None)",
            "timeout=None, follow_redirects=True)",
            "test_a_redirect_is_not_followed",
        ),
        (
            "a compressed document is read",
            "response.aiter_raw()",
            "response.aiter_bytes()",
            "test_a_compressed_document_is_not_read",
        ),
        (
            "a document of any size is read",
            "if len(body) > MAX_DOCUMENT_SIZE:",
            "if len(body) > 2 * MAX_DOCUMENT_SIZE:",
            "test_a_document_may_be_1_mib_large",
        ),
        (
            "the provider is waited for without a bound",
            "asyncio.timeout(settings.oidc_timeout)",
            "asyncio.timeout(None)",
            "test_a_token_that_cannot_be_checked_is_neither_accepted_nor_called_invalid[slow",
        ),
        (
            "the document of another issuer is used",
            "issuer: Annotated[str, AfterValidator(check_expected_issuer)]",
            "issuer: str",
            "test_why_a_document_is_not_used_is_logged_without_what_it_says",
        ),
        (
            "keys are fetched without encryption",
            "jwks_uri: Annotated[str, AfterValidator(check_https)]",
            "jwks_uri: str",
            "test_why_a_document_is_not_used_is_logged_without_what_it_says",
        ),
        (
            "a token that cannot be checked is called invalid",
            "raise ServiceUnavailableError if self._failed else InvalidTokenError",
            "raise InvalidTokenError",
            "test_a_token_that_cannot_be_checked_is_neither_accepted_nor_called_invalid",
        ),
        (
            "a token with an unknown key is called unchecked",
            "raise ServiceUnavailableError if self._failed else InvalidTokenError",
            "raise ServiceUnavailableError",
            "test_tokens_with_unknown_keys_cause_one_request_in_five_seconds",
        ),
        (
            "keys work for ever while the provider is down",
            " and monotonic() < self._fetched_at + KEYS_LIFETIME",
            "",
            "test_known_keys_work_for_an_hour_while_the_provider_is_down",
        ),
        (
            "keys are not fetched again",
            "monotonic() > self._fetched_at + REFRESH_AFTER or ",
            "",
            "test_keys_are_fetched_again_after_five_minutes_without_a_wait_for_them",
        ),
        (
            "a new key is not asked for",
            " or key_id not in self._keys:",
            ":",
            "test_a_new_key_of_the_provider_is_known_at_once_and_the_old_one_forgotten",
        ),
        (
            "keys that were withdrawn go on working",
            "self._keys = _read_keys(",
            "self._keys |= _read_keys(",
            "test_a_new_key_of_the_provider_is_known_at_once_and_the_old_one_forgotten",
        ),
        (
            "a flood of bad tokens is one to the provider",
            "(self._refreshing.done() and monotonic() >= self._next_refresh)",
            "self._refreshing.done()",
            "test_tokens_with_unknown_keys_cause_one_request_in_five_seconds",
        ),
        (
            "every request asks the provider",
            "if not self._refreshing or (self._refreshing.done() and",
            "if not self._refreshing or (",
            "test_the_keys_are_fetched_once_and_when_they_are_needed",
        ),
        (
            "a request that is cancelled fails others",
            "await asyncio.wait([refreshing])",
            "await refreshing",
            "test_a_request_that_is_cancelled_does_not_fail_others",
        ),
        (
            "requests with known keys wait for new ones",
            "            if not self._has(key_id):\n                await",
            "            if refreshing:\n                await",
            "test_keys_are_fetched_again_after_five_minutes_without_a_wait_for_them",
        ),
        (
            "scopes are words only",
            "    if isinstance(scopes, str):\n        scopes = scopes.split()\n",
            "    scopes = str(scopes).split()\n",
            "test_scopes_are_words_or_a_list",
        ),
        (
            "scopes have one name",
            'claims.get("scope", claims.get("scp", ""))',
            'claims.get("scope", "")',
            "test_scopes_are_words_or_a_list",
        ),
    )
)

IDENTITY = (
    *ACCESS_TOKENS,
    Fault(
        "a route for users is open",
        (
            Change(USER_ROUTES, "read_me(user: CurrentUser)", "read_me()"),
            Change(
                USER_ROUTES,
                "    return Success(data=user)\n",
                '    return Success(data=Principal(subject="anyone", email=None, scopes=[]))\n',
            ),
        ),
        noticed_by="test_protected_endpoint_unauthorized",
        where="oidc auth",
    ),
    Fault(
        "every scheme of authorization is a token",
        (Change(AUTH, 'token if scheme.lower() == "bearer" else None', "token if scheme else None"),),
        noticed_by="test_protected_endpoint_unauthorized[Basic",
        where="oidc auth",
    ),
    Fault(
        "a missing token is answered like a wrong one with oidc",
        (
            Change(
                OIDC,
                "        if token is None:\n            raise AuthenticationError\n",
                '        token = token or "none"\n',
            ),
        ),
        noticed_by="test_protected_endpoint_unauthorized",
    ),
    Fault(
        "FastAPI answers a missing access token, without the code",
        (Change(AUTH, ", auto_error=False", ""),),
        noticed_by="test_protected_endpoint_unauthorized",
        where="oidc auth",
    ),
    Fault(
        "the scopes that a route needs are not looked at",
        (Change(AUTH, "{*settings.oidc_required_scopes, *needed.scopes}", "{*settings.oidc_required_scopes}"),),
        noticed_by="test_a_route_may_need_a_scope",
        where="oidc auth",
    ),
    Fault(
        "the scopes that every token needs are not looked at",
        (Change(AUTH, "{*settings.oidc_required_scopes, *needed.scopes}", "{*needed.scopes}"),),
        noticed_by="test_every_token_may_need_scopes",
        where="oidc auth",
    ),
    Fault(
        "one of the scopes is enough",
        (
            Change(
                AUTH, "    if missing:\n", "    if missing and missing.isdisjoint(user.scopes) and not user.scopes:\n"
            ),
        ),
        noticed_by="test_every_token_may_need_scopes",
        where="oidc auth",
    ),
    Fault(
        "a symmetric algorithm can be allowed",
        (Change(CONFIG, 'Literal["RS256", "RS384",', 'Literal["HS256", "RS256", "RS384",'),),
        noticed_by="test_an_algorithm_that_lets_others_make_tokens_is_refused[HS256",
        where="oidc auth",
    ),
    Fault(
        "the provider is reached without encryption",
        (Change(CONFIG, ' not in ({"http", "https"} if is_local else {"https"})', ' not in {"http", "https"}'),),
        noticed_by="test_an_issuer_that_cannot_be_trusted_is_refused[http://login.example.com",
        where="oidc auth",
    ),
    Fault(
        "the connections to the provider stay open",
        (Change(MAIN, "    await provider.aclose()\n", ""),),
        noticed_by="test_the_service_closes_its_connections_to_the_identity_provider_when_it_stops",
        where="oidc auth",
    ),
    Fault(
        "a request to the provider outlives the service",
        (Change(OIDC, "        if self._refreshing:\n            self._refreshing.cancel()\n", ""),),
        noticed_by="test_closing_it_stops_a_request_to_the_provider",
    ),
    Fault(
        "the page of the documentation signs in without PKCE",
        (Change(MAIN, '            "usePkceWithAuthorizationCodeGrant": True,\n', ""),),
        noticed_by="test_its_page_signs_in_with_pkce",
        where="oidc auth",
    ),
)

SESSIONS = (
    Fault(
        "a refresh token accepted twice",
        (Change(REFRESH_TOKENS, ", RefreshToken.token_hash == hash_token(old))", ")"),),
        noticed_by="test_a_refresh_token_that_is_used_twice_ends_the_session",
    ),
    Fault(
        "a refresh token accepted by two requests at once",
        (
            Change(
                REFRESH_TOKENS,
                REPLACE_BY_ONE_UPDATE,
                """\
        token = await self.session.get(RefreshToken, read_session_id(old))
        if token is None or token.token_hash != hash_token(old) or token.expires_at < datetime.now(UTC):
            return None
        token.token_hash, token.expires_at = hash_token(new), expires_at
        await self.session.flush()
        return token.user_id
""",
            ),
        ),
        noticed_by="test_of_two_refreshes_with_one_token_the_second_waits_and_fails",
        where="postgresql",
    ),
    Fault(
        "a refresh inserts a row that the end of its session does not see",
        (
            Change(
                REFRESH_TOKENS,
                REPLACE_BY_ONE_UPDATE,
                """\
        user_id = await self.session.scalar(
            delete(RefreshToken)
            .where(RefreshToken.id == read_session_id(old), RefreshToken.token_hash == hash_token(old))
            .where(RefreshToken.expires_at > datetime.now(UTC))
            .returning(RefreshToken.user_id)
        )
        if user_id:
            await self.create(new, user_id=user_id, expires_at=expires_at)
        return user_id
""",
            ),
        ),
        noticed_by="test_what_ends_a_session_waits_for_a_refresh_of_it[logout",
        # On SQLite it is right: who writes has the whole database.
        where="postgresql",
    ),
    Fault(
        "an expired refresh token accepted",
        (Change(REFRESH_TOKENS, "            .where(RefreshToken.expires_at > datetime.now(UTC))\n", ""),),
        noticed_by="test_a_token_that_has_expired_cannot_be_replaced",
    ),
    Fault(
        "reuse does not end the session",
        (Change(AUTH_SERVICE, "            await self._tokens.delete(read_session_id(refresh_token))\n", ""),),
        noticed_by="test_a_refresh_token_that_is_used_twice_ends_the_session",
    ),
    Fault(
        "the error of a reused token rolls the end of the session back",
        (
            Change(
                AUTH_SERVICE,
                "            await self._tokens.session.commit()  # the error would roll it back\n",
                "",
            ),
        ),
        noticed_by="test_a_refresh_token_that_is_used_twice_ends_the_session",
    ),
    Fault(
        "whoever sees the id of a session can end it",
        (
            Change(
                TOKENS,
                'UUID(hash_token(refresh_token.partition(".")[0])[:32])',
                'UUID(refresh_token.partition(".")[0])',
            ),
            Change(TOKENS, "next_refresh_token(secrets.token_urlsafe(32))", "next_refresh_token(str(uuid4()))"),
        ),
        noticed_by="test_the_id_of_a_session_does_not_tell_its_refresh_token",
    ),
    Fault(
        "a renewed refresh token belongs to another session",
        (
            Change(
                AUTH_SERVICE,
                "        renewed = next_refresh_token(refresh_token)\n",
                "        renewed = new_refresh_token()\n",
            ),
        ),
        noticed_by="test_refresh_returns_new_tokens_that_work",
    ),
    Fault(
        "the end of a session ends those of everyone",
        (Change(REFRESH_TOKENS, "delete(RefreshToken).where(RefreshToken.id == session_id)", "delete(RefreshToken)"),),
        noticed_by="test_ending_one_session_leaves_the_others",
    ),
    Fault(
        "refresh tokens stored as they are",
        (Change(TOKENS, "    return hashlib.sha256(value.encode()).hexdigest()\n", "    return value\n"),),
        noticed_by="test_only_a_hash_of_the_token_is_stored",
    ),
    Fault(
        "a login deletes no expired sessions",
        (Change(AUTH_SERVICE, "        await self._tokens.delete_expired(user.id)\n", ""),),
        noticed_by="test_login_forgets_the_sessions_of_the_user_that_have_expired",
    ),
    Fault(
        "a refresh deletes no expired sessions",
        (Change(AUTH_SERVICE, "        await self._tokens.delete_expired(user_id)\n", ""),),
        noticed_by="test_refresh_forgets_the_sessions_of_the_user_that_have_expired",
    ),
    Fault(
        "expired sessions of everyone are deleted",
        (Change(REFRESH_TOKENS, "RefreshToken.user_id == user_id, expired", "expired"),),
        noticed_by="test_only_the_sessions_of_the_user_that_have_expired_are_deleted",
    ),
    Fault(
        "a refresh does not prolong the session",
        (Change(REFRESH_TOKENS, "hash_token(new), expires_at=expires_at", "hash_token(new)"),),
        noticed_by="test_a_session_lasts_as_long_as_the_settings_say[after a refresh",
    ),
    Fault(
        "signing out does nothing",
        (Change(AUTH_ROUTES, "    await auth.logout(data.refresh_token)\n", "    pass\n"),),
        noticed_by="test_logout_ends_the_session",
    ),
    Fault(
        "tokens may be cached",
        (Change(MIDDLEWARE, '    (b"cache-control", b"no-store"),\n', ""),),
        noticed_by="test_login_answers_as_oauth2_says",
        where="password auth",
    ),
    Fault(
        "the other sessions outlive a password change",
        (Change(AUTH_SERVICE, "        await self._tokens.delete_all(user.id, but=session_id)\n", ""),),
        noticed_by="test_a_password_change_ends_every_session_of_the_user_but_its_own",
    ),
    Fault(
        "a password change ends its own session",
        (Change(AUTH_SERVICE, "delete_all(user.id, but=session_id)", "delete_all(user.id)"),),
        noticed_by="test_a_password_change_ends_every_session_of_the_user_but_its_own",
    ),
    Fault(
        "a password change ends the sessions of everyone",
        (Change(REFRESH_TOKENS, "RefreshToken.user_id == user_id, RefreshToken.id.is", "RefreshToken.id.is"),),
        noticed_by="test_a_password_change_ends_every_session_of_the_user_but_its_own",
    ),
    Fault(
        "a password is changed without the current one",
        (Change(AUTH_SERVICE, "        user = await self._authenticate(user.email, data.current_password)\n", ""),),
        noticed_by="test_without_the_current_password_nothing_changes",
    ),
    Fault(
        "a user cannot end all sessions",
        (Change(AUTH_SERVICE, "        await self._tokens.delete_all(user.id)\n", "        pass\n"),),
        noticed_by="test_a_user_can_end_all_sessions",
    ),
    Fault(
        "a password signs in that was changed while it was verified",
        (Change(USER_SERVICE, "if user.hashed_password != hashed_password:", "if not user.hashed_password:"),),
        noticed_by="test_a_login_with_a_password_that_was_changed_while_it_was_verified_fails",
    ),
    Fault(
        "a login fails when another one upgrades the hash",
        (
            Change(
                USER_SERVICE,
                "            return await self.authenticate(email, password)\n",
                "            raise InvalidCredentialsError\n",
            ),
        ),
        noticed_by="test_authenticate_accepts_a_password_whose_hash_was_replaced_while_it_was_verified",
    ),
    Fault(
        "a user who signs in is not locked",
        (Change(USERS, "query.with_for_update().execution_options", "query.execution_options"),),
        noticed_by="test_a_login_waits_for_a_change_of_the_password_and_does_not_undo_it",
        where="postgresql",
    ),
    Fault(
        "a user who signs in is not read again",
        (Change(USERS, ".execution_options(populate_existing=True)", ""),),
        noticed_by="test_a_user_is_read_again_before_it_is_updated",
    ),
)

FAILED_LOGINS = (
    Fault(
        "any number of logins may fail",
        (
            Change(
                AUTH_SERVICE,
                """\
        if seconds := await self._failures.retry_after(account):
            raise TooManyFailedLoginsError(retry_after=seconds)
""",
                "",
            ),
        ),
        noticed_by="test_after_ten_failed_logins_a_client_has_to_wait_whether_or_not_the_address_is_known",
    ),
    Fault(
        "the error of a failed login rolls its count back",
        (
            Change(
                AUTH_SERVICE,
                "            await self._failures.session.commit()  # the error would roll it back\n",
                "",
            ),
        ),
        noticed_by="test_after_ten_failed_logins_a_client_has_to_wait_whether_or_not_the_address_is_known",
    ),
    Fault(
        "a throttled client is not told how long to wait",
        (Change("app/core/exceptions.py", "        self.retry_after = retry_after or self.retry_after\n", ""),),
        noticed_by="test_after_ten_failed_logins_a_client_has_to_wait_whether_or_not_the_address_is_known",
        where="password auth",
    ),
    Fault(
        "only known addresses are throttled",
        (
            Change(
                AUTH_SERVICE,
                "            await self._failures.create(account)\n",
                """\
            if await self.users._users.get_by_email(email):
                await self._failures.create(account)
""",
            ),
        ),
        noticed_by="test_after_ten_failed_logins_a_client_has_to_wait_whether_or_not_the_address_is_known[unknown",
    ),
    Fault(
        "failures are counted for the address as it was typed",
        (Change(AUTH_SERVICE, "hash_token(normalize_email(email))", "hash_token(email)"),),
        noticed_by="test_after_ten_failed_logins_a_client_has_to_wait_whether_or_not_the_address_is_known",
    ),
    Fault(
        "failed logins are stored with the address",
        (Change(AUTH_SERVICE, "hash_token(normalize_email(email))", "normalize_email(email)"),),
        noticed_by="test_failed_logins_are_stored_without_the_address",
    ),
    Fault(
        "an attacker locks a user out",
        (Change(FAILED_LOGIN_REPOSITORY, "(*recent, FailedLogin.client == self._client)", "(*recent)"),),
        noticed_by="test_other_clients_and_other_accounts_do_not_have_to_wait",
    ),
    Fault(
        "many attackers lock a user out",
        (
            Change(
                FAILED_LOGIN_REPOSITORY,
                "(*recent, FailedLogin.client == self._client)",
                "(*recent, (FailedLogin.client == self._client) | (failures >= FAILURES_OF_ACCOUNT))",
            ),
        ),
        noticed_by="test_an_account_under_attack_leaves_each_other_client_one_attempt",
    ),
    Fault(
        "many attackers have ten attempts each without end",
        (Change(FAILED_LOGIN_REPOSITORY, "if failures < FAILURES_OF_ACCOUNT else 1", "if failures else 1"),),
        noticed_by="test_an_account_under_attack_leaves_each_other_client_one_attempt",
    ),
    Fault(
        "many attackers have another attempt whenever others have failed",
        (
            Change(
                FAILED_LOGIN_REPOSITORY,
                "        own = select(FailedLogin.created_at).where(*recent, FailedLogin.client == self._client)\n",
                """\
        newest = select(FailedLogin.id).where(*recent).order_by(FailedLogin.created_at.desc()).limit(100)
        own = select(FailedLogin.created_at).where(FailedLogin.id.in_(newest), FailedLogin.client == self._client)
""",
            ),
        ),
        noticed_by="test_a_client_has_no_other_attempt_when_many_others_have_failed_since",
    ),
    Fault(
        "failures count for ever",
        (Change(FAILED_LOGIN_REPOSITORY, ", FailedLogin.created_at > start\n", ",\n"),),
        noticed_by="test_failures_of_more_than_a_quarter_of_an_hour_ago_do_not_count",
    ),
    Fault(
        "failures are stored for ever",
        (
            Change(
                FAILED_LOGIN_REPOSITORY,
                "        await self.session.execute(delete(FailedLogin)"
                ".where(FailedLogin.created_at < datetime.now(UTC) - WINDOW))\n",
                "",
            ),
        ),
        noticed_by="test_a_failure_is_stored_and_those_that_do_not_count_any_more_are_deleted",
    ),
    Fault(
        "a client waits longer than it has to",
        (Change(FAILED_LOGIN_REPOSITORY, "offset(allowed - 1)", "offset(0)"),),
        noticed_by="test_a_client_waits_until_the_last_but_nine_of_its_failures_is_a_quarter_of_an_hour_ago",
    ),
    Fault(
        "an attempt that came too early counts",
        (
            Change(
                AUTH_SERVICE,
                "            raise TooManyFailedLoginsError(retry_after=seconds)\n",
                """\
            await self._failures.create(account)
            await self._failures.session.commit()
            raise TooManyFailedLoginsError(retry_after=seconds)
""",
            ),
        ),
        noticed_by="test_an_attempt_that_came_too_early_does_not_count",
    ),
    Fault(
        "a login that succeeds leaves the failures before it",
        (Change(AUTH_SERVICE, "        await self._failures.delete(account)\n", ""),),
        noticed_by="test_a_login_that_succeeds_makes_the_failures_before_it_forgotten",
    ),
    Fault(
        "a login that succeeds makes the failures of others forgotten",
        (
            Change(
                FAILED_LOGIN_REPOSITORY,
                "(FailedLogin.account == account, FailedLogin.client == self._client)",
                "(FailedLogin.account == account)",
            ),
        ),
        noticed_by="test_only_the_failures_of_the_client_with_the_account_are_forgotten",
    ),
    Fault(
        "the current password can be guessed at a password change",
        (
            Change(
                AUTH_SERVICE,
                "self._authenticate(user.email, data.current_password)",
                "self.users.authenticate(user.email, data.current_password)",
            ),
        ),
        noticed_by="test_a_password_change_is_an_attempt_to_login",
    ),
)

LEAVE_IF_GONE = """\
        if await request.is_disconnected():
            raise ServiceUnavailableError
"""

HASHING = (
    Fault(
        "any number of requests wait to hash",
        (
            Change(
                AUTH,
                """\
    if hashing.statistics().tasks_waiting >= MAX_WAITING:
        raise ServiceUnavailableError
""",
                "",
            ),
        ),
        noticed_by="test_when_too_many_wait_to_hash_the_next_is_refused_before_the_database_is_asked",
        where="password auth",
    ),
    Fault(
        "the queue of those who hash is shorter",
        (Change(AUTH, "MAX_WAITING = CapacityLimiter(4), 16", "MAX_WAITING = CapacityLimiter(4), 15"),),
        noticed_by="test_sixteen_may_wait_to_hash",
        where="password auth",
    ),
    Fault(
        "more passwords are hashed at once",
        (Change(AUTH, "CapacityLimiter(4)", "CapacityLimiter(5)"),),
        noticed_by="test_no_more_than_four_passwords_are_hashed_at_once",
        where="password auth",
    ),
    *(
        Fault(
            f"a {name} does not wait for its turn to hash",
            (Change(file, f"{before}_turn: HashingTurn, ", before),),
            noticed_by=f"test_when_too_many_wait_to_hash_the_next_is_refused_before_the_database_is_asked[{name}",
            where="password auth",
        )
        for name, file, before in (
            ("register", AUTH_ROUTES, "async def register("),
            ("login", AUTH_ROUTES, "async def login("),
            ("password change", USER_ROUTES, "    "),
        )
    ),
    Fault(
        "the database is asked before the queue",
        (
            Change(
                USER_ROUTES,
                "_turn: HashingTurn, data: PasswordChange, user: CurrentUser,",
                "data: PasswordChange, user: CurrentUser, _turn: HashingTurn,",
            ),
        ),
        noticed_by="test_when_too_many_wait_to_hash_the_next_is_refused_before_the_database_is_asked[password change",
        where="password auth",
    ),
    Fault(
        "passwords are hashed for clients that have gone",
        (Change(AUTH, LEAVE_IF_GONE, ""),),
        noticed_by="test_a_password_is_hashed_only_if_the_client_is_still_there_after_it_waited[has gone",
        where="password auth",
    ),
    Fault(
        "whether a client has gone is asked before it waits",
        (
            Change(
                AUTH,
                "    async with hashing:\n" + LEAVE_IF_GONE,
                """\
    if await request.is_disconnected():
        raise ServiceUnavailableError
    async with hashing:
""",
            ),
        ),
        noticed_by="test_a_password_is_hashed_only_if_the_client_is_still_there_after_it_waited[has gone",
        where="password auth",
    ),
    Fault(
        "hashing on the event loop",
        (Change(PASSWORDS, "await to_thread.run_sync(hasher.hash, normalize(password))", "hasher.hash(password)"),),
        noticed_by="test_others_are_served_while_a_password_is_hashed",
    ),
    Fault(
        "verifying on the event loop",
        (
            Change(
                PASSWORDS,
                "await to_thread.run_sync(_verify, normalize(password), hashed)",
                "_verify(password, hashed)",
            ),
        ),
        noticed_by="test_others_can_write_while_a_password_is_hashed[login",
    ),
    Fault(
        "verifying in a transaction",
        (Change(USER_SERVICE, "        await self._users.session.commit()\n", ""),),
        noticed_by="test_authenticate_holds_no_transaction_while_it_hashes",
    ),
    Fault(
        "hashing in a transaction",
        (
            Change(
                AUTH_SERVICE,
                "        await self._tokens.session.commit()"
                "  # gives the connection back while the password is hashed\n",
                "",
            ),
        ),
        noticed_by="test_no_connection_is_held_while_a_password_is_hashed[new password",
    ),
    Fault(
        "hashing cheaply",
        (
            Change(
                PASSWORDS, "PasswordHash.recommended()", "PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8),))"
            ),
            Change(
                PASSWORDS,
                "from pwdlib import PasswordHash\n",
                "from pwdlib import PasswordHash\nfrom pwdlib.hashers.argon2 import Argon2Hasher\n",
            ),
        ),
        noticed_by="test_a_hash_costs_an_attacker_time_and_memory",
    ),
)

PASSWORD_RULES = {
    "an upper-case letter": ("str.isupper", "nouppercasepass1!"),
    "a lower-case letter": ("str.islower", "NOLOWERCASE1!"),
    "a digit": ("str.isdecimal", "NoDigitsHere!"),
    "a special character": (
        "lambda character: not character.isalnum() and not character.isspace()",
        "NoSpecialChar1",
    ),
}

PEOPLE = (
    Fault(
        "the password stored unhashed",
        (
            Change(
                PASSWORDS,
                "    return await to_thread.run_sync(hasher.hash, normalize(password))\n",
                "    return password\n",
            ),
        ),
        noticed_by="test_register_stores_a_hash_and_not_the_password",
    ),
    Fault(
        "the hash leaking into a response",
        (Change(USER_SCHEMAS, "    email: str\n", "    email: str\n    hashed_password: str\n"),),
        noticed_by="test_register_returns_the_user_without_the_password_or_its_hash",
    ),
    Fault(
        "any password signs in",
        (Change(USER_SERVICE, "for_update=True) if matches else None", "for_update=True)"),),
        noticed_by="test_login_invalid_credentials[wrong password",
    ),
    Fault(
        "an outdated hash is kept",
        (
            Change(
                USER_SERVICE,
                "        if new_hash:\n            user.hashed_password = new_hash\n",
                "",
            ),
        ),
        noticed_by="test_login_replaces_an_outdated_hash",
    ),
    Fault(
        "an unknown address is answered faster than a wrong password",
        (Change(PASSWORDS, "        hasher.verify(password, _hash_of_nobody())\n", ""),),
        noticed_by="test_authenticate_verifies_one_hash_whether_or_not_the_address_is_known[unknown address",
    ),
    Fault(
        "an unknown address is answered differently from a wrong password",
        (
            Change(
                USER_SERVICE,
                "        hashed_password = user.hashed_password if user else None\n",
                "        if user is None:\n            raise NotFoundError\n"
                "        hashed_password = user.hashed_password\n",
            ),
            Change(USER_SERVICE, "InvalidCredentialsError\nfrom", "InvalidCredentialsError, NotFoundError\nfrom"),
        ),
        noticed_by="test_login_invalid_credentials[unknown address",
    ),
    Fault(
        "whatever refuses a user is a conflict",
        (
            Change(
                USERS,
                "            if await self.get_by_email(data.email) is None:\n                raise\n",
                "",
            ),
        ),
        noticed_by="test_what_else_the_database_refuses_is_no_conflict",
    ),
    Fault(
        "the address is stored as it was typed",
        (Change(USER_SCHEMAS, "Annotated[EmailStr, AfterValidator(str.lower)]", "EmailStr"),),
        noticed_by="test_email_validation[Mixed.Case@Example.COM",
    ),
    Fault(
        "the address is looked up as it was typed",
        (Change(USERS, "normalize_email(email)", "email"),),
        noticed_by="test_get_user_by_email_however_it_is_written[TEST@Example.com",
    ),
    Fault(
        "only the case of an address is changed when it is looked up",
        (Change(USER_SCHEMAS, "return validate_email(address)[1].lower()", "return address.lower()"),),
        noticed_by="test_what_was_typed_at_registration_signs_in[IDNA",
    ),
    Fault(
        "a password is hashed as it was typed",
        (Change(PASSWORDS, "(hasher.hash, normalize(password))", "(hasher.hash, password)"),),
        noticed_by="test_a_password_is_the_same_however_a_keyboard_writes_its_characters[NFD first",
    ),
    Fault(
        "a password is verified as it was typed",
        (Change(PASSWORDS, "(_verify, normalize(password), hashed)", "(_verify, password, hashed)"),),
        noticed_by="test_a_password_is_the_same_however_a_keyboard_writes_its_characters[NFC first",
    ),
    Fault(
        "an accent counts as a character of a password",
        (Change(USER_SCHEMAS, "    AfterValidator(normalize),\n", ""),),
        noticed_by="test_password_validation[Na",
    ),
    Fault(
        "the database compares addresses case-sensitively",
        (
            Change(
                "app/models/user.py",
                '    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower_case"),)\n',
                "",
            ),
            Change(
                USER_MIGRATION,
                '        sa.CheckConstraint("email = lower(email)", name=op.f("ck_users_email_lower_case")),\n',
                "",
            ),
        ),
        noticed_by="test_the_database_refuses_an_address_that_is_not_in_lower_case",
    ),
    Fault(
        "the database allows an address twice",
        (
            Change("app/models/user.py", "mapped_column(unique=True)", "mapped_column()"),
            Change(USER_MIGRATION, '        sa.UniqueConstraint("email", name=op.f("uq_users_email")),\n', ""),
        ),
        noticed_by="test_a_taken_address_is_a_conflict_that_leaves_the_rest_of_the_work",
    ),
    Fault(
        "the sessions of a deleted user stay",
        (
            Change("app/models/user.py", ', ondelete="CASCADE"', ""),
            Change(USER_MIGRATION, ', ondelete="CASCADE"', ""),
        ),
        noticed_by="test_the_sessions_of_a_deleted_user_are_deleted",
    ),
    *(
        Fault(
            f"a password without {kind} accepted",
            (Change(USER_SCHEMAS, f'    "{kind}": {rule},\n', ""),),
            noticed_by=f"test_password_validation[{case}",
        )
        for kind, (rule, case) in PASSWORD_RULES.items()
    ),
    Fault(
        "a short password accepted",
        (Change(USER_SCHEMAS, "min_length=10, ", ""),),
        noticed_by="test_password_validation[short1A!",
    ),
    Fault(
        "a password accepted that is one character too short",
        (Change(USER_SCHEMAS, "min_length=10", "min_length=9"),),
        noticed_by="test_password_validation[NineChr1!",
    ),
    Fault(
        "a password of any length is hashed at registration",
        (Change(USER_SCHEMAS, "    Field(max_length=128),\n", ""),),
        noticed_by="test_password_validation[password",
    ),
    Fault(
        "a password of any length is hashed at login",
        (Change(USER_SCHEMAS, "min_length=1, max_length=128, repr=False", "min_length=1, repr=False"),),
        noticed_by="test_login_hashes_no_password_that_is_too_long_to_be_one",
    ),
)

FAILURES = (
    Fault(
        "a wrong method is told the methods of one route only",
        (
            Change(
                ERRORS,
                """\
    if "Allow" in headers:
        headers["Allow"] = ", ".join(method for method in HTTPMethod if _takes(request, method))
""",
                "",
            ),
        ),
        noticed_by="test_a_wrong_method_is_told_the_right_ones",
    ),
    Fault(
        "a wrong method is not told of HEAD",
        (Change(ERRORS, '"GET" if method == "HEAD" else method', "method"),),
        noticed_by="test_a_wrong_method_is_told_the_right_ones",
    ),
    Fault(
        "HEAD is a wrong method",
        (Change(MIDDLEWARE, '{**scope, "method": "GET"} if is_head else scope', "scope"),),
        noticed_by="test_head_is_answered_like_get",
    ),
    Fault(
        "a collection without its slash is redirected",
        (
            Change(ITEMS, '@router.post("", status_code=201, include_in_schema=False)\n', ""),
            Change(ITEMS, '@router.get("", include_in_schema=False)\n', ""),
            Change(MAIN, "        redirect_slashes=False,\n", ""),
        ),
        noticed_by="test_the_slash_at_the_end_of_a_collection_may_be_left_out",
    ),
    Fault(
        "a price of -0 keeps its sign",
        (Change("app/schemas/item.py", "abs(price).quantize", "price.quantize"),),
        noticed_by="test_a_price_has_two_decimal_places_and_no_sign[-0",
    ),
    Fault(
        "a price has as many decimal places as were sent",
        (Change("app/schemas/item.py", 'abs(price).quantize(Decimal("0.01"))', "abs(price)"),),
        noticed_by="test_a_price_has_two_decimal_places_and_no_sign[1.5",
    ),
    Fault(
        "a 500 that shows the exception",
        (
            Change(ERRORS, "_request: Request, _exc: Exception", "_request: Request, exc: Exception"),
            Change(ERRORS, 'message = "Something went wrong on our side."', "message = str(exc)"),
        ),
        noticed_by="test_an_unexpected_exception_tells_the_client_nothing",
    ),
    Fault(
        "a 500 without the envelope",
        (Change(ERRORS, "    app.exception_handler(Exception)(_unexpected_error)\n", ""),),
        noticed_by="test_an_unexpected_exception_tells_the_client_nothing",
    ),
    Fault(
        "an unknown route without the envelope",
        (
            Change(
                ERRORS,
                "    app.exception_handler(HTTPException)(_http_exception)\n",
                "    app.exception_handler(HTTPException)(_http_exception)\n"
                '    app.exception_handler(404)(lambda request, exc: JSONResponse({"detail": exc.detail}, 404))\n',
            ),
        ),
        noticed_by="test_an_unknown_route_is_not_found",
    ),
    Fault(
        "a wrong method without the envelope",
        (
            Change(
                ERRORS,
                "    app.exception_handler(HTTPException)(_http_exception)\n",
                "    app.exception_handler(HTTPException)(_http_exception)\n"
                "    app.exception_handler(405)("
                'lambda request, exc: JSONResponse({"detail": exc.detail}, 405, headers=exc.headers))\n',
            ),
        ),
        noticed_by="test_a_wrong_method_is_told_the_right_ones",
    ),
    Fault(
        "an invalid request without the envelope",
        (Change(ERRORS, "    app.exception_handler(RequestValidationError)(_validation_error)\n", ""),),
        noticed_by="test_a_body_that_is_no_json_is_invalid",
    ),
    Fault(
        "a body that is too large without the envelope",
        (
            Change(
                MIDDLEWARE,
                "        if length.isdecimal() and int(length) > self.max_body_size:\n",
                "        if length.isdecimal() and int(length) < 0:\n",
            ),
        ),
        noticed_by="test_a_body_that_is_too_large_is_refused[Content-Length",
    ),
    Fault(
        "every 413 loses its headers",
        (
            Change(
                MIDDLEWARE,
                "        return await self.app(scope, receive, send)\n\n\nclass HeadMiddleware:\n",
                """\

        async def send_bare(message: Message) -> None:
            await send({**message, "headers": []} if message.get("status") == 413 else message)

        return await self.app(scope, receive, send_bare)


class HeadMiddleware:
""",
            ),
        ),
        noticed_by="test_a_response_of_ones_own_that_says_too_large_stays_as_it_is",
    ),
    Fault(
        "an error of the application without the envelope",
        (
            Change(
                ERRORS,
                "    return error_response(exc.status, Error(code=exc.code, message=str(exc)), headers)\n",
                '    return JSONResponse({"detail": str(exc)}, exc.status, headers)\n',
            ),
        ),
        noticed_by="test_an_error_of_the_application_carries_its_status_code_and_headers",
    ),
    Fault(
        "errors lose their headers",
        (Change(ERRORS, ", status_code=status, headers=headers)", ", status_code=status)"),),
        noticed_by="test_a_wrong_method_is_told_the_right_ones",
    ),
    Fault(
        "a validation error repeats the input",
        (Change(ERRORS, 'message=problem["msg"]', "message=f\"{problem['msg']}: {problem['input']}\""),),
        noticed_by="test_a_validation_error_does_not_repeat_the_input",
    ),
    Fault(
        "bodies of any size accepted",
        (
            Change(
                MAIN, "    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=settings.max_body_size)\n", ""
            ),
        ),
        noticed_by="test_a_body_that_is_too_large_is_refused",
    ),
    Fault(
        "OpenAPI says nothing of errors",
        (Change(ERRORS, '{"model": Failure}', "{}"),),
        noticed_by="test_every_operation_declares_its_failures_with_the_envelope",
    ),
    Fault(
        "a malformed id is invalid rather than not found",
        (
            Change(
                ERRORS,
                """\
    if any(problem["loc"][0] == "path" for problem in exc.errors()):
        return await _app_error(request, NotFoundError())
""",
                "",
            ),
        ),
        noticed_by="test_item_not_found[GET-nonexistent-id",
    ),
    Fault(
        "deleting what is not there succeeds",
        (
            Change(
                ITEMS,
                "    item = await items.get(item_id, for_update=True)\n"
                "    check_if_match(if_match, ItemRead.model_validate(item))\n"
                "    await items.delete(item)\n",
                "    with suppress(NotFoundError):\n"
                "        item = await items.get(item_id, for_update=True)\n"
                "        check_if_match(if_match, ItemRead.model_validate(item))\n"
                "        await items.delete(item)\n",
            ),
            Change(
                ITEMS,
                "from typing import Annotated\n",
                "from contextlib import suppress\nfrom typing import Annotated\n",
            ),
            Change(
                ITEMS,
                "from app.schemas.envelope import Success\n",
                "from app.core.exceptions import NotFoundError\nfrom app.schemas.envelope import Success\n",
            ),
        ),
        noticed_by="test_item_not_found[DELETE-00000000",
    ),
    Fault(
        "a 500 that does not announce the end of the connection",
        (Change(ERRORS, ', {"Connection": "close"})', ")"),),
        noticed_by="test_an_unexpected_exception_tells_the_client_nothing",
    ),
    Fault(
        "the details of an HTTP exception are shown as Python writes them",
        (
            Change(
                ERRORS,
                """\
    if not isinstance(exc.detail, str):
        error.message, error.details = error.code, jsonable_encoder(exc.detail)
""",
                "",
            ),
        ),
        noticed_by="test_an_http_exception_can_carry_more_than_text",
    ),
    Fault(
        "the details of an HTTP exception must be JSON already",
        (Change(ERRORS, "jsonable_encoder(exc.detail)", "exc.detail"),),
        noticed_by="test_an_http_exception_can_carry_more_than_text",
    ),
    Fault(
        "requests are logged with their raw path",
        (Change(MIDDLEWARE, "    route = _route(scope)\n", '    route = scope["path"]\n'),),
        noticed_by="test_a_request_is_logged_with_its_route_and_without_its_values",
    ),
    Fault(
        "requests are logged with their query string",
        (
            Change(
                MIDDLEWARE, '"duration_ms": round(milliseconds, 1)}', '"duration_ms": f"?{scope[\'query_string\']}"}'
            ),
        ),
        noticed_by="test_a_request_is_logged_with_its_route_and_without_its_values",
    ),
    Fault(
        "routes are logged without the prefix of their router",
        (Change(MIDDLEWARE, "context or scope", "scope"),),
        noticed_by="test_a_request_is_logged_with_its_route_and_without_its_values",
    ),
    Fault(
        "a request that is refused early is not logged",
        (
            Change(MAIN, "(RequestMiddleware(app))", "(app)"),
            Change(
                MAIN, "(super().build_middleware_stack(), s", "(RequestMiddleware(super().build_middleware_stack()), s"
            ),
        ),
        noticed_by="test_a_body_that_is_too_large_is_logged",
    ),
    Fault(
        "health checks are logged like other requests",
        (Change(MIDDLEWARE, "logging.DEBUG if", "logging.INFO if"),),
        noticed_by="test_health_checks_are_logged_for_debugging_only",
    ),
    Fault(
        "a client can write into the logs by its request id",
        (Change(MIDDLEWARE, "given if REQUEST_ID.fullmatch(given) else", "given or"),),
        noticed_by="test_an_id_that_is_not_well_formed_is_replaced",
    ),
    Fault(
        "responses do not have the id of the request",
        (
            Change(
                MIDDLEWARE,
                '                MutableHeaders(scope=message)["X-Request-ID"] = new_id\n',
                "",
            ),
        ),
        noticed_by="test_the_id_of_a_request_is_answered_and_new_for_each",
    ),
    Fault(
        "a route answers another id than that of the logs",
        (
            Change(
                MIDDLEWARE,
                'MutableHeaders(scope=message)["X-Request-ID"] = new_id',
                'MutableHeaders(scope=message).setdefault("X-Request-ID", new_id)',
            ),
        ),
        noticed_by="test_a_route_cannot_answer_another_id_than_that_of_the_logs",
    ),
    Fault(
        "a 500 does not name its request",
        (Change(ERRORS, ", request_id=request_id.get())", ")"),),
        noticed_by="test_an_unexpected_exception_tells_the_client_nothing",
    ),
    Fault(
        "the server logs query strings",
        (Change(LOGS, 'own | {"level": "WARNING"}', "own"),),
        noticed_by="test_the_service_logs_what_it_does_and_libraries_what_is_wrong[uvicorn.access",
    ),
    Fault(
        "what the service logs at info does not appear",
        (Change(LOGS, '            "app": own,\n', ""),),
        noticed_by="test_the_service_logs_what_it_does_and_libraries_what_is_wrong[app.example",
    ),
    Fault(
        "entries do not have the id of the trace",
        (Change(LOGS, "if span.is_valid else", "if not span.is_valid else"),),
        noticed_by="test_an_entry_of_json_has_the_id_of_the_trace",
    ),
    Fault(
        "a failure of the service is not logged",
        (Change(ERRORS, '        logger.warning("%s: %r", exc.code, exc.__cause__ or exc)\n', "        pass\n"),),
        noticed_by="test_an_error_of_the_service_says_when_to_try_again_and_is_logged_with_its_cause",
    ),
    Fault(
        "the failures of clients are logged",
        (Change(ERRORS, "    if exc.status >= HTTPStatus.INTERNAL_SERVER_ERROR:\n", "    if exc.status:\n"),),
        noticed_by="test_an_error_of_the_client_is_no_warning",
    ),
    Fault(
        "a failure does not say when to try again",
        (Change(ERRORS, "if exc.retry_after else {}", "if not exc.retry_after else {}"),),
        noticed_by="test_an_error_of_the_service_says_when_to_try_again_and_is_logged_with_its_cause",
    ),
)

DOCUMENT = (
    Fault(
        "operations are named by their paths",
        (Change(MAIN, "        generate_unique_id_function=lambda route: route.name,\n", ""),),
        noticed_by="test_every_operation_is_documented_once_under_the_name_of_its_function",
    ),
    Fault(
        "schemas have names with underscores",
        (Change(MAIN, """r'schemas/(\\w+_)"'""", """r'schemas/(\\w+-)"'"""),),
        noticed_by="test_every_schema_is_used_and_has_a_name_that_a_class_can_have",
    ),
    Fault(
        "a schema that nothing refers to",
        (Change(PAGES, "Annotated[Any, PlainValidator", "Annotated[Cursor, PlainValidator"),),
        noticed_by="test_every_schema_is_used_and_has_a_name_that_a_class_can_have",
    ),
    Fault(
        "an id that may be any text",
        (Change(ITEMS, "delete_item(item_id: UUID", "delete_item(item_id: str"),),
        noticed_by="test_the_id_of_an_item_is_documented_as_a_uuid",
    ),
    Fault(
        "the envelope may lack what it says first",
        (
            Change(
                "app/schemas/envelope.py",
                "class Failure(BaseModel, json_schema_serialization_defaults_required=True):",
                "class Failure(BaseModel):",
            ),
        ),
        noticed_by="test_every_envelope_says_whether_the_request_succeeded",
    ),
    Fault(
        "an example of a price that is refused",
        (Change("app/schemas/item.py", '"examples": ["9.99"]', '"examples": ["9.999"]'),),
        noticed_by="test_the_documented_examples_are_accepted",
    ),
    Fault(
        "OpenAPI promises to accept a name that is white space",
        (Change("app/schemas/types.py", r"[^\s\x00]", r"[^ \x00]"),),
        noticed_by="test_a_text_that_is_refused_does_not_match_the_documented_pattern",
    ),
    Fault(
        "a name may hold NUL, which not every database can store",
        (Change("app/schemas/types.py", r"[^\x00]*$", r".*$"),),
        noticed_by="test_a_text_that_is_refused_does_not_match_the_documented_pattern",
    ),
    Fault(
        "an example of an address that is refused",
        (Change(USER_SCHEMAS, 'examples=["ann@example.com"]', 'examples=["ann"]'),),
        noticed_by="test_the_examples_of_a_user_are_accepted",
    ),
    Fault(
        "signing in works at the root of a host only",
        (Change("app/api/auth.py", 'tokenUrl="api/v1/auth/login"', 'tokenUrl="/api/v1/auth/login"'),),
        noticed_by="test_it_says_how_to_sign_in",
        where="password auth",
    ),
)

PROCESS = (
    Fault(
        "the process waits for ever for requests to end",
        (Change("app/__main__.py", ' "--timeout-graceful-shutdown=5",', ""),),
        noticed_by="test_a_server_that_is_told_to_stop_ends_in_time_and_without_an_error",
    ),
    Fault(
        "the process ends by the signal that stops it",
        (Change("app/__main__.py", "    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))", "    pass"),),
        noticed_by="test_a_server_that_is_told_to_stop_ends_in_time_and_without_an_error",
    ),
    Fault(
        "the server logs in a form of its own",
        (Change("app/__main__.py", "LOGGING_CONFIG.update(logging_config())", "pass"),),
        noticed_by="test_the_server_logs_like_the_application",
    ),
    Fault(
        "the command line is ignored",
        (Change("app/__main__.py", "[*OPTIONS, *sys.argv[1:]]", "OPTIONS"),),
        noticed_by="test_the_server_takes_options_and_variables_of_uvicorn",
    ),
    Fault(
        "each worker process starts a server",
        (Change("app/__main__.py", '__name__ == "__main__"', "__name__"),),
        noticed_by="test_a_worker_process_that_imports_the_module_starts_no_server_of_its_own",
    ),
)

HEALTH_CHECKS = (
    Fault(
        "readiness does not look at the revision",
        (Change(HEALTH, " or revisions == expected_revisions()", " or bool(revisions)"),),
        noticed_by="test_the_service_is_not_ready_when_the_tables_are_not_those_of_the_code[another revision",
        where="a database",
    ),
    Fault(
        "a database without tables is an unexpected error",
        (Change(HEALTH, "except (TimeoutError, SQLAlchemyError) as error:", "except TimeoutError as error:"),),
        noticed_by="test_the_service_is_not_ready_when_the_tables_are_not_those_of_the_code[no tables",
        where="a database",
    ),
    Fault(
        "a migration of a newer release stops the older one",
        (Change(HEALTH, "state.has_tables or revisions ==", "revisions =="),),
        noticed_by="test_the_service_stays_ready_when_a_newer_release_migrates_the_database",
        where="a database",
    ),
    Fault(
        "readiness does not ask the database",
        (
            Change(
                HEALTH,
                'set(await session.scalars(text("SELECT version_num FROM alembic_version")))',
                "expected_revisions()",
            ),
        ),
        noticed_by="test_without_its_database_the_service_lives_but_is_not_ready",
        where="a database",
    ),
    Fault(
        "readiness waits for ever",
        (Change(HEALTH, "asyncio.timeout(settings.readiness_timeout)", "asyncio.timeout(None)"),),
        noticed_by="test_the_service_is_not_ready_when_the_database_takes_too_long",
        where="a database",
    ),
    Fault(
        "liveness asks the database",
        (
            Change(
                HEALTH, "async def live() -> Success[Health]:", "async def live(request: Request) -> Success[Health]:"
            ),
            Change(
                HEALTH,
                'restart it."""\n    return Success(data=Health())\n',
                'restart it."""\n    return await ready(request)\n',
            ),
        ),
        noticed_by="test_without_its_database_the_service_lives_but_is_not_ready",
        where="a database",
    ),
)

LISTS = (
    Fault(
        "a full last page has a cursor",
        (Change(PAGES, "if len(found) > limit else", "if len(found) >= limit else"),),
        noticed_by="test_a_full_last_page_has_no_next_cursor",
    ),
    Fault(
        "there is never another page",
        (Change(ITEMS, "limit=limit + 1", "limit=limit"),),
        noticed_by="test_pages_hold_every_item_once_oldest_first",
    ),
    Fault(
        "a page skips an item",
        (Change(PAGES, "found[limit - 1].created_at, found[limit - 1].id", "found[-1].created_at, found[-1].id"),),
        noticed_by="test_pages_hold_every_item_once_oldest_first",
    ),
    Fault(
        "a page repeats the last item in the database",
        (
            Change(
                ITEM_REPOSITORY, "tuple_(Item.created_at, Item.id) > after", "tuple_(Item.created_at, Item.id) >= after"
            ),
        ),
        noticed_by="test_pages_hold_every_item_once_oldest_first",
        where="a database",
    ),
    Fault(
        "a page repeats the last item in memory",
        (Change(ITEM_REPOSITORY, "_place(item) > after", "_place(item) >= after"),),
        noticed_by="test_pages_hold_every_item_once_oldest_first",
        where="no database",
    ),
    Fault(
        "items of the same moment are skipped",
        (Change(ITEM_REPOSITORY, "tuple_(Item.created_at, Item.id) > after", "Item.created_at > after.created_at"),),
        noticed_by="test_items_of_the_same_moment_are_listed_once",
        where="a database",
    ),
    Fault(
        "items in the order of their names",
        (Change(ITEM_REPOSITORY, "order_by(Item.created_at, Item.id)", "order_by(Item.name)"),),
        noticed_by="test_pages_hold_every_item_once_oldest_first",
        where="a database",
    ),
    Fault(
        "pages of any size",
        (Change(ITEMS, "Query(ge=1, le=100)", "Query(ge=1)"),),
        noticed_by="test_the_size_of_a_page_is_limited[101",
    ),
    Fault(
        "FastAPI takes a cursor for a list of them",
        (Change(PAGES, "Annotated[Any, PlainValidator", "Annotated[Cursor, PlainValidator"),),
        noticed_by="test_pages_hold_every_item_once_oldest_first",
    ),
    Fault(
        "a cursor before the first year is an error of the service",
        (Change(PAGES, ".replace(tzinfo=UTC)", ".astimezone(UTC)"),),
        noticed_by="test_a_made_up_cursor_is_refused",
    ),
    Fault(
        "a cursor may be written in many ways",
        (Change(PAGES, "            if cursor.encode() == text:", "            if cursor:"),),
        noticed_by="test_a_made_up_cursor_is_refused",
    ),
    Fault(
        "what is wrong with a cursor is told in Python's words",
        (Change(PAGES, "        with suppress(ValueError):\n", "        if text:\n"),),
        noticed_by="test_a_made_up_cursor_is_refused",
    ),
)

ENTITY_TAGS = (
    Fault(
        "an item that has changed since it was read is replaced",
        (
            Change(
                ITEMS,
                "    check_if_match(if_match, ItemRead.model_validate(item))\n    return ",
                "    return ",
            ),
        ),
        noticed_by="test_an_item_that_has_changed_since_it_was_read_is_left_alone",
    ),
    Fault(
        "an item that has changed since it was read is deleted",
        (
            Change(
                ITEMS,
                "    check_if_match(if_match, ItemRead.model_validate(item))\n    await ",
                "    await ",
            ),
        ),
        noticed_by="test_an_item_that_has_changed_since_it_was_read_is_left_alone",
    ),
    Fault(
        "the state of an item is compared without a lock",
        (REPLACED_WITHOUT_LOCK,),
        noticed_by="test_the_state_of_an_item_is_compared_when_whoever_changes_it_has_committed",
        where="a database",
    ),
    Fault(
        "a weak entity tag counts as a strong one",
        (Change(ETAGS, "{tag.strip() for", "{tag.strip().removeprefix('W/') for"),),
        noticed_by="test_another_state_is_left_alone",
    ),
    Fault(
        "an empty If-Match counts as none",
        (Change(ETAGS, "if if_match is not None and", "if if_match and"),),
        noticed_by="test_another_state_is_left_alone",
    ),
    Fault(
        "only the first of several entity tags counts",
        (Change(ETAGS, 'if_match.split(",")', 'if_match.split(",")[:1]'),),
        noticed_by="test_the_state_that_a_client_has_seen_can_be_changed",
    ),
    Fault(
        "the entity tag does not follow the state",
        (Change(ETAGS, "representation.model_dump_json()", 'representation.model_dump_json(include={"id"})'),),
        noticed_by="test_a_change_changes_the_etag",
    ),
    Fault(
        "a header If-Match that is demanded and missing is a validation error",
        (Change(ERRORS, '("header", "if-match")', '("header", "if-none-match")'),),
        noticed_by="test_a_route_can_demand_the_header",
    ),
    Fault(
        "pages of other origins cannot read entity tags",
        (Change(MAIN, '["ETag", "Retry-After"', '["Retry-After"'),),
        noticed_by="test_an_origin_of_the_settings_may_read_every_response",
    ),
)

EDGES = (
    Fault(
        "every origin may read every response",
        (Change(MAIN, "        if settings.cors_origins:", "        if not settings.cors_origins:"),),
        noticed_by="test_an_origin_of_the_settings_may_read_every_response",
    ),
    Fault(
        "browsers cannot read failures",
        (
            Change(MAIN, "        app = ContentLengthMiddleware(super().build", "        app = (super().build"),
            Change(MAIN, "_stack(), settings.max_body_size)\n", "_stack())\n"),
            Change(
                MAIN,
                "        return HeadMiddleware(",
                "        app = ContentLengthMiddleware(app, settings.max_body_size)\n        return HeadMiddleware(",
            ),
        ),
        noticed_by="test_an_origin_of_the_settings_may_read_every_response[413",
    ),
    Fault(
        "browsers cannot read when to try again",
        (Change(MAIN, '                expose_headers=["ETag", "Retry-After", "X-Request-ID"],\n', ""),),
        noticed_by="test_an_origin_of_the_settings_may_read_every_response",
    ),
    Fault(
        "browsers cannot send tokens",
        (Change(MAIN, '                allow_headers=["Authorization", "If-Match", "X-Request-ID"],\n', ""),),
        noticed_by="test_a_browser_may_send_a_token_from_an_origin_of_the_settings",
    ),
    Fault(
        "browsers can only read",
        (Change(MAIN, '                allow_methods=["*"],\n', ""),),
        noticed_by="test_a_browser_may_send_a_token_from_an_origin_of_the_settings[DELETE",
    ),
    Fault(
        "an origin that no browser sends is accepted",
        (Change(CONFIG, 'Field(pattern=r"^(\\*|https?://[^/\\sA-Z]+)$")', "Field()"),),
        noticed_by="test_what_no_browser_sends_as_an_origin_is_refused",
    ),
    Fault(
        "a host that no request names is accepted",
        (Change(CONFIG, 'Field(pattern=r"^[^/:\\sA-Z]+$")', "Field()"),),
        noticed_by="test_what_is_no_name_of_a_host_is_refused",
    ),
    Fault(
        "every host is served",
        (Change(MAIN, '        if settings.allowed_hosts != ["*"]:', "        if not settings.allowed_hosts:"),),
        noticed_by="test_another_host_is_refused",
    ),
    Fault(
        "the application does not start with hosts of its own",
        (Change(MIDDLEWARE, 'scope["type"] == "lifespan" or ', ""),),
        noticed_by="test_the_application_starts_and_accepts_web_sockets_with_all_of_it",
    ),
    Fault(
        "the server goes on without the lifespan",
        (Change("app/__main__.py", ' "--lifespan=on",', ""),),
        noticed_by="test_the_server_does_not_go_on_without_the_lifespan",
    ),
    Fault(
        "probes are refused for their address",
        (Change(MIDDLEWARE, " or is_probe(scope) or ", " or "),),
        noticed_by="test_a_probe_may_name_an_address_as_its_host",
    ),
    Fault(
        "responses to failures lack the headers for browsers",
        (Change(MIDDLEWARE, "not in names]", 'not in names and message["status"] < 400]'),),
        noticed_by="test_every_response_has_the_headers_that_make_browsers_careful[413",
    ),
    Fault(
        "a route cannot let a response be cached",
        (Change(MIDDLEWARE, " if header[0] not in names]", "]"),),
        noticed_by="test_a_route_may_decide_otherwise",
    ),
    Fault(
        "the documentation cannot be hidden",
        (Change(MAIN, '"/openapi.json" if settings.docs else None', '"/openapi.json"'),),
        noticed_by="test_the_documentation_can_be_switched_off",
    ),
)

TELEMETRY_FAULTS = (
    Fault(
        "query strings are exported",
        (Change(TELEMETRY, "    def on_start(", "    def on_begin("),),
        noticed_by="test_query_strings_are_not_exported",
    ),
    Fault(
        "spans without a query string get one",
        (Change(TELEMETRY, 'span.attributes and "url.query" in span.attributes', "span.attributes"),),
        noticed_by="test_query_strings_are_not_exported",
    ),
    Fault(
        "what the exporters log is exported, in a circle that a stop waits for",
        (Change(TELEMETRY, "    handler.addFilter(", "    print("),),
        noticed_by="test_what_the_exporters_log_is_not_exported_in_turn",
    ),
    Fault(
        "the log is not exported",
        (Change(TELEMETRY, "    logging.getLogger().addHandler(handler)\n", ""),),
        noticed_by="test_the_log_is_exported_with_the_trace_of_its_request",
    ),
    Fault(
        "statements are not traced, since the library knows no SQLAlchemy 2.1",
        (Change(TELEMETRY, ", skip_dep_check=True", ""),),
        noticed_by="test_statements_are_traced_with_their_request_and_without_values",
        where="a database",
    ),
    Fault(
        "a statement that an outage ends is not traced",
        (
            Change(
                DATABASE,
                "    return ServiceUnavailableError() if unavailable",
                "    if unavailable:\n        raise ServiceUnavailableError\n    return None if unavailable",
            ),
        ),
        noticed_by="test_a_statement_that_fails_is_traced",
        where="a database",
    ),
    Fault(
        "probes are traced",
        (Change(MAIN, '        telemetry={"exclude": health.is_probe},\n', ""),),
        noticed_by="test_probes_are_not_traced",
    ),
    Fault(
        "probes behind a prefix are traced",
        (Change(HEALTH, '.removeprefix(scope.get("root_path", ""))', ""),),
        noticed_by="test_probes_are_not_traced",
    ),
    Fault(
        "what begins like a probe is not traced",
        (Change(HEALTH, 'f"{router.prefix}/"', "router.prefix"),),
        noticed_by="test_probes_are_not_traced",
    ),
    Fault(
        "the statements of probes are traced",
        (Change(HEALTH, "        with suppress_instrumentation():", "        if True:"),),
        noticed_by="test_probes_are_not_traced",
        where="a database",
    ),
    Fault(
        "telemetry is always on",
        (Change(MAIN, '    if os.environ.get("FASTAPI_OTEL_AUTO_CONFIGURE", "").lower() == "true":', "    if True:"),),
        noticed_by="test_it_is_off_by_default",
    ),
    Fault(
        "the name of the service cannot be chosen",
        (
            Change(
                CONFIG,
                'environment.setdefault("OTEL_SERVICE_NAME", "my-service")',
                'environment["OTEL_SERVICE_NAME"] = "my-service"',
            ),
        ),
        noticed_by="test_opentelemetry_is_configured_by_its_own_variables",
    ),
    Fault(
        "the name of the service cannot be chosen among the attributes",
        (Change(CONFIG, '    if "service.name=" not in', '    if "none" not in'),),
        noticed_by="test_opentelemetry_is_configured_by_its_own_variables",
    ),
    Fault(
        "a collector that is out of reach delays the stop for long",
        (Change(CONFIG, '"OTEL_EXPORTER_OTLP_TIMEOUT", "1"', '"OTEL_EXPORTER_OTLP_TIMEOUT", "10"'),),
        noticed_by="test_opentelemetry_knows_the_name_of_the_service",
    ),
)

SETTINGS = (
    Fault(
        "the secret key has a default",
        (
            Change(
                CONFIG,
                "secret_key: Key  #",
                'secret_key: Key = SecretStr("change me before you go into production")  #',
            ),
        ),
        noticed_by="test_without_a_secret_key_the_service_says_how_to_make_one",
        where="password auth",
    ),
    Fault(
        "a weak secret key accepted",
        (Change(CONFIG, "Field(min_length=32, ", "Field("),),
        noticed_by="test_a_weak_secret_key_is_refused_and_not_shown",
        where="password auth",
    ),
    Fault(
        "a secret key that is not random accepted",
        (Change(CONFIG, "    AfterValidator(check_key),\n", ""),),
        noticed_by="test_a_secret_key_that_is_not_random_is_refused",
        where="password auth",
    ),
    Fault(
        "a variable that is set to nothing is a value",
        (Change(CONFIG, "env_ignore_empty=True, ", ""),),
        noticed_by="test_what_is_set_to_nothing_has_a_default",
    ),
    *(
        Fault(
            f"{setting} has no upper bound",
            (Change(CONFIG, f"    {setting.lower()}: {field}, le={bound}", f"    {setting.lower()}: {field}"),),
            noticed_by=f"test_a_number_has_bounds[{setting}",
            where=where,
        )
        for setting, field, bound, where in (
            ("DATABASE_TIMEOUT", "Annotated[float, Field(gt=0", "60", "a database"),
            ("DATABASE_POOL_SIZE", "Annotated[int, Field(gt=0", "1000", "a database"),
            ("ACCESS_TOKEN_LIFETIME", "Annotated[int, Field(gt=0", "24 * 3600", "password auth"),
            ("REFRESH_TOKEN_LIFETIME", "Annotated[int, Field(gt=0", "365 * 24 * 3600", "password auth"),
            ("MAX_BODY_SIZE", "Annotated[int, Field(gt=0", "1024**3", ""),
        )
    ),
    Fault(
        "settings are shown when they are refused",
        (
            Change(
                CONFIG,
                """{problem['msg']}" +""",
                """{problem['msg']}, not {problem['input']}" +""",
            ),
        ),
        noticed_by="test_a_weak_secret_key_is_refused_and_not_shown",
        where="password auth",
    ),
    Fault(
        "the password of the database is shown in logs",
        (Change(CONFIG, "        repr=False,  # it holds a password\n", ""),),
        noticed_by="test_the_password_of_the_database_is_not_shown_in_logs",
        where="postgresql",
    ),
)

FAULTS = (
    *TRANSACTIONS,
    *OUTAGES,
    *DATABASE_URLS,
    *SQLITE_ALONE,
    *MIGRATIONS,
    *ACCESS,
    *IDENTITY,
    *SESSIONS,
    *FAILED_LOGINS,
    *HASHING,
    *PEOPLE,
    *FAILURES,
    *DOCUMENT,
    *PROCESS,
    *HEALTH_CHECKS,
    *LISTS,
    *ENTITY_TAGS,
    *EDGES,
    *TELEMETRY_FAULTS,
    *SETTINGS,
)

HARMLESS = Fault(
    "a detour that changes nothing",
    (
        Change(
            ITEMS,
            "    return _with_etag(await items.get(item_id), response)\n",
            "    item = await items.get(item_id)\n    return _with_etag(item, response)\n",
        ),
    ),
    noticed_by="no test",
)
