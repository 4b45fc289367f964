"""An HTTP client with cookies, to sign in at identity providers."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests import commands


@dataclass(frozen=True)
class Response:
    """An HTTP response."""

    status: int
    headers: Message
    text: str

    def json(self) -> Any:
        """Return the parsed body. Raise CommandFailedError unless the status is 200."""
        if self.status != 200:
            raise commands.CommandFailedError(f"{self.status}: {self.text}")
        return json.loads(self.text)


@dataclass(frozen=True)
class Browser:
    """An HTTP client that keeps the cookies of one site and does not follow redirects."""

    cookies: SimpleCookie = field(default_factory=SimpleCookie)

    def get(self, url: str, **headers: str) -> Response:
        """Send a GET request."""
        return self._send("GET", url, None, headers)

    def post_form(self, url: str, fields: Mapping[str, str], **headers: str) -> Response:
        """Send a POST request with form fields."""
        return self._send(
            "POST", url, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded", **headers}
        )

    def send_json(self, method: str, url: str, body: object) -> Response:
        """Send a request with a JSON body."""
        return self._send(method, url, json.dumps(body), {"Content-Type": "application/json"})

    def _send(self, method: str, url: str, body: str | None, headers: Mapping[str, str]) -> Response:
        parts = urlsplit(url)
        cookies = "; ".join(f"{name}={cookie.coded_value}" for name, cookie in self.cookies.items())
        with closing(HTTPConnection(parts.netloc, timeout=commands.DEADLINE)) as connection:
            connection.request(method, f"{parts.path}?{parts.query}", body, {"Cookie": cookies, **headers})
            response = connection.getresponse()
            for cookie in response.headers.get_all("Set-Cookie", []):
                self.cookies.load(cookie)
            return Response(response.status, response.headers, response.read().decode())
