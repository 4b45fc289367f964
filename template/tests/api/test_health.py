"""Liveness and readiness."""

from httpx2 import AsyncClient


async def test_the_service_lives(client: AsyncClient) -> None:
    response = await client.get("/health/live")

    assert response.status_code == 200
    assert response.json() == {"success": True, "data": {"status": "ok"}}


async def test_the_service_is_ready(client: AsyncClient) -> None:
    response = await client.get("/health/ready")

    assert response.status_code == 200
    assert response.json() == {"success": True, "data": {"status": "ok"}}
