"""What Schemathesis does not know of the rendered services: their passwords and their envelope. It imports this."""

from typing import Any

import schemathesis
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, CheckContext, HookContext, Response

from tests.generate_and_run.conftest import LOGIN

LOGIN_PATH = "/api/v1/auth/login"
# What nobody says by chance, by the path: who the user is, and the password, which stays the same when it is changed.
# After some wrong ones the service answers 429, as it documents.
KNOWN = {
    LOGIN_PATH: LOGIN,
    "/api/v1/users/me/password": {"current_password": LOGIN["password"], "new_password": LOGIN["password"]},
}
# What has no envelope when it succeeds: the greeting, and what OAuth2 says how to answer.
WITHOUT_ENVELOPE = {"/", LOGIN_PATH, "/api/v1/auth/refresh"}

# The rules that JSON Schema cannot express without patterns that few programs understand.
schemathesis.openapi.format("password", st.text(min_size=6, max_size=124).map(lambda text: f"{text}aA1!"))

# Addresses under reserved names, such as .test, are valid but refused: nobody gets mail there.
schemathesis.openapi.format("email", st.emails(domains=st.sampled_from(["example.com", "mail.example.org"])))


@schemathesis.hook
def flatmap_case(_context: HookContext, case: Case[Any]) -> SearchStrategy[Case[Any]]:
    """Let some of the valid requests say what only the user knows."""
    known = KNOWN.get(case.operation.path)
    if known is None or case.meta is None or case.meta.generation.mode.is_negative:
        return st.just(case)
    return st.booleans().map(lambda knowing: _with_body(case, known) if knowing else case)


def _with_body(case: Case[Any], body: dict[str, str]) -> Case[Any]:
    case.body = dict(body)
    return case


@schemathesis.check
def envelope(_context: CheckContext, response: Response, case: Case[Any]) -> None:
    """Fail unless the body of the response is the envelope, or empty where it should be."""
    succeeded = response.status_code < 400
    if succeeded and case.operation.path in WITHOUT_ENVELOPE:
        return
    if response.status_code == 204:
        assert response.content == b"", "a body where there should be none"
        return
    body = response.json()
    assert body.keys() == {"success", "data" if succeeded else "error"}, "no envelope"
    assert body["success"] is succeeded, "an envelope that contradicts the status"
