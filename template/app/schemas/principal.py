"""The current user, as the identity provider describes it."""

from pydantic import BaseModel


class Principal(BaseModel):
    """The subject of an access token: a user or a client, whose `subject` is unique at the identity provider."""

    subject: str
    email: str | None
    scopes: list[str]


class EmailRead(BaseModel):
    """An e-mail address as returned by the API; null where the token has none."""

    email: str | None
