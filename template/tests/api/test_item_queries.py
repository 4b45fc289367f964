"""Queries for the items, and concurrent requests."""

import asyncio
from uuid import UUID

import pytest
from httpx2 import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import SessionFactory
from app.models.item import Item

ITEM = {"name": "Test Item", "price": "9.99"}


@pytest.fixture
async def item(client: AsyncClient, db_session: AsyncSession) -> Item:
    """A stored item, in the session of the test."""
    created = await client.post("/api/v1/items/", json=ITEM)
    return await db_session.get_one(Item, UUID(created.json()["data"]["id"]))


async def test_a_list_takes_one_query(client: AsyncClient, statements: list[str]) -> None:
    for length in (1, 2, 3):
        await client.post("/api/v1/items/", json=ITEM)
        statements.clear()

        response = await client.get("/api/v1/items/")

        assert len(response.json()["data"]["items"]) == length
        assert len(statements) == 1, statements


async def test_concurrent_replacements_of_an_item_succeed(client: AsyncClient, item: Item) -> None:
    path, replacements = f"/api/v1/items/{item.id}", [ITEM | {"name": f"New {number}"} for number in range(5)]

    responses = await asyncio.gather(*(client.put(path, json=each) for each in replacements))

    assert [response.status_code for response in responses] == [200] * 5


async def test_one_of_several_concurrent_replacements_matches_the_etag(client: AsyncClient) -> None:
    created = await client.post("/api/v1/items/", json=ITEM)
    path, headers = f"/api/v1/items/{created.json()['data']['id']}", {"If-Match": created.headers["ETag"]}
    replacements = [ITEM | {"name": f"New {number}"} for number in range(5)]

    responses = await asyncio.gather(*(client.put(path, json=each, headers=headers) for each in replacements))

    assert sorted(response.status_code for response in responses) == [200, 412, 412, 412, 412]


async def test_if_match_is_compared_after_a_concurrent_change_of_the_item(
    client: AsyncClient, session_factory: SessionFactory
) -> None:
    created = await client.post("/api/v1/items/", json=ITEM)
    item_id, headers = UUID(created.json()["data"]["id"]), {"If-Match": created.headers["ETag"]}

    async with session_factory.begin() as session:
        item = await session.get_one(Item, item_id, with_for_update=True)
        item.name = "Changed"
        replace = client.put(f"/api/v1/items/{item_id}", json=ITEM, headers=headers)
        replacing = asyncio.create_task(replace)
        _, waiting = await asyncio.wait([replacing], timeout=0.1)

    assert waiting
    assert (await replacing).status_code == 412


async def test_only_one_of_two_concurrent_requests_deletes_an_item(client: AsyncClient, item: Item) -> None:
    path = f"/api/v1/items/{item.id}"

    responses = await asyncio.gather(client.delete(path), client.delete(path))

    assert sorted(response.status_code for response in responses) == [204, 404]


async def test_an_item_that_is_being_changed_can_be_read(
    client: AsyncClient, db_session: AsyncSession, item: Item
) -> None:
    item.name = "Uncommitted"
    await db_session.flush()

    assert (await client.get("/api/v1/items/")).status_code == 200
    assert (await client.get(f"/api/v1/items/{item.id}")).json()["data"]["name"] == "Test Item"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_an_item_that_another_request_is_deleting_is_not_found(
    client: AsyncClient, db_session: AsyncSession, item: Item, method: str
) -> None:
    await db_session.delete(item)
    await db_session.flush()

    body = ITEM if method == "PUT" else None
    writing = asyncio.create_task(client.request(method, f"/api/v1/items/{item.id}", json=body))
    _, waiting = await asyncio.wait([writing], timeout=0.1)
    await db_session.commit()

    assert waiting
    assert (await writing).status_code == 404
