"""Schemas of tokens."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.schemas.user import CurrentPassword


class LoginForm(BaseModel):
    """Form data of the OAuth2 password grant (RFC 6749, section 4.3.2). `username` is the e-mail address."""

    grant_type: Literal["password"] = "password"
    # Without NUL, which not every database accepts in a query.
    username: Annotated[str, Field(min_length=1, max_length=2048, pattern=r"^[^\x00]*$", examples=["ann@example.com"])]
    password: CurrentPassword


class TokenPair(BaseModel):
    """The token response of OAuth2 (RFC 6749, section 5.1), without the envelope. `expires_in` is in seconds."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the name of the type
    expires_in: int


class RefreshRequest(BaseModel):
    """The refresh token to exchange or revoke."""

    refresh_token: Annotated[str, Field(max_length=4096, repr=False)]
