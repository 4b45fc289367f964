"""Faults of refresh tokens, of logins that fail, and of waiting to hash a password."""

from tests.faults.catalogue.files import (
    ACCOUNT_ROUTES,
    AUTH_ROUTES,
    AUTH_SERVICE,
    FAILED_LOGIN_REPOSITORY,
    PASSWORDS,
    REFRESH_TOKEN_REPOSITORY,
    TOKENS,
    USER_DEPENDENCIES,
    USER_REPOSITORY,
    USER_SERVICE,
)
from tests.faults.changes import Change
from tests.faults.planting import Fault

REPLACE_BY_ONE_UPDATE = """
return await self.session.scalar(
    update(RefreshToken)
    .where(RefreshToken.id == read_session_id(old), RefreshToken.token_hash == sha256(old))
    .where(RefreshToken.expires_at > datetime.now(UTC))
    .values(token_hash=sha256(new), expires_at=expires_at)
    .returning(RefreshToken.user_id)
)
"""

REFRESH_TOKENS = (
    Fault(
        "a refresh token is accepted twice",
        Change(REFRESH_TOKEN_REPOSITORY, "replace", "RefreshToken.token_hash == sha256(old)", ""),
        detected_by="test_using_a_refresh_token_twice_ends_the_session",
    ),
    Fault(
        "a refresh token is accepted by two requests at once",
        Change(
            REFRESH_TOKEN_REPOSITORY,
            "replace",
            REPLACE_BY_ONE_UPDATE,
            """
            token = await self.session.get(RefreshToken, read_session_id(old))
            if token is None or token.token_hash != sha256(old) or token.expires_at < datetime.now(UTC):
                return None
            token.token_hash, token.expires_at = sha256(new), expires_at
            await self.session.flush()
            return token.user_id
            """,
        ),
        detected_by="test_the_second_of_two_refreshes_waits_and_fails",
        where="postgresql",
    ),
    Fault(
        "the end of a session does not see the row that a refresh inserts",
        Change(
            REFRESH_TOKEN_REPOSITORY,
            "replace",
            REPLACE_BY_ONE_UPDATE,
            """
            user_id = await self.session.scalar(
                delete(RefreshToken)
                .where(RefreshToken.id == read_session_id(old), RefreshToken.token_hash == sha256(old))
                .where(RefreshToken.expires_at > datetime.now(UTC))
                .returning(RefreshToken.user_id)
            )
            if user_id:
                await self.create(new, user_id=user_id, expires_at=expires_at)
            return user_id
            """,
        ),
        detected_by="test_ending_a_session_waits_for_a_refresh[logout",
        # On SQLite it is right: a writer has the whole database.
        where="postgresql",
    ),
    Fault(
        "a refresh token that has expired is accepted",
        Change(REFRESH_TOKEN_REPOSITORY, "replace", "RefreshToken.expires_at > datetime.now(UTC)", "True"),
        detected_by="test_a_token_that_has_expired_cannot_be_replaced",
    ),
    Fault(
        "the session id reveals the refresh token",
        Change(
            TOKENS,
            "read_session_id",
            'sha256(refresh_token.partition(".")[0])[:32]',
            'refresh_token.partition(".")[0]',
        ),
        Change(TOKENS, "new_refresh_token", "secrets.token_urlsafe(32)", "str(uuid4())"),
        detected_by="test_the_session_id_does_not_reveal_the_refresh_token",
    ),
    Fault(
        "a renewed refresh token belongs to another session",
        Change(AUTH_SERVICE, "refresh", "next_refresh_token(refresh_token)", "new_refresh_token()"),
        detected_by="test_refresh_returns_new_tokens_that_work",
    ),
    Fault(
        "a refresh locks other sessions of the user",
        Change(
            AUTH_SERVICE,
            "refresh",
            "return _token_pair(user_id, renewed)",
            """
            await self._tokens.delete_expired(user_id)
            return _token_pair(user_id, renewed)
            """,
        ),
        detected_by="test_refresh_changes_no_other_session",
    ),
    Fault(
        "refresh tokens are stored as they are",
        Change(TOKENS, "sha256", "hashlib.sha256(value.encode()).hexdigest()", "value"),
        detected_by="test_only_a_hash_of_the_token_is_stored",
    ),
    Fault(
        "a password is changed without the current one",
        Change(AUTH_SERVICE, "change_password", "await self._authenticate(user.email, data.current_password)", "user"),
        detected_by="test_a_password_change_requires_the_current_password",
    ),
    Fault(
        "a password signs in that was changed while it was verified",
        Change(USER_SERVICE, "authenticate", "user.hashed_password != hashed_password", "not user.hashed_password"),
        detected_by="test_login_fails_when_the_password_changes_during_verification",
    ),
    Fault(
        "a user who signs in is not locked",
        Change(USER_REPOSITORY, "get_by_email", "query.with_for_update()", "query"),
        detected_by="test_a_login_waits_for_a_password_change_and_does_not_undo_it",
        where="postgresql",
    ),
)

FAILED_LOGINS = (
    Fault(
        "only logins with known addresses are limited",
        Change(
            AUTH_SERVICE,
            "_authenticate",
            "await self._failures.create(account)",
            """
            if await self.users._users.get_by_email(email):
                await self._failures.create(account)
            """,
        ),
        detected_by="test_login_is_limited_after_ten_failures[unknown",
    ),
    Fault(
        "failed logins are counted for the address as it was typed",
        Change(AUTH_SERVICE, "_authenticate", "normalize_email(email)", "email"),
        detected_by="test_login_is_limited_after_ten_failures",
    ),
    Fault(
        "failed logins are stored with the address",
        Change(AUTH_SERVICE, "_authenticate", "sha256(normalize_email(email))", "normalize_email(email)"),
        detected_by="test_failed_logins_are_stored_without_the_address",
    ),
    Fault(
        "many clients lock a user out",
        Change(
            FAILED_LOGIN_REPOSITORY,
            "retry_after",
            "FailedLogin.client == self._client",
            "(FailedLogin.client == self._client) | (failures >= FAILURES_OF_ACCOUNT)",
        ),
        detected_by="test_other_clients_have_one_attempt_at_an_account_under_attack",
    ),
    Fault(
        "a client has another attempt when many others have failed",
        Change(
            FAILED_LOGIN_REPOSITORY,
            "retry_after",
            "own = select(FailedLogin.created_at).where(*recent, FailedLogin.client == self._client)",
            """
            newest = select(FailedLogin.id).where(*recent).order_by(FailedLogin.created_at.desc()).limit(100)
            own = select(FailedLogin.created_at).where(FailedLogin.id.in_(newest), FailedLogin.client == self._client)
            """,
        ),
        detected_by="test_a_client_has_no_second_attempt_at_an_account_under_attack",
    ),
    Fault(
        "an attempt that comes too early counts",
        Change(
            AUTH_SERVICE,
            "_authenticate",
            "raise TooManyFailedLoginsError(retry_after=seconds)",
            """
            await self._failures.create(account)
            await self._failures.session.commit()
            raise TooManyFailedLoginsError(retry_after=seconds)
            """,
        ),
        detected_by="test_a_refused_attempt_does_not_count",
    ),
    Fault(
        "the current password can be guessed at a password change",
        Change(AUTH_SERVICE, "change_password", "self._authenticate", "self.users.authenticate"),
        detected_by="test_a_failed_password_change_counts_as_a_failed_login",
    ),
)

HASHING = (
    *(
        Fault(
            f"a {name} does not wait for its turn to hash",
            Change(file, function, "_limit: HashingLimit", ""),
            detected_by=f"test_a_request_is_refused_without_a_query_when_the_hashing_queue_is_full[{name}",
            where="password auth",
        )
        for name, file, function in (
            ("register", AUTH_ROUTES, "register"),
            ("login", AUTH_ROUTES, "login"),
            ("password change", ACCOUNT_ROUTES, "change_password"),
        )
    ),
    Fault(
        "the database is asked before the turn to hash",
        Change(ACCOUNT_ROUTES, "change_password", "_limit: HashingLimit", ""),
        Change(ACCOUNT_ROUTES, "change_password", "user: CurrentUser", "user: CurrentUser, _limit: HashingLimit"),
        detected_by="test_a_request_is_refused_without_a_query_when_the_hashing_queue_is_full[password change",
        where="password auth",
    ),
    Fault(
        "whether a client has gone is asked before it waits",
        Change(
            USER_DEPENDENCIES,
            "limit_hashing",
            """
            async with hashing_limiter:
                if await request.is_disconnected():
                    raise ServiceUnavailableError("The client has disconnected.")
                yield
            """,
            """
            if await request.is_disconnected():
                raise ServiceUnavailableError("The client has disconnected.")
            async with hashing_limiter:
                yield
            """,
        ),
        detected_by="test_a_password_is_hashed_if_the_client_is_still_connected[disconnected",
        where="password auth",
    ),
    Fault(
        "passwords are hashed on the event loop",
        Change(
            PASSWORDS,
            "hash_password",
            "await to_thread.run_sync(password_hash.hash, normalize(password))",
            "password_hash.hash(normalize(password))",
        ),
        detected_by="test_hashing_does_not_block_the_event_loop",
    ),
    Fault(
        "passwords are verified on the event loop",
        Change(
            PASSWORDS,
            "verify_password",
            "await to_thread.run_sync(_verify, normalize(password), hashed)",
            "_verify(normalize(password), hashed)",
        ),
        detected_by="test_other_requests_can_write_while_a_password_is_hashed[login",
    ),
    Fault(
        "passwords are hashed with weak parameters",
        Change(
            PASSWORDS,
            "password_hash",
            "PasswordHash.recommended()",
            "PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8),))",
            imports="from pwdlib.hashers.argon2 import Argon2Hasher",
        ),
        detected_by="test_the_production_hasher_has_the_recommended_parameters",
    ),
)

SESSIONS = (*REFRESH_TOKENS, *FAILED_LOGINS, *HASHING)
