"""The type of the keys that sign access tokens."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr


def check_key(key: SecretStr) -> SecretStr:
    """Return the key. Raises ValueError if it has too few different characters."""
    if len(set(key.get_secret_value())) < 8:  # noqa: PLR2004 - 32 random characters have more
        raise ValueError("a key must be random")
    return key


# HS256 needs a key of at least 256 bits (RFC 7518, section 3.2).
Key = Annotated[
    SecretStr,
    Field(min_length=32, description="make one: python -c 'import secrets; print(secrets.token_urlsafe(48))'"),
    AfterValidator(check_key),
]
