"""Schemas of the current user."""

from pydantic import BaseModel


class Principal(BaseModel):
    """The user or client of an access token. `subject` is unique at the identity provider."""

    subject: str
    email: str | None
    scopes: list[str]


class EmailRead(BaseModel):
    """The e-mail address of a user, or null if the token has none."""

    email: str | None
