"""The faults: what each changes, and which rendered test must notice.

First those that the product promises to notice, then others that are easily made. A fault that survives shows a test
that the template lacks: add one there that a reader of the service would find natural.
"""

from tests.faults.planting import Change, Fault

DATABASE = "app/database.py"
DEPENDENCIES = "app/api/deps.py"
ERRORS = "app/api/errors.py"
HEALTH = "app/api/routes/health.py"
ITEMS = "app/api/routes/items.py"
PASSWORDS = "app/core/passwords.py"
REFRESH_TOKENS = "app/repositories/refresh_token.py"
SQLITE = "app/sqlite.py"
TOKENS = "app/core/tokens.py"
USERS = "app/repositories/user.py"
USER_MIGRATION = "migrations/versions/0002_create_users.py"
USER_SCHEMAS = "app/schemas/user.py"

YIELD_AND_COMMIT = """\
        yield session
        await session.commit()
"""

TRANSACTIONS = (
    Fault(
        "never committing",
        (Change(DATABASE, "        await session.commit()\n", ""),),
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
                "from fastapi import Request\n",
                "from fastapi import Request\n\nfrom app.core.exceptions import AppError\n",
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
                "        await session.commit()\n",
                """\
        with suppress(Exception):
            await session.commit()
""",
            ),
            Change(
                DATABASE,
                "from datetime import datetime\n",
                "from contextlib import suppress\nfrom datetime import datetime\n",
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
            async with self._session.begin_nested():
                self._session.add(user)
""",
                """\
            self._session.add(user)
            await self._session.flush()
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
        shared = request.app.state._state.setdefault("session", session)
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
        noticed_by="test_login_answers_as_oauth2_says",
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
        (Change(DATABASE, ", pool_pre_ping=True", ""),),
        noticed_by="test_a_connection_that_the_server_closed_is_replaced",
        where="postgresql",
    ),
    Fault(
        "a row that is to be deleted is not locked",
        (
            Change(
                "app/repositories/item_sqlalchemy.py",
                "        item = await self._session.get(Item, item_id, with_for_update=True)\n",
                "        item = await self._session.get(Item, item_id)\n",
            ),
        ),
        noticed_by="test_an_item_that_someone_else_is_deleting_cannot_be_deleted",
        where="postgresql",
    ),
)

SQLITE_ALONE = (
    Fault(
        "foreign keys off",
        (Change(SQLITE, '    cursor.execute("PRAGMA foreign_keys = ON")\n', ""),),
        noticed_by="test_foreign_keys_are_enforced",
    ),
    Fault(
        "writers do not take the lock first",
        (Change(SQLITE, '"BEGIN IMMEDIATE" if writing else "BEGIN"', '"BEGIN"'),),
        noticed_by="test_writers_wait_for_each_other_instead_of_failing",
    ),
    Fault(
        "readers take the lock of writers",
        (Change(SQLITE, '"BEGIN IMMEDIATE" if writing else "BEGIN"', '"BEGIN IMMEDIATE"'),),
        noticed_by="test_readers_do_not_wait_for_a_writer",
    ),
    Fault(
        "a writer does not wait for another",
        (Change(SQLITE, "busy_timeout = 5000", "busy_timeout = 0"),),
        noticed_by="test_writers_wait_for_each_other_instead_of_failing",
    ),
    Fault(
        "sqlite3 opens the transactions",
        (
            Change(SQLITE, "    dbapi_connection.isolation_level = None\n", ""),
            Change(SQLITE, '    event.listen(engine.sync_engine, "begin", _begin)\n', ""),
        ),
        noticed_by="test_a_rollback_undoes_the_creation_of_a_table",
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
        (Change(SQLITE, "        if cents != int(cents):\n", "        if cents is None:\n"),),
        noticed_by="test_a_fraction_of_a_cent_is_refused",
    ),
)

MIGRATIONS = (
    Fault(
        "a migration that lags behind a new column",
        (
            Change(
                "app/models/item.py",
                "    price: Mapped[Decimal]\n",
                "    price: Mapped[Decimal]\n    note: Mapped[str | None]\n",
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
)

ACCESS = (
    Fault(
        "the authentication dependency removed from a route",
        (
            Change(
                "app/api/routes/users.py",
                "from app.api.auth import CurrentUser\n",
                """\
from sqlalchemy import select

from app.api.deps import SessionDep
from app.models.user import User
""",
            ),
            Change(
                "app/api/routes/users.py",
                "async def read_me(user: CurrentUser) -> Success[UserRead]:\n",
                "async def read_me(session: SessionDep) -> Success[UserRead]:\n",
            ),
            Change(
                "app/api/routes/users.py",
                "    return Success(data=UserRead.model_validate(user))\n",
                "    user = (await session.scalars(select(User))).first()\n"
                "    return Success(data=UserRead.model_validate(user))\n",
            ),
        ),
        noticed_by="test_protected_endpoint_unauthorized",
    ),
    Fault(
        "FastAPI answers a missing token, without the code",
        (Change("app/api/auth.py", ", auto_error=False", ""),),
        noticed_by="test_protected_endpoint_unauthorized",
    ),
    Fault(
        "the token of a deleted user is accepted",
        (
            Change(
                "app/api/auth.py",
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
                "app/api/auth.py",
                "from typing import",
                "from datetime import UTC, datetime\nfrom uuid import uuid4\nfrom typing import",
            ),
        ),
        noticed_by="test_the_access_token_of_a_deleted_user_is_refused",
    ),
    Fault(
        "an expired token accepted",
        (Change(TOKENS, '{"require": REQUIRED_CLAIMS}', '{"require": REQUIRED_CLAIMS, "verify_exp": False}'),),
        noticed_by="test_an_expired_access_token_is_refused",
    ),
    Fault(
        "a token of the wrong type accepted",
        (Change(TOKENS, 'claims["type"] != token_type', 'claims["type"] not in list(TokenType)'),),
        noticed_by="test_a_refresh_token_is_no_access_token",
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
)

SESSIONS = (
    Fault(
        "a refresh token accepted twice",
        (Change(REFRESH_TOKENS, "                RefreshToken.used_at.is_(None),\n", ""),),
        noticed_by="test_a_refresh_token_that_is_used_twice_ends_the_session",
    ),
    Fault(
        "a refresh token accepted by two requests at once",
        (
            Change(
                REFRESH_TOKENS,
                """\
        return await self._session.scalar(
            update(RefreshToken)
            .where(
""",
                """\
        token = await self._session.scalar(
            select(RefreshToken)
            .where(
""",
            ),
            Change(
                REFRESH_TOKENS,
                """\
            .values(used_at=datetime.now(UTC))
            .returning(RefreshToken)
        )
""",
                """\
        )
        if token:
            token.used_at = datetime.now(UTC)
            await self._session.flush()
        return token
""",
            ),
        ),
        noticed_by="test_a_refresh_token_that_someone_else_is_using_cannot_be_used",
        # On SQLite it is right: a request that may write holds the lock before it reads.
        where="postgresql",
    ),
    Fault(
        "reuse does not revoke the family",
        (
            Change(
                "app/services/auth.py",
                "            await self._tokens.revoke_family(refresh_token)\n            raise",
                "            raise",
            ),
        ),
        noticed_by="test_a_refresh_token_that_is_used_twice_ends_the_session",
    ),
    Fault(
        "the error of a reused token rolls the revocation back",
        (Change(REFRESH_TOKENS, "        await self._session.commit()\n", ""),),
        noticed_by="test_revoking_a_family_outlives_the_rollback_of_the_request",
    ),
    Fault(
        "a revoked refresh token accepted",
        (Change(REFRESH_TOKENS, "                RefreshToken.revoked_at.is_(None),\n", ""),),
        noticed_by="test_logout_ends_the_session",
    ),
    Fault(
        "a renewed refresh token starts a family of its own",
        (Change("app/services/auth.py", "family_id=used.family_id", "family_id=uuid4()"),),
        noticed_by="test_a_refresh_token_that_is_used_twice_ends_the_session",
    ),
    Fault(
        "reuse ends all sessions of everyone",
        (Change(REFRESH_TOKENS, "RefreshToken.family_id == family, RefreshToken", "RefreshToken"),),
        noticed_by="test_ending_one_session_leaves_the_others",
    ),
    Fault(
        "refresh tokens stored as they are",
        (Change(TOKENS, "    return hashlib.sha256(value.encode()).hexdigest()\n", "    return value\n"),),
        noticed_by="test_only_a_hash_of_the_token_is_stored",
    ),
    Fault(
        "expired refresh tokens are never deleted",
        (Change("app/services/auth.py", "        await self._tokens.delete_expired(user.id)\n", ""),),
        noticed_by="test_login_forgets_the_sessions_of_the_user_that_have_expired",
    ),
    Fault(
        "expired refresh tokens of everyone are deleted",
        (Change(REFRESH_TOKENS, "RefreshToken.user_id == user_id, RefreshToken", "RefreshToken"),),
        noticed_by="test_only_the_tokens_of_the_user_that_have_expired_are_deleted",
    ),
    Fault(
        "signing out does nothing",
        (Change("app/api/routes/auth.py", "    await auth.logout(data.refresh_token)\n", ""),),
        noticed_by="test_logout_ends_the_session",
    ),
    Fault(
        "tokens may be cached",
        (
            Change(
                "app/api/routes/auth.py",
                "    _forbid_caching(response)\n    return await auth.login(user)\n",
                "    return await auth.login(user)\n",
            ),
        ),
        noticed_by="test_login_answers_as_oauth2_says",
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
                "    return await to_thread.run_sync(hasher.hash, password, limiter=limiter)\n",
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
        (Change("app/services/user.py", "if user is None or not matches:", "if user is None:"),),
        noticed_by="test_login_invalid_credentials[wrong password",
    ),
    Fault(
        "an outdated hash is kept",
        (
            Change(
                "app/services/user.py",
                "        if new_hash:\n            user.hashed_password = new_hash\n",
                "",
            ),
        ),
        noticed_by="test_login_replaces_an_outdated_hash",
    ),
    Fault(
        "hashing on the event loop",
        (
            Change(
                PASSWORDS, "await to_thread.run_sync(hasher.hash, password, limiter=limiter)", "hasher.hash(password)"
            ),
        ),
        noticed_by="test_others_are_served_while_a_password_is_hashed",
    ),
    Fault(
        "verifying on the event loop",
        (
            Change(
                PASSWORDS,
                "await to_thread.run_sync(_verify, password, hashed, limiter=limiter)",
                "_verify(password, hashed)",
            ),
        ),
        noticed_by="test_others_can_write_while_a_password_is_hashed[login",
    ),
    Fault(
        "hashing in a transaction",
        (Change("app/services/user.py", "        await self._users.end_transaction()\n", ""),),
        noticed_by="test_authenticate_holds_no_transaction_while_it_hashes",
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
    Fault(
        "an unknown address is answered faster than a wrong password",
        (Change(PASSWORDS, "        hasher.verify(password, _hash_of_nobody())\n", ""),),
        noticed_by="test_authenticate_verifies_one_hash_whether_or_not_the_address_is_known[unknown address",
    ),
    Fault(
        "an unknown address is answered differently from a wrong password",
        (
            Change(
                "app/services/user.py",
                "        if user is None or not matches:\n",
                "        if user is None:\n            raise NotFoundError\n        if not matches:\n",
            ),
            Change(
                "app/services/user.py", "InvalidCredentialsError\nfrom", "InvalidCredentialsError, NotFoundError\nfrom"
            ),
        ),
        noticed_by="test_login_invalid_credentials[unknown address",
    ),
    Fault(
        "the address is stored as it was typed",
        (Change(USER_SCHEMAS, "Annotated[EmailStr, AfterValidator(str.lower)]", "EmailStr"),),
        noticed_by="test_email_validation[Mixed.Case@Example.COM",
    ),
    Fault(
        "the address is looked up as it was typed",
        (Change(USERS, "email.lower()", "email"),),
        noticed_by="test_get_user_by_email_whatever_its_case[TEST@Example.com",
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
        "the tokens of a deleted user stay",
        (
            Change("app/models/refresh_token.py", ', ondelete="CASCADE"', ""),
            Change(USER_MIGRATION, ', ondelete="CASCADE"', ""),
        ),
        noticed_by="test_the_tokens_of_a_deleted_user_are_deleted",
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
        (Change(USER_SCHEMAS, "        min_length=10,\n", ""),),
        noticed_by="test_password_validation[short1A!",
    ),
    Fault(
        "a password accepted that is one character too short",
        (Change(USER_SCHEMAS, "min_length=10", "min_length=9"),),
        noticed_by="test_password_validation[NineChr1!",
    ),
    Fault(
        "a password of any length is hashed at registration",
        (Change(USER_SCHEMAS, "        max_length=128,\n", ""),),
        noticed_by="test_password_validation[password",
    ),
    Fault(
        "a password of any length is hashed at login",
        (Change("app/schemas/token.py", "max_length=128, repr=False", "repr=False"),),
        noticed_by="test_login_hashes_no_password_that_is_too_long_to_be_one",
    ),
)

FAILURES = (
    Fault(
        "a wrong method is told the methods of one route only",
        (Change(ERRORS, '    if "Allow" in headers:\n        headers["Allow"] = _allowed_methods(request)\n', ""),),
        noticed_by="test_a_wrong_method_is_told_the_right_ones",
    ),
    Fault(
        "a price of -0 reads otherwise once it is stored",
        (Change("app/schemas/item.py", "abs(price).quantize", "price.quantize"),),
        noticed_by="test_a_price_comes_back_exactly[-0",
        where="a database",
    ),
    Fault(
        "a 500 that shows the exception",
        (
            Change(ERRORS, "_request: Request, _exc: Exception", "_request: Request, exc: Exception"),
            Change(ERRORS, 'message="Something went wrong on our side."', "message=str(exc)"),
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
                "app/api/body_limit.py",
                "ContentTooLargeEnvelope(super().build_middleware_stack())",
                "super().build_middleware_stack()",
            ),
        ),
        noticed_by="test_a_body_that_is_too_large_is_refused[Content-Length",
    ),
    Fault(
        "an error of the application without the envelope",
        (
            Change(
                ERRORS,
                "    return _respond(exc.status, Error(code=exc.code, message=str(exc)), exc.headers)\n",
                '    return JSONResponse({"detail": str(exc)}, exc.status, exc.headers)\n',
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
        (Change("app/main.py", "        max_body_size=settings.max_body_size,\n", ""),),
        noticed_by="test_a_body_that_is_too_large_is_refused",
    ),
    Fault(
        "OpenAPI says nothing of errors",
        (Change(ERRORS, '{"model": Failure}', "{}"),),
        noticed_by="test_an_operation_declares_its_failures",
    ),
    Fault(
        "a malformed id is invalid rather than not found",
        (Change(ITEMS, "ItemId: TypeAlias = Annotated[UUID, Depends(parse_item_id)]", "ItemId: TypeAlias = UUID"),),
        noticed_by="test_item_not_found[GET-nonexistent-id",
    ),
    Fault(
        "deleting what is not there succeeds",
        (
            Change(
                ITEMS,
                "    if not await items.delete(item_id):\n        raise NotFoundError\n",
                "    await items.delete(item_id)\n",
            ),
        ),
        noticed_by="test_item_not_found[DELETE-00000000",
    ),
)

HEALTH_CHECKS = (
    Fault(
        "readiness does not ask the database",
        (Change(HEALTH, '            await session.execute(text("SELECT 1"))\n', "            pass\n"),),
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
        (Change(ITEMS, "if len(found) > limit else", "if len(found) >= limit else"),),
        noticed_by="test_a_full_last_page_has_no_next_cursor",
    ),
    Fault(
        "there is never another page",
        (Change(ITEMS, "limit=limit + 1", "limit=limit"),),
        noticed_by="test_pages_hold_every_item_once_in_the_order_of_creation",
    ),
    Fault(
        "a page skips an item",
        (Change(ITEMS, "Cursor(page[-1].created_at, page[-1].id)", "Cursor(found[-1].created_at, found[-1].id)"),),
        noticed_by="test_pages_hold_every_item_once_in_the_order_of_creation",
    ),
    Fault(
        "a page repeats the last item in the database",
        (Change("app/repositories/item_sqlalchemy.py", "place > after", "place >= after"),),
        noticed_by="test_pages_hold_every_item_once_in_the_order_of_creation",
    ),
    Fault(
        "a page repeats the last item in memory",
        (Change("app/repositories/item_memory.py", "_place(item) > after", "_place(item) >= after"),),
        noticed_by="test_pages_hold_every_item_once_in_the_order_of_creation",
    ),
    Fault(
        "items of the same moment are skipped",
        (Change("app/repositories/item_sqlalchemy.py", "place > after", "Item.created_at > after.created_at"),),
        noticed_by="test_items_of_the_same_moment_are_listed_once",
    ),
    Fault(
        "items in the order of their names",
        (Change("app/repositories/item_sqlalchemy.py", "order_by(Item.created_at, Item.id)", "order_by(Item.name)"),),
        noticed_by="test_pages_hold_every_item_once_in_the_order_of_creation",
    ),
    Fault(
        "pages of any size",
        (Change(ITEMS, "Query(ge=1, le=100)", "Query(ge=1)"),),
        noticed_by="test_the_size_of_a_page_is_limited[101",
    ),
)

SETTINGS = (
    Fault(
        "the secret key has a default",
        (
            Change(
                "app/core/config.py",
                """\
secrets; print(secrets.token_urlsafe(48))'",
        ),
    ]
""",
                """\
secrets; print(secrets.token_urlsafe(48))'",
        ),
    ] = SecretStr("change me before you go into production")
""",
            ),
        ),
        noticed_by="test_without_a_secret_key_the_service_says_how_to_make_one",
        where="password auth",
    ),
    Fault(
        "a weak secret key accepted",
        (Change("app/core/config.py", "            min_length=32,\n", ""),),
        noticed_by="test_a_weak_secret_key_is_refused_and_not_shown",
        where="password auth",
    ),
    Fault(
        "settings are shown when they are refused",
        (
            Change(
                "app/core/config.py",
                """{problem['msg']}" +""",
                """{problem['msg']}, not {problem['input']}" +""",
            ),
        ),
        noticed_by="test_a_weak_secret_key_is_refused_and_not_shown",
        where="password auth",
    ),
    Fault(
        "the password of the database is shown in logs",
        (Change("app/core/config.py", "        repr=False,\n", ""),),
        noticed_by="test_the_password_of_the_database_is_not_shown_in_logs",
        where="postgresql",
    ),
)

FAULTS = (
    *TRANSACTIONS,
    *SQLITE_ALONE,
    *MIGRATIONS,
    *ACCESS,
    *SESSIONS,
    *PEOPLE,
    *FAILURES,
    *HEALTH_CHECKS,
    *LISTS,
    *SETTINGS,
)

HARMLESS = Fault(
    "a detour that changes nothing",
    (
        Change(
            ITEMS,
            "    return Success(data=ItemRead.model_validate(item))\n",
            "    shown = ItemRead.model_validate(item)\n    return Success(data=shown)\n",
        ),
    ),
    noticed_by="no test",
)
