"""What Schemathesis does not know of the rendered services: their passwords and their envelope. It imports this."""

from typing import Any

import schemathesis
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, CheckContext, HookContext, Response

from tests.generate_and_run.fuzzing.fuzzer import LOGIN

LOGIN_PATH = "/api/v1/auth/login"
# What has no envelope when it succeeds: the greeting, and what OAuth2 says how to answer.
WITHOUT_ENVELOPE = {"/", LOGIN_PATH, "/api/v1/auth/refresh"}

# The rules that JSON Schema cannot express without patterns that few programs understand.
schemathesis.openapi.format("password", st.text(min_size=6, max_size=124).map(lambda text: f"{text}aA1!"))


@schemathesis.hook
def flatmap_body(context: HookContext, body: object) -> SearchStrategy[object]:
    """Let some logins be those of a user: nobody signs in by chance."""
    is_login = context.operation is not None and context.operation.path == LOGIN_PATH
    return st.sampled_from([body, LOGIN]) if is_login else st.just(body)


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
