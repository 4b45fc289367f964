"""oidc-provider, from npm."""

import re
import shlex
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from tests import commands
from tests.providers.browser import Browser
from tests.providers.provider import REDIRECT_URI, USER, Provider, serving


@dataclass(frozen=True)
class OidcProvider(Provider):
    """An oidc-provider server that signs access tokens with `algorithm`."""

    algorithm: str = "RS256"

    @property
    def issuer(self) -> str:
        """The issuer URL."""
        return self.site

    def running(self) -> AbstractContextManager[None]:
        """Run the provider, with new keys on each start."""
        program = Path(__file__).with_name("oidc_provider.js")
        command = shlex.join(["node", str(program), str(self.port), self.algorithm])
        return serving(self.port, command, self.folder, self.variables)

    def sign_in(self, url: str) -> str:
        """Sign the user in and consent, with the forms of the provider. Return the redirect URL."""
        browser = Browser()
        while not url.startswith(REDIRECT_URI):
            response = browser.get(url)
            if response.status == 200:
                (action,) = re.findall(r'<form .*action="([^"]+)" method="post"', response.text)
                (prompt,) = re.findall(r'name="prompt" value="(\w+)"', response.text)
                fields = {"prompt": prompt, "login": USER["username"], "password": USER["password"]}
                response = browser.post_form(action, fields)
            if "Location" not in response.headers:
                raise commands.CommandFailedError(f"{response.status} at {url}:\n{response.text}")
            url = urljoin(url, response.headers["Location"])
        return url
