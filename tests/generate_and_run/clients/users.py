"""Register, log in, refresh the tokens and log out. The argument is the URL of the service."""

import sys

from service_client import AuthenticatedClient, Client
from service_client.api.auth import login, logout, refresh, register
from service_client.api.users import read_me
from service_client.models import Failure, LoginForm, RefreshRequest, SuccessUserRead, TokenPair, UserCreate

URL = sys.argv[1]
USER = UserCreate(email="client@example.com", password="TestPass123!", name="Client")  # noqa: S106 - opens nothing


def use(client: Client) -> None:
    """Call each operation and check the types of the responses."""
    registered = register.sync(client=client, body=USER)
    assert isinstance(registered, SuccessUserRead)
    form = LoginForm(username=USER.email, password=USER.password)
    tokens = tokens_of(login.sync(client=client, body=form))

    with AuthenticatedClient(base_url=URL, token=tokens.access_token, raise_on_unexpected_status=True) as signed_in:
        me = read_me.sync(client=signed_in)
    assert isinstance(me, SuccessUserRead)
    assert me.data == registered.data

    renewed = tokens_of(refresh.sync(client=client, body=RefreshRequest(tokens.refresh_token)))
    revoked = RefreshRequest(renewed.refresh_token)
    assert logout.sync_detailed(client=client, body=revoked).status_code == 204
    refused = refresh.sync(client=client, body=revoked)
    assert isinstance(refused, Failure)
    assert refused.error.code == "AUTH_INVALID_TOKEN"


def tokens_of(answer: TokenPair | Failure | None) -> TokenPair:
    """Return the tokens of a successful response."""
    assert isinstance(answer, TokenPair)
    return answer


with Client(base_url=URL, raise_on_unexpected_status=True) as anyone:
    use(anyone)
