"""Faults of the databases, of their migrations and of queries."""

from tests.faults.catalogue.files import (
    ITEM_MIGRATION,
    ITEM_MODEL,
    ITEM_REPOSITORY,
    MIGRATION_RUN,
    PAGES,
    POSTGRESQL,
    POSTGRESQL_SERVER,
    SQLITE,
    USER_MIGRATION,
)
from tests.faults.changes import Change
from tests.faults.planting import Fault

IN_TRANSACTION = 'statement.startswith("BEGIN") or _in_transaction(connection)'
OFFLINE = "url=database_url, target_metadata=Base.metadata"

DATABASES = (
    Fault(
        "the URL for the tests is not translated",
        Change(POSTGRESQL_SERVER, "server", "check_url(URLS.test_database_url)", "URLS.test_database_url"),
        detected_by="test_the_url_for_the_tests_is_checked_like_that_of_the_application",
    ),
    Fault(
        "foreign keys are off",
        Change(SQLITE, "_configure", 'cursor.execute("PRAGMA foreign_keys = ON")', ""),
        detected_by="test_foreign_keys_are_enforced",
    ),
    Fault(
        "a Decimal column is stored as a float",
        Change(ITEM_MODEL, "Item", "name: Mapped[str]", "name: Mapped[str]\ndiscount: Mapped[Decimal]"),
        detected_by="test_no_column_is_decimal",
        where="sqlite",
    ),
    Fault(
        "a writer does not take the lock first",
        Change(SQLITE, "_begin", '"BEGIN IMMEDIATE"', '"BEGIN"'),
        detected_by="test_a_query_for_update_waits_for_a_writer",
    ),
    Fault(
        "a query begins a transaction",
        Change(SQLITE, "_begin", f"reads or autocommit or {IN_TRANSACTION}", f"autocommit or {IN_TRANSACTION}"),
        Change(SQLITE, "_begin", '"BEGIN IMMEDIATE"', '"BEGIN" if reads else "BEGIN IMMEDIATE"'),
        detected_by="test_requests_that_read_and_then_write_wait_for_each_other",
    ),
    Fault(
        "a query with a common table expression takes the write lock",
        Change(SQLITE, "_begin", "isinstance(invoked, GenerativeSelect)", "False"),
        detected_by="test_readers_do_not_wait_for_a_writer",
    ),
    Fault(
        "a transaction begins in spite of AUTOCOMMIT",
        Change(SQLITE, "_begin", f"reads or autocommit or {IN_TRANSACTION}", f"reads or {IN_TRANSACTION}"),
        detected_by="test_autocommit_begins_no_transaction",
    ),
    Fault(
        "a cancelled statement counts as an unavailable database",
        Change(POSTGRESQL, "is_unavailable", "isinstance(error, Exception)", "True"),
        detected_by="test_a_statement_can_be_cancelled",
    ),
    Fault(
        "a writer does not wait for another",
        Change(SQLITE, "create_engine", '{"timeout": timeout}', '{"timeout": 0}'),
        detected_by="test_concurrent_writers_wait_for_each_other",
    ),
    Fault(
        "sqlite3 begins the transactions",
        Change(SQLITE, "_configure", "dbapi_connection.isolation_level = None", ""),
        Change(SQLITE, "create_engine", 'event.listen(engine.sync_engine, "before_cursor_execute", _begin)', ""),
        detected_by="test_a_rollback_undoes_the_creation_of_a_table",
    ),
    Fault(
        "the error of a time without a zone shows it",
        Change(
            SQLITE,
            "process_bind_param",
            '"a datetime without a time zone cannot be stored"',
            'f"a datetime without a time zone cannot be stored: {value}"',
        ),
        detected_by="test_a_datetime_without_a_zone_is_refused_and_not_shown",
    ),
    Fault(
        "a time is stored in the zone it came in",
        Change(SQLITE, "process_bind_param", "value.astimezone(UTC)", "value"),
        detected_by="test_a_datetime_is_returned_in_utc",
    ),
    Fault(
        "a new column has no migration",
        Change(ITEM_MODEL, "Item", "name: Mapped[str]", "name: Mapped[str]\nnote: Mapped[str | None]"),
        detected_by="test_the_models_and_the_migrations_agree",
        where="a database",
    ),
    Fault(
        "a migration cannot be undone",
        Change(ITEM_MIGRATION, "downgrade", 'op.drop_table("items")', ""),
        detected_by="test_every_migration_can_be_undone_and_done_again",
    ),
    Fault(
        "the migrations have two heads",
        Change(USER_MIGRATION, "", 'down_revision = "0001"', "down_revision = None"),
        detected_by="test_the_migrations_have_one_head",
    ),
    Fault(
        "two runs of the migrations do not wait for each other",
        Change(
            MIGRATION_RUN, "run", """text("SELECT pg_advisory_xact_lock(hashtext('alembic'))")""", 'text("SELECT 1")'
        ),
        detected_by="test_an_upgrade_waits_for_a_concurrent_one_and_continues_after_it",
        where="postgresql",
    ),
    Fault(
        "a migration that copies a table deletes the rows that refer to it",
        Change(MIGRATION_RUN, "disable_foreign_keys", '"PRAGMA foreign_keys = OFF"', '"PRAGMA foreign_keys = ON"'),
        detected_by="test_a_migration_that_copies_a_table_keeps_the_rows_that_refer_to_it",
        where="sqlite",
    ),
    Fault(
        "a migration names types of the application",
        Change(MIGRATION_RUN, "run", "render_item=render_item", ""),
        detected_by="test_the_migration_creates_a_missing_table",
        where="sqlite",
    ),
    Fault(
        "a statement from before a migration is an internal error",
        Change(POSTGRESQL, "is_unavailable", "is_outdated", "False"),
        detected_by="test_a_statement_from_before_a_migration_is_unavailable_once",
    ),
    Fault(
        "a migration that fails leaves behind what those before it did",
        Change(MIGRATION_RUN, "run", "transactional_ddl=True", ""),
        detected_by="test_a_migration_that_fails_leaves_nothing_behind",
        where="sqlite, password auth",
    ),
    Fault(
        "the command line of the migrations prints nothing",
        Change(MIGRATION_RUN, "", "context.config.cmd_opts", "False"),
        detected_by="test_the_command_line_logs_like_the_service",
    ),
    Fault(
        "migrations have no lock timeout",
        Change(MIGRATION_RUN, "run", "context.execute(LOCK_TIMEOUT)", ""),
        detected_by="test_a_migration_does_not_wait_long_for_a_lock",
        where="postgresql",
    ),
    Fault(
        "migrations wait for a server that does not respond",
        Change(MIGRATION_RUN, "run_online", "asyncio.timeout(settings.database_timeout)", "asyncio.timeout(None)"),
        detected_by="test_migrations_do_not_wait_for_a_server_that_does_not_respond",
        where="postgresql",
    ),
    Fault(
        "migrations have the timeout of requests",
        Change(MIGRATION_RUN, "run_online", "until_connected.reschedule(None)", ""),
        detected_by="test_an_upgrade_waits_for_a_concurrent_one_and_continues_after_it",
        where="postgresql",
    ),
    Fault(
        "the SQL of the migrations is not one transaction",
        Change(
            MIGRATION_RUN,
            "",
            f"context.configure({OFFLINE}, literal_binds=True, transactional_ddl=True)",
            f"context.configure({OFFLINE}, transactional_ddl=False)",
        ),
        detected_by="test_the_sql_of_the_migrations_is_one_transaction",
    ),
    Fault(
        "the SQL of the migrations is a transaction for each",
        Change(
            MIGRATION_RUN,
            "",
            f"context.configure({OFFLINE}, literal_binds=True, transactional_ddl=True)",
            f"context.configure({OFFLINE}, transactional_ddl=True, transaction_per_migration=True)",
        ),
        detected_by="test_the_sql_of_the_migrations_is_one_transaction",
        where="password auth",
    ),
    Fault(
        "a list takes a query for each item",
        Change(
            ITEM_REPOSITORY,
            "get_page",
            "return (await self.session.scalars(query)).all()",
            """
            items = (await self.session.scalars(query)).all()
            for item in items:
                await self.session.refresh(item)
            return items
            """,
        ),
        detected_by="test_a_list_takes_one_query",
        where="a database",
    ),
    Fault(
        "a page skips items of the same moment",
        Change(
            ITEM_REPOSITORY,
            "get_page",
            "tuple_(Item.created_at, Item.id) > after",
            "Item.created_at > after.created_at",
        ),
        detected_by="test_items_with_equal_times_are_listed_once",
        where="a database",
    ),
    Fault(
        "FastAPI takes a cursor for a list of values",
        Change(PAGES, "CursorParam", "Any", "Cursor"),
        detected_by="test_pages_list_every_item_once_oldest_first",
    ),
    Fault(
        "a cursor before the first year is an internal error",
        Change(
            PAGES,
            "decode",
            "datetime.fromisoformat(created_at).replace(tzinfo=UTC)",
            "datetime.fromisoformat(created_at).astimezone(UTC)",
        ),
        detected_by="test_a_malformed_cursor_is_refused",
    ),
)
