"""Schemathesis hooks for the passwords, e-mail addresses and the envelope of rendered services."""

from typing import Any

import schemathesis
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, CheckContext, HookContext, Response

from tests.generate_and_run.conftest import LOGIN

LOGIN_PATH = "/api/v1/auth/login"
# Valid credentials for each path, which random requests would not have. The new password is the same as the old one.
CREDENTIALS = {
    LOGIN_PATH: LOGIN,
    "/api/v1/users/me/password": {"current_password": LOGIN["password"], "new_password": LOGIN["password"]},
}
# Paths whose successful responses have no envelope: the greeting, and tokens as in OAuth2.
WITHOUT_ENVELOPE = {"/", LOGIN_PATH, "/api/v1/auth/refresh"}

# Password rules that are not in the JSON Schema.
schemathesis.openapi.format("password", st.text(min_size=6, max_size=124).map(lambda text: f"{text}aA1!"))

# Addresses with reserved domains, such as .test, are refused.
schemathesis.openapi.format("email", st.emails(domains=st.sampled_from(["example.com", "mail.example.org"])))


@schemathesis.hook
def flatmap_case(_context: HookContext, case: Case[Any]) -> SearchStrategy[Case[Any]]:
    """Use valid credentials in about half of the valid requests."""
    known = CREDENTIALS.get(case.operation.path)
    if known is None or case.meta is None or case.meta.generation.mode.is_negative:
        return st.just(case)
    return st.booleans().map(lambda valid: _with_body(case, known) if valid else case)


def _with_body(case: Case[Any], body: dict[str, str]) -> Case[Any]:
    case.body = dict(body)
    return case


@schemathesis.check
def envelope(_context: CheckContext, response: Response, case: Case[Any]) -> None:
    """Fail unless the response has the envelope, or an empty body with status 204."""
    succeeded = response.status_code < 400
    if succeeded and case.operation.path in WITHOUT_ENVELOPE:
        return
    if response.status_code == 204:
        assert response.content == b"", "a body with status 204"
        return
    body = response.json()
    assert body.keys() == {"success", "data" if succeeded else "error"}, "no envelope"
    assert body["success"] is succeeded, "an envelope that contradicts the status"
