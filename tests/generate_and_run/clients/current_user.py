"""Read the current user. The arguments are the URL of the service and an access token."""

import sys

from service_client import AuthenticatedClient
from service_client.api.users import read_email, read_me
from service_client.models import Failure, SuccessEmailRead, SuccessPrincipal

URL, TOKEN = sys.argv[1:]


def use(client: AuthenticatedClient) -> None:
    """Call each operation and check the types of the responses."""
    me = read_me.sync(client=client)
    assert isinstance(me, SuccessPrincipal)
    assert (me.data.subject, me.data.scopes) == ("test-user", ["openid", "email"])
    address = read_email.sync(client=client)
    assert isinstance(address, SuccessEmailRead)
    assert address.data.email == me.data.email


with AuthenticatedClient(base_url=URL, token=TOKEN, raise_on_unexpected_status=True) as signed_in:
    use(signed_in)
with AuthenticatedClient(base_url=URL, token=TOKEN[:-9], raise_on_unexpected_status=True) as stranger:
    refused = read_me.sync(client=stranger)
    assert isinstance(refused, Failure)
    assert refused.error.code == "AUTH_INVALID_TOKEN"
