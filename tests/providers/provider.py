"""What the identity providers have in common: their clients, and how these get tokens."""

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
from tests.generate_and_run.service import wait_until_it_accepts
from tests.providers.browser import Browser

# What the providers call the service, and another one.
API, OTHER_API = "https://api.example.com", "https://other.example.com"

# Two clients: one that signs in by itself, and one in which a user does.
MACHINE, SECRET = "machine", "secret"
BROWSER, REDIRECT_URI = "browser", "http://127.0.0.1/docs/oauth2-redirect"
USER = {"username": "alice", "password": "correct horse"}


@dataclass(frozen=True)
class Tokens:
    """What a client gets for a user."""

    access: str
    identity: str


@dataclass(frozen=True)
class Provider(ABC):
    """An identity provider, for a port of this machine. `variables` has the search path for `node`."""

    port: int
    folder: Path
    variables: Mapping[str, str]

    @property
    def site(self) -> str:
        """The root of its URLs."""
        return f"http://127.0.0.1:{self.port}"

    @property
    @abstractmethod
    def issuer(self) -> str:
        """The URL by which it identifies itself."""

    @abstractmethod
    def running(self) -> AbstractContextManager[None]:
        """Run the provider, each time with new keys."""

    @abstractmethod
    def sign_in(self, url: str) -> str:
        """Sign the user in and consent, at the URL of an authorization request. Return where the provider redirects."""

    def machine_token(self, scope: str = "email", resource: str = API) -> str:
        """Return an access token of the client itself (RFC 6749, section 4.4); without `resource`, for no service."""
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
        answer = parse_qs(urlsplit(self.sign_in(f"{self._endpoint('authorization')}?{urlencode(request)}")).query)
        if answer.get("state") != [state] or "code" not in answer:
            raise commands.CommandFailedError(f"no code: {answer}")
        form = {name: request[name] for name in ("client_id", "redirect_uri", "resource")}
        form |= {"grant_type": "authorization_code", "code": answer["code"][0], "code_verifier": verifier}
        tokens = Browser().post_form(self._endpoint("token"), form).json()
        return Tokens(tokens["access_token"], tokens["id_token"])

    def _endpoint(self, name: str) -> str:
        url: str = Browser().get(f"{self.issuer}/.well-known/openid-configuration").json()[f"{name}_endpoint"]
        return url


@contextmanager
def serving(port: int, command: str, folder: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """Run a provider's command until the end, and go on when it accepts connections."""
    with commands.started(command, folder, variables) as process:
        wait_until_it_accepts(process, port)
        yield
