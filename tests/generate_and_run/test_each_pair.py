"""Each pair of database and auth: the commands for its tests, migrations and service."""

import shlex
import signal
from pathlib import Path

import pytest

from tests.commands import CommandFailedError
from tests.generate_and_run.conftest import REQUIRED_SETTINGS, USER, pairs
from tests.generate_and_run.database import postgresql_server
from tests.generate_and_run.migrations import create_revision, run_migrations_up_and_down
from tests.generate_and_run.outcomes import outcomes
from tests.generate_and_run.service import START, Service, running
from tests.project import RenderedProject
from tests.readme import code_blocks, commands_under, section_under
from tests.steps import CHECKS, TEST, TESTS, TYPES

# Besides those that run in every combination.
ONE_TEST = "uv run pytest tests/api/test_endpoints.py::test_read_root"
ONE_FILE = "uv run pytest tests/api/test_endpoints.py"
SELECT_ASYNC = "uv run pytest -m asyncio"
MEASURE_COVERAGE = "uv run pytest --cov=app --cov-report=html"

IMPORTS_OF_EXAMPLE = """\
\"\"\"Customers.\"\"\"

from uuid import UUID, uuid4

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
"""

every_pair = pairs()
with_database = pairs(having="a database")
with_postgresql = pairs(having="postgresql")
with_password = pairs(having="password auth")
with_provider = pairs(having="oidc auth")


@every_pair
def test_every_test_command_of_the_readme_is_tested(pair: RenderedProject) -> None:
    # `-v` only prints more. Two processes stand for `auto`.
    named = {command.removesuffix(" -v").replace("-n auto", "-n 2") for command in commands_under("Test it", pair)}
    assert named > {TEST, *CHECKS}
    assert named <= {*TESTS, *CHECKS, ONE_TEST, ONE_FILE, SELECT_ASYNC, MEASURE_COVERAGE}


@every_pair
def test_single_test_passes(pair: RenderedProject) -> None:
    assert outcomes(pair.run(ONE_TEST)) == {"passed": 1}


@every_pair
@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_type_check_passes_on(platform: str, pair: RenderedProject) -> None:
    pair.run(f"{TYPES} --python-platform {platform}")


@every_pair
def test_dependencies_can_be_locked_with_versions_that_are_two_weeks_old(pair: RenderedProject, tmp_path: Path) -> None:
    pair.copied(tmp_path / "project").run('uv lock --exclude-newer "14 days"')


@every_pair
def test_async_tests_can_be_selected(pair: RenderedProject) -> None:
    assert outcomes(pair.run(SELECT_ASYNC)).keys() == {"passed", "deselected"}


@every_pair
def test_coverage_is_complete_and_reported(pair: RenderedProject) -> None:
    output = pair.run(f"{MEASURE_COVERAGE} --cov-fail-under=100")
    assert outcomes(output).keys() == {"passed"}
    assert (pair.path / "htmlcov" / "index.html").is_file()


@every_pair
def test_single_file_passes_without_using_the_database_of_the_service(pair: RenderedProject, tmp_path: Path) -> None:
    file = tmp_path / "service.db"
    in_use = {"sqlite": f"sqlite+aiosqlite:///{file}", "postgresql": "postgresql://nobody:x@127.0.0.1:1/service"}
    output = pair.run(ONE_FILE, DATABASE_URL=in_use.get(pair.answers["database"], ""))
    assert outcomes(output).keys() == {"passed"}
    assert not file.exists()


@with_postgresql
def test_rendered_tests_pass_on_an_existing_server(pair: RenderedProject) -> None:
    with postgresql_server(pair) as url:
        output = pair.run(TEST, TEST_DATABASE_URL=url)
    assert outcomes(output).keys() == {"passed"}


@with_database
def test_migrations_run_up_and_down_and_match_the_models(configured: RenderedProject) -> None:
    run_migrations_up_and_down(configured)
    assert "(head)" in configured.run("uv run alembic current")


@with_database
def test_a_new_migration_passes_the_checks_and_is_empty_without_changes(configured: RenderedProject) -> None:
    configured.run("uv run alembic upgrade head")
    revision = create_revision(configured, "uv run alembic revision --autogenerate --message 'change nothing'")
    assert "op." not in configured.read(revision)
    for check in CHECKS:
        configured.run(check)


@pairs(having="a database", auth="oidc")
def test_the_readme_example_of_a_table_that_refers_to_users_works(configured: RenderedProject) -> None:
    (example,) = code_blocks(section_under("Authentication", configured), "python")
    configured.write("app/models/customer.py", f"{IMPORTS_OF_EXAMPLE}\n\n{example}")
    configured.run("uv run alembic upgrade head")
    create_revision(configured, "uv run alembic revision --autogenerate --message 'add customers'")
    for check in CHECKS:
        configured.run(check)
    assert outcomes(configured.run(TEST)).keys() == {"passed"}


@every_pair
def test_service_handles_requests(service: Service) -> None:
    assert service.get("/").body == {"message": "Hello World"}
    assert service.get("/health/live").status == 200
    assert service.get("/health/ready").status == 200
    created = service.post("/api/v1/items/", {"name": "Lamp", "price": "9.99"})
    assert created.status == 201
    assert service.get(f"/api/v1/items/{created.body['data']['id']}").body == created.body
    assert service.get("/api/v1/items/nonexistent-id").body["error"]["code"] == "NOT_FOUND"
    assert service.get("/openapi.json").status == 200


@with_password
def test_registered_user_can_log_in(service: Service) -> None:
    user = USER | {"email": "new@example.com"}  # the fixture `token` registers the other user
    assert service.post("/api/v1/auth/register", user).status == 201
    login = service.post_form("/api/v1/auth/login", {"username": user["email"], "password": user["password"]})
    assert login.status == 200
    me = service.get("/api/v1/users/me", token=login.body["access_token"])
    assert me.body["data"]["email"] == user["email"]
    assert service.get("/api/v1/users/me").body["error"]["code"] == "AUTH_REQUIRED"


@with_provider
def test_service_verifies_tokens_of_the_identity_provider(service: Service, token: str) -> None:
    assert service.get("/api/v1/users/me", token).body["data"]["subject"] == "test-user"
    assert service.get("/api/v1/users/me", token[:-9]).body["error"]["code"] == "AUTH_INVALID_TOKEN"
    assert service.get("/api/v1/users/me").body["error"]["code"] == "AUTH_REQUIRED"


@every_pair
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_service_stops_cleanly_on(number: signal.Signals, production: RenderedProject) -> None:
    with running(production, START) as service:
        assert service.get("/api/v1/items/?limit=7").status == 200
        output = service.stop(number)
    assert "Application shutdown complete" in output
    assert "Traceback" not in output
    assert "limit=7" not in output  # query strings may contain secrets
    assert service.process.returncode == 0


@every_pair
def test_service_starts_with_the_commands_of_the_readme(project_with_database: RenderedProject) -> None:
    # The dependencies are installed and PostgreSQL is running. The README has no command for the identity provider.
    provider = {name: REQUIRED_SETTINGS[name] for name in ("OIDC_ISSUER", "OIDC_AUDIENCE")}
    project = project_with_database.with_variables(**provider)
    commands = [line for line in commands_under("Start it", project) if not line.startswith(("uv sync", "docker "))]
    *preparations, start = commands
    for line in preparations:
        project.run(f"bash -c {shlex.quote(line)}")
    with running(project, start) as service:
        assert service.get("/health/ready").status == 200
        assert service.post("/api/v1/items/", {"name": "Lamp", "price": "9.99"}).status == 201
        output = service.stop(signal.SIGINT)
    assert "Traceback" not in output
    assert service.process.returncode == 0


@with_password
def test_service_refuses_to_start_without_a_secret_key(production: RenderedProject) -> None:
    with pytest.raises(CommandFailedError, match=r"SECRET_KEY: .*make one: python"):
        production.run(START, SECRET_KEY="")


@with_provider
def test_service_refuses_to_start_without_an_issuer(production: RenderedProject) -> None:
    with pytest.raises(CommandFailedError, match=r"OIDC_ISSUER: Field required \(the identity provider, such as"):
        production.run(START, OIDC_ISSUER="")


@with_provider
def test_unreachable_identity_provider_does_not_prevent_the_start(production: RenderedProject, token: str) -> None:
    with running(production.with_variables(OIDC_ISSUER="http://127.0.0.1:1"), START) as service:
        assert service.get("/health/ready").status == 200
        refused = service.get("/api/v1/users/me", token)
        output = service.stop(signal.SIGTERM)
    assert refused.status == 503
    assert refused.body["error"]["code"] == "SERVICE_UNAVAILABLE"
    assert "Cannot fetch the keys of the identity provider: ConnectError" in output
