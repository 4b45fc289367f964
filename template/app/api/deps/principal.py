"""The current user, as the access token describes it."""

from typing import Annotated, TypeAlias

from fastapi import Depends
from fastapi.requests import HTTPConnection
from fastapi.security import OpenIdConnect, SecurityScopes
from fastapi.security.utils import get_authorization_scheme_param

from app.core.config import settings
from app.core.exceptions import InsufficientScopeError
from app.core.oidc import IdentityProvider, discovery_url
from app.schemas.principal import Principal

# `auto_error` would return an error without the code of the envelope.
openid_connect = OpenIdConnect(openIdConnectUrl=discovery_url(), auto_error=False)


async def get_current_user(
    connection: HTTPConnection,
    authorization: Annotated[str | None, Depends(openid_connect)],
    required: SecurityScopes,
) -> Principal:
    """Return the user of the access token. Raises InsufficientScopeError when the token lacks a scope."""
    scheme, token = get_authorization_scheme_param(authorization)
    provider: IdentityProvider = connection.app.state.identity_provider
    user = await provider.authenticate(token if scheme.lower() == "bearer" else None)
    missing = {*settings.oidc_required_scopes, *required.scopes}.difference(user.scopes)
    if missing:
        raise InsufficientScopeError(f"The token lacks the scope {' '.join(sorted(missing))}.")
    return user


CurrentUser: TypeAlias = Annotated[Principal, Depends(get_current_user)]
