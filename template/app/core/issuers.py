"""The types of the settings of an identity provider."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


def check_https(url: str) -> str:
    """Return the URL. Raises ValueError unless its scheme is https, or its host is this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_local = host in {"127.0.0.1", "::1"} or f".{host}".endswith(".localhost")  # RFC 6761, section 6.3
    if not host or parts.scheme not in ({"http", "https"} if is_local else {"https"}):
        raise ValueError("the URL must start with https://, or with http://localhost")
    return url


def check_issuer(url: str) -> str:
    """Return the issuer. Raises ValueError for a URL that cannot be one (OpenID Connect Discovery 1.0, section 3)."""
    if "?" in url or "#" in url:
        raise ValueError("an issuer must have no query and no fragment")
    return check_https(url)


Issuer = Annotated[str, AfterValidator(check_issuer)]
