"""Root, HEAD requests and trailing slashes."""

import pytest
from httpx2 import AsyncClient


async def test_read_root(client: AsyncClient) -> None:
    response = await client.get("/")

    assert response.status_code == 200
    assert response.json() == {"message": "Hello World"}


@pytest.mark.parametrize("path", ["/health/live/", "/docs/"])
async def test_a_path_with_an_extra_slash_is_not_redirected(client: AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/openapi.json", "/docs"])
async def test_head_is_answered_like_get(client: AsyncClient, path: str) -> None:
    client.headers["X-Request-ID"] = "both"

    head, get = await client.head(path), await client.get(path)

    assert head.status_code == get.status_code == 200
    assert head.headers == get.headers


async def test_head_of_an_unknown_route_is_not_found(client: AsyncClient) -> None:
    assert (await client.head("/nowhere")).status_code == 404
