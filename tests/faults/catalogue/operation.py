"""Faults of operation: settings, the process, health checks and telemetry."""

from tests.faults.catalogue.files import CONFIG, HEALTH, PROCESS
from tests.faults.changes import Change
from tests.faults.planting import Fault

OPERATION = (
    Fault(
        "the secret key has a default",
        Change(
            CONFIG,
            "Settings",
            "secret_key: Key",
            'secret_key: Key = SecretStr("change me in production, please")',
            imports="from pydantic import SecretStr",
        ),
        detected_by="test_the_error_about_a_missing_secret_key_says_how_to_make_one",
        where="password auth",
    ),
    Fault(
        "a setting that is refused is shown",
        Change(
            CONFIG,
            "_explain",
            """f"  {label}{problem['msg']}\"""",
            """f"  {label}{problem['msg']}, not {problem['input']}\"""",
        ),
        detected_by="test_a_weak_secret_key_is_refused_and_not_shown",
        where="password auth",
    ),
    Fault(
        "whitespace around a setting is part of its value",
        Change(CONFIG, "strip", "value.strip() if isinstance(value, str) else value", "value"),
        detected_by="test_whitespace_around_a_value_is_ignored",
    ),
    Fault(
        "the name of the service cannot be chosen",
        Change(
            CONFIG,
            "set_telemetry_defaults",
            'environment.setdefault("OTEL_SERVICE_NAME", SERVICE_NAME)',
            'environment["OTEL_SERVICE_NAME"] = SERVICE_NAME',
        ),
        detected_by="test_variables_of_opentelemetry_are_not_overridden",
    ),
    Fault(
        "the process waits for requests to end without a bound",
        Change(PROCESS, "OPTIONS", '"--timeout-graceful-shutdown=5"', ""),
        detected_by="test_the_server_shuts_down_gracefully_and_exits_with_0",
    ),
    Fault(
        "the server goes on when the application fails to start",
        Change(PROCESS, "OPTIONS", '"--lifespan=on"', ""),
        detected_by="test_the_server_requires_the_lifespan",
    ),
    Fault(
        "the command line is ignored",
        Change(PROCESS, "", "*sys.argv[1:]", ""),
        detected_by="test_the_server_accepts_options_and_variables_of_uvicorn",
    ),
    Fault(
        "the server does not start with --no-use-colors",
        Change(PROCESS, "", 'config["formatters"] |= LOGGING_CONFIG["formatters"]', ""),
        detected_by="test_the_server_logs_like_the_application",
    ),
    Fault(
        "readiness does not ask the database",
        Change(
            HEALTH,
            "ready",
            'set(await session.scalars(text("SELECT version_num FROM alembic_version")))',
            "expected_revisions()",
        ),
        detected_by="test_the_service_is_live_but_not_ready_without_its_database",
        where="a database",
    ),
    Fault(
        "liveness asks the database",
        Change(HEALTH, "live", '"/live"', '"/alive"'),
        Change(HEALTH, "ready", 'router.get("/ready")', 'router.get("/live")\n@router.get("/ready")'),
        detected_by="test_the_service_is_live_but_not_ready_without_its_database",
        where="a database",
    ),
    Fault(
        "a database without tables is an internal error",
        Change(HEALTH, "ready", "(TimeoutError, SQLAlchemyError)", "TimeoutError"),
        detected_by="test_the_service_is_not_ready_with_another_schema_revision[no tables",
        where="a database",
    ),
    Fault(
        "a service is not ready after a newer release has migrated the database",
        Change(
            HEALTH,
            "ready",
            "state.is_migrated or revisions == expected_revisions()",
            "revisions == expected_revisions()",
        ),
        detected_by="test_the_service_stays_ready_when_a_newer_release_migrates_the_database",
        where="a database",
    ),
    Fault(
        "the statements of probes are traced",
        Change(
            HEALTH, "ready", "suppress_instrumentation()", "nullcontext()", imports="from contextlib import nullcontext"
        ),
        detected_by="test_probes_are_not_traced",
        where="a database",
    ),
)
