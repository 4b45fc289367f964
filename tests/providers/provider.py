"""The common interface of the identity providers."""

import secrets
from abc import ABC, abstractmethod
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from tests import commands
from tests.generate_and_run.service import wait_until_accepting
from tests.providers.browser import Browser

# The audiences of the service, and of another one.
API, OTHER_API = "https://api.example.com", "https://other.example.com"

# A client that gets tokens for itself, and one that gets tokens for users.
MACHINE, SECRET = "machine", "secret"
BROWSER, REDIRECT_URI = "browser", "http://127.0.0.1/docs/oauth2-redirect"
USER = {"username": "alice", "password": "correct horse"}


@dataclass(frozen=True)
class Tokens:
    """The tokens of a user."""

    access: str
    id_token: str


@dataclass(frozen=True)
class Provider(ABC):
    """An identity provider on a port of this machine. Its commands get the environment `variables`."""

    port: int
    folder: Path
    variables: Mapping[str, str]

    @property
    def site(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.port}"

    @property
    @abstractmethod
    def issuer(self) -> str:
        """The issuer URL."""

    @abstractmethod
    def running(self) -> AbstractContextManager[None]:
        """Run the provider, with new keys on each start."""

    @abstractmethod
    def sign_in(self, url: str) -> str:
        """Sign the user in and consent, at the URL of an authorization request. Return the redirect URL."""

    def machine_token(self, scope: str = "email", resource: str = API) -> str:
        """Return an access token of the client itself (RFC 6749, section 4.4), for the service `resource` if given."""
        credentials = b64encode(f"{MACHINE}:{SECRET}".encode()).decode()
        form = {"grant_type": "client_credentials", "scope": scope} | ({"resource": resource} if resource else {})
        response = Browser().post_form(self._endpoint("token"), form, Authorization=f"Basic {credentials}")
        token: str = response.json()["access_token"]
        return token

    def user_tokens(self, scope: str = "openid email") -> Tokens:
        """Return the tokens of the user (RFC 6749, section 4.1, with RFC 7636)."""
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe()
        request = {
            "response_type": "code",
            "client_id": BROWSER,
            "redirect_uri": REDIRECT_URI,
            "scope": scope,
            "resource": API,
            "state": state,
            "nonce": secrets.token_urlsafe(),
            "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        redirect = parse_qs(urlsplit(self.sign_in(f"{self._endpoint('authorization')}?{urlencode(request)}")).query)
        if redirect.get("state") != [state] or "code" not in redirect:
            raise commands.CommandFailedError(f"no code: {redirect}")
        form = {name: request[name] for name in ("client_id", "redirect_uri", "resource")}
        form |= {"grant_type": "authorization_code", "code": redirect["code"][0], "code_verifier": verifier}
        tokens = Browser().post_form(self._endpoint("token"), form).json()
        return Tokens(tokens["access_token"], tokens["id_token"])

    def _endpoint(self, name: str) -> str:
        url: str = Browser().get(f"{self.issuer}/.well-known/openid-configuration").json()[f"{name}_endpoint"]
        return url


@contextmanager
def serving(port: int, command: str, folder: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """Run the command of a provider, and wait until it accepts connections."""
    with commands.started(command, folder, variables) as process:
        wait_until_accepting(process, port)
        yield
