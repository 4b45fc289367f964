"""The account of the current user: the password and the sessions."""

from typing import Any

import pytest
from fastapi import FastAPI, WebSocket
from fastapi.testclient import TestClient
from httpx2 import AsyncClient, Response

from app.api.deps import CurrentUser
from tests.users import USER, login

CHANGE = {"current_password": "TestPass123!", "new_password": "NewPass123!"}


class UserSession:
    """A client of a user who has logged in."""

    def __init__(self, client: AsyncClient, tokens: dict[str, str]) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        self.refresh_token = tokens["refresh_token"]

    async def change_password(self, **change: str) -> Response:
        return await self.client.put("/api/v1/users/me/password", json=CHANGE | change, headers=self.headers)

    async def refresh(self) -> Response:
        return await self.client.post("/api/v1/auth/refresh", json={"refresh_token": self.refresh_token})


async def sign_in(client: AsyncClient, email: str = USER["email"]) -> UserSession:
    """Register the user if necessary, and log in."""
    await client.post("/api/v1/auth/register", json=USER | {"email": email})
    return UserSession(client, (await login(client, email)).json())


async def test_a_changed_password_replaces_the_old_one(client: AsyncClient) -> None:
    user = await sign_in(client)

    response = await user.change_password()

    assert response.status_code == 204
    assert (await login(client)).status_code == 401
    assert (await login(client, password=CHANGE["new_password"])).status_code == 200


async def test_a_password_change_ends_every_session_of_the_user_but_its_own(client: AsyncClient) -> None:
    user, other_session, other_user = [
        await sign_in(client, email) for email in ("test@example.com", "test@example.com", "other@example.com")
    ]

    await user.change_password()

    assert (await user.refresh()).status_code == 200
    assert (await other_session.refresh()).status_code == 401
    assert (await other_user.refresh()).status_code == 200


async def test_a_refreshed_session_can_change_the_password_and_stays(client: AsyncClient) -> None:
    user = UserSession(client, (await (await sign_in(client)).refresh()).json())

    await user.change_password()

    assert (await user.refresh()).status_code == 200


async def test_a_password_change_requires_the_current_password(client: AsyncClient) -> None:
    user, other_session = [await sign_in(client) for _ in range(2)]

    response = await user.change_password(current_password="WrongPass123!")

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "AUTH_INVALID_CREDENTIALS"
    assert (await other_session.refresh()).status_code == 200
    assert (await login(client)).status_code == 200


async def test_a_new_password_follows_the_rules(client: AsyncClient) -> None:
    response = await (await sign_in(client)).change_password(new_password="short1A!")

    assert response.status_code == 422
    assert response.json()["error"]["details"][0]["field"] == "body.new_password"


async def test_a_user_can_end_all_sessions(client: AsyncClient) -> None:
    user, other_session, other_user = [
        await sign_in(client, email) for email in ("test@example.com", "test@example.com", "other@example.com")
    ]

    response = await client.delete("/api/v1/users/me/sessions", headers=user.headers)

    assert response.status_code == 204
    assert (await user.refresh()).status_code == 401
    assert (await other_session.refresh()).status_code == 401
    assert (await other_user.refresh()).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("PUT", "/api/v1/users/me/password", CHANGE), ("DELETE", "/api/v1/users/me/sessions", None)],
    ids=["password", "sessions"],
)
async def test_account_routes_require_authentication(
    client: AsyncClient, method: str, path: str, body: dict[str, Any] | None
) -> None:
    response = await client.request(method, path, json=body)

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "AUTH_REQUIRED"


async def test_a_web_socket_has_the_current_user(app: FastAPI, auth_headers: dict[str, str]) -> None:
    @app.websocket("/greeting")
    async def greet(socket: WebSocket, user: CurrentUser) -> None:
        await socket.accept()
        await socket.send_text(f"Hello {user.email}")

    with TestClient(app) as client, client.websocket_connect("/greeting", headers=auth_headers) as socket:
        assert socket.receive_text() == "Hello test@example.com"
