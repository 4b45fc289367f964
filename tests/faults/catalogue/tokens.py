"""Faults of access tokens: those of the service itself, and those of an identity provider."""

from tests.faults.catalogue.files import (
    ACCOUNT_ROUTES,
    ISSUERS,
    OIDC,
    PRINCIPAL_DEPENDENCIES,
    TOKENS,
    USER_DEPENDENCIES,
)
from tests.faults.changes import Change
from tests.faults.planting import Fault

CHECKS = '{"require": REQUIRED_CLAIMS}'
PROVIDER_CHECKS = '{"require": REQUIRED_CLAIMS, "enforce_minimum_key_length": True}'


OWN_TOKENS = (
    Fault(
        "a route does not ask for authentication",
        Change(
            ACCOUNT_ROUTES,
            "read_me",
            "user: CurrentUser",
            "session: SessionDep",
            imports="from app.api.deps import SessionDep",
        ),
        Change(
            ACCOUNT_ROUTES,
            "read_me",
            "user",
            "(await session.scalars(select(User))).first()",
            imports="from sqlalchemy import select\nfrom app.models.user import User",
        ),
        detected_by="test_protected_endpoint_unauthorized",
        where="password auth",
    ),
    Fault(
        "the documentation logs in at another path behind a proxy",
        Change(USER_DEPENDENCIES, "", '"api/v1/auth/login"', '"/api/v1/auth/login"'),
        detected_by="test_the_document_describes_the_login",
    ),
    Fault(
        "a token that has expired is accepted",
        Change(TOKENS, "read_access_token", CHECKS, CHECKS + ' | {"verify_exp": False}'),
        detected_by="test_an_expired_access_token_is_refused",
    ),
    Fault(
        "a token of the wrong type is accepted",
        Change(TOKENS, "read_access_token", 'claims["type"] != "access"', "False"),
        detected_by="test_a_token_with_a_wrong_claim_is_refused[type",
    ),
    Fault(
        "a token of the wrong issuer is accepted",
        Change(TOKENS, "read_access_token", "issuer=settings.jwt_issuer", ""),
        detected_by="test_a_token_with_a_wrong_claim_is_refused[iss",
    ),
    Fault(
        "a token of the wrong audience is accepted",
        Change(TOKENS, "read_access_token", "audience=settings.jwt_audience", ""),
        Change(TOKENS, "read_access_token", CHECKS, CHECKS + ' | {"verify_aud": False}'),
        detected_by="test_a_token_with_a_wrong_claim_is_refused[aud",
    ),
    Fault(
        "a token that never expires is accepted",
        Change(TOKENS, "REQUIRED_CLAIMS", '"exp"', ""),
        detected_by="test_a_token_without_one_of_the_claims_is_refused[exp]",
    ),
    Fault(
        "a token with alg: none is accepted",
        Change(TOKENS, "read_access_token", "[ALGORITHM]", '[ALGORITHM, "none"]'),
        Change(
            TOKENS,
            "read_access_token",
            CHECKS,
            CHECKS + ' | {"verify_signature": jwt.get_unverified_header(value)["alg"] != "none"}',
        ),
        detected_by="test_a_token_without_a_signature_is_refused",
    ),
    Fault(
        "a token with another HMAC algorithm is accepted",
        Change(TOKENS, "read_access_token", "[ALGORITHM]", '["HS256", "HS384", "HS512"]'),
        detected_by="test_a_token_that_was_signed_with_another_algorithm_is_refused",
    ),
    Fault(
        "the signature of a token is not verified",
        Change(
            TOKENS,
            "read_access_token",
            CHECKS,
            CHECKS + ' | {"verify_signature": False, "verify_exp": True, "verify_iat": True}',
        ),
        detected_by="test_a_token_that_was_signed_with_another_key_is_refused",
    ),
    Fault(
        "the clocks of two machines may differ by a minute",
        Change(TOKENS, "", "LEEWAY = 10", "LEEWAY = 60"),
        detected_by="test_large_clock_skew_is_not_tolerated",
    ),
    Fault(
        "a fallback key signs tokens",
        Change(TOKENS, "issue_access_token", "next(iter(_keys().items()))", "list(_keys().items())[-1]"),
        detected_by="test_a_fallback_key_does_not_sign",
    ),
    Fault(
        "a token shows a part of its key",
        Change(TOKENS, "_keys", 'sha256(f"kid {key}")[:16]', "key[:16]"),
        detected_by="test_the_key_id_does_not_reveal_the_key",
    ),
)

TOKENS_OF_A_PROVIDER = (
    Fault(
        "a token of another issuer is accepted",
        Change(OIDC, "authenticate", "issuer=settings.oidc_issuer", ""),
        detected_by="test_a_token_with_wrong_claims_is_refused[{'iss': 'https://other.test'}",
    ),
    *(
        Fault(
            f"{what} is accepted",
            Change(OIDC, "authenticate", PROVIDER_CHECKS, PROVIDER_CHECKS + f' | {{"{check}": False}}'),
            detected_by=detected_by,
        )
        for what, check, detected_by in (
            (
                "a token for another service",
                "verify_aud",
                "test_a_token_with_wrong_claims_is_refused[{'aud': 'another-service'}",
            ),
            ("an expired token", "verify_exp", "test_a_token_with_wrong_claims_is_refused[{'exp': 1}"),
            ("a token that is not valid yet", "verify_nbf", "test_a_token_with_wrong_claims_is_refused[{'nbf'"),
            ("a token issued in the future", "verify_iat", "test_a_token_with_wrong_claims_is_refused[{'iat'"),
            ("a token without a signature", "verify_signature", "test_a_token_that_is_not_signed_is_refused"),
        )
    ),
    Fault(
        "a token without an expiration time is accepted",
        Change(OIDC, "REQUIRED_CLAIMS", '"exp"', ""),
        detected_by="test_a_token_with_wrong_claims_is_refused[{'exp': None}",
    ),
    Fault(
        "a token of any type is accepted",
        Change(
            OIDC,
            "_has_type",
            '_media_type(str(header.get("typ", "JWT"))) in map(_media_type, settings.oidc_token_types)',
            "True",
        ),
        detected_by="test_a_token_of_another_type_is_refused",
    ),
    Fault(
        "a token is verified with the key in its header",
        Change(
            OIDC,
            "authenticate",
            'await self._get_key(header["kid"])',
            'jwt.PyJWK(header["jwk"]) if "jwk" in header else await self._get_key(header["kid"])',
        ),
        detected_by="test_a_key_in_the_header_of_a_token_is_not_used[jwk",
    ),
    Fault(
        "a redirect of the provider is followed",
        Change(OIDC, "__init__", "timeout=None", "timeout=None, follow_redirects=True"),
        detected_by="test_a_redirect_is_not_followed",
    ),
    Fault(
        "a compressed document is read",
        Change(OIDC, "_get", "response.aiter_raw", "response.aiter_bytes"),
        detected_by="test_a_compressed_document_is_not_read",
    ),
    Fault(
        "keys are fetched without encryption",
        Change(OIDC, "Discovery.jwks_uri", "Annotated[str, AfterValidator(check_https)]", "str"),
        detected_by="test_the_reason_why_a_document_is_refused_is_logged_without_its_content",
    ),
    Fault(
        "keys that were withdrawn go on working",
        Change(
            OIDC,
            "_fetch",
            "self._keys = _read_keys(await self._get(discovery.jwks_uri))",
            "self._keys |= _read_keys(await self._get(discovery.jwks_uri))",
        ),
        detected_by="test_a_new_key_replaces_the_old_one_at_once",
    ),
    Fault(
        "a request that is cancelled fails others",
        Change(OIDC, "_get_key", "asyncio.wait([refreshing])", "refreshing"),
        detected_by="test_a_cancelled_request_does_not_fail_others",
    ),
    Fault(
        "a route for users is open",
        Change(ACCOUNT_ROUTES, "read_me", "user: CurrentUser", ""),
        Change(ACCOUNT_ROUTES, "read_me", "user", 'Principal(subject="anyone", email=None, scopes=[])'),
        detected_by="test_protected_endpoint_unauthorized",
        where="oidc auth",
    ),
    Fault(
        "a WebSocket has no current user",
        Change(
            PRINCIPAL_DEPENDENCIES,
            "get_current_user",
            "connection: HTTPConnection",
            "connection: Request",
            imports="from fastapi import Request",
        ),
        detected_by="test_a_web_socket_has_the_current_user",
        where="oidc auth",
    ),
    Fault(
        "the scopes of a route are not checked",
        Change(PRINCIPAL_DEPENDENCIES, "get_current_user", "*required.scopes", ""),
        detected_by="test_a_route_can_require_a_scope",
        where="oidc auth",
    ),
    Fault(
        "the scopes that every token needs are not checked",
        Change(PRINCIPAL_DEPENDENCIES, "get_current_user", "*settings.oidc_required_scopes", ""),
        detected_by="test_the_settings_can_require_scopes",
        where="oidc auth",
    ),
    Fault(
        "a symmetric algorithm can be allowed",
        Change(ISSUERS, "Algorithm", '"RS256"', '"HS256", "RS256"'),
        detected_by="test_a_symmetric_algorithm_is_refused[HS256",
        where="oidc auth",
    ),
)

TOKEN_FAULTS = (*OWN_TOKENS, *TOKENS_OF_A_PROVIDER)
