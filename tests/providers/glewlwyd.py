"""Glewlwyd, from the Debian package."""

import secrets
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import commands
from tests.providers.browser import Browser
from tests.providers.provider import API, BROWSER, MACHINE, OTHER_API, REDIRECT_URI, SECRET, USER, Provider, serving

# The folders of the modules and of the script that creates the database.
MODULES = Path("/usr/lib/glewlwyd")
TABLES = Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
ADMINISTRATOR = {"username": "admin", "password": "password"}  # created by the script
KEY = """
const { privateKey } = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
JSON.stringify({ keys: [{ ...privateKey.export({ format: "jwk" }), alg: "RS256", kid: crypto.randomUUID() }] });
"""


@dataclass(frozen=True)
class Glewlwyd(Provider):
    """A Glewlwyd server, configured with its API."""

    @property
    def issuer(self) -> str:
        """The issuer URL."""
        return f"{self.site}/api/oidc"

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run the provider, with new keys on each start."""
        database = self.folder / f"{secrets.token_hex()}.db"
        with closing(sqlite3.connect(database)) as connection:
            connection.executescript(f"BEGIN; {TABLES.read_text()} COMMIT;")
        settings = {
            "GLWD_AUTH_SCHEME_MODULE_PATH": str(MODULES / "scheme"),
            "GLWD_BIND_ADDRESS": "127.0.0.1",
            "GLWD_CLIENT_MODULE_PATH": str(MODULES / "client"),
            "GLWD_DATABASE_SQLITE3_PATH": str(database),
            "GLWD_DATABASE_TYPE": "sqlite3",
            "GLWD_EXTERNAL_URL": self.site,
            "GLWD_PLUGIN_MODULE_PATH": str(MODULES / "plugin"),
            "GLWD_USER_MODULE_PATH": str(MODULES / "user"),
        }
        command = f"glewlwyd --env-variables --port {self.port} --log-level WARNING"
        with serving(self.port, command, self.folder, {**self.variables, **settings}):
            self._configure()
            yield

    def _configure(self) -> None:
        plugin = {
            "iss": self.issuer,
            "jwks-private": commands.run(shlex.join(["node", "--print", KEY]), self.folder, self.variables),
            "access-token-duration": 3600,
            "allow-non-oidc": True,  # tokens without an ID token
            "auth-type-client-enabled": True,
            "auth-type-code-enabled": True,
            "pkce-allowed": True,
            "resource-allowed": True,
            "resource-scope": {scope: [API, OTHER_API] for scope in ("openid", "email", "read")},
        }
        clients = {
            MACHINE: {
                "authorization_type": ["client_credentials"],
                "client_secret": SECRET,
                "confidential": True,
                "scope": ["email", "read"],
                "token_endpoint_auth_method": ["client_secret_basic"],
            },
            BROWSER: {"authorization_type": ["code"], "redirect_uri": [REDIRECT_URI]},
        }
        posts: list[tuple[str, dict[str, object]]] = [
            ("auth", {**ADMINISTRATOR}),
            ("scope", {"name": "email"}),
            ("scope", {"name": "read"}),
            ("mod/plugin", {"module": "oidc", "name": "oidc", "parameters": plugin}),
            ("user", {**USER, "scope": ["openid", "email", "read", "g_profile"], "enabled": True}),
            *(("client", {"client_id": name, "enabled": True, **client}) for name, client in clients.items()),
        ]
        browser = Browser()
        for path, body in posts:
            self._send(browser, "POST", path, body)

    def sign_in(self, url: str) -> str:
        """Sign the user in and consent, with the API of the provider's pages. Return the redirect URL."""
        browser = Browser()
        self._send(browser, "POST", "auth", USER)
        self._send(browser, "PUT", f"auth/grant/{BROWSER}", {"scope": "openid email read"})
        location: str = browser.get(f"{url}&g_continue").headers["Location"]
        return location

    def _send(self, browser: Browser, method: str, path: str, body: object) -> None:
        response = browser.send_json(method, f"{self.site}/api/{path}/", body)
        if response.status != 200:
            raise commands.CommandFailedError(f"{path}: {response.status} {response.text}")
