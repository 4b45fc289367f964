"""The current user, as the identity provider describes it."""

from pydantic import BaseModel


class Principal(BaseModel):
    """Whom an access token was issued for: `subject` is unique among the users and clients of the provider."""

    subject: str
    email: str | None
    scopes: list[str]


class EmailRead(BaseModel):
    """An e-mail address as returned by the API; null where the token has none."""

    email: str | None
