"""Tokens, as clients send and see them."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.schemas.user import CurrentPassword


class LoginForm(BaseModel):
    """The form of the OAuth2 password grant (RFC 6749, section 4.3.2). `username` is the e-mail address."""

    grant_type: Literal["password"] = "password"
    # NUL cannot be part of an address, and not every database takes it in a query.
    username: Annotated[str, Field(min_length=1, max_length=2048, pattern=r"^[^\x00]*$", examples=["ann@example.com"])]
    password: CurrentPassword


class TokenPair(BaseModel):
    """A successful answer of OAuth2 (RFC 6749, section 5.1): it has no envelope. `expires_in` is in seconds."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the name of the type
    expires_in: int


class RefreshRequest(BaseModel):
    """The refresh token that is traded for a new pair, or given up."""

    refresh_token: Annotated[str, Field(max_length=4096, repr=False)]
