"""The routes, through HTTP: what a client sends and what it gets."""

import pytest
from httpx import AsyncClient

ITEM = {"name": "Test Item", "price": 9.99}


async def create_item(client: AsyncClient, name: str = "Test Item") -> dict[str, str]:
    response = await client.post("/api/v1/items/", json={"name": name, "price": "9.99"})
    assert response.status_code == 201
    item: dict[str, str] = response.json()["data"]
    return item


async def test_read_root(client: AsyncClient) -> None:
    response = await client.get("/")

    assert response.status_code == 200
    assert response.json() == {"message": "Hello World"}


async def test_create_item(client: AsyncClient) -> None:
    response = await client.post("/api/v1/items/", json=ITEM)

    assert response.status_code == 201
    data = response.json()
    assert data["success"] is True
    assert data["data"]["name"] == "Test Item"
    assert data["data"]["price"] == "9.99"
    assert data["data"]["created_at"].endswith("Z")


async def test_get_item(client: AsyncClient) -> None:
    item = await create_item(client)

    response = await client.get(f"/api/v1/items/{item['id']}")

    assert response.status_code == 200
    assert response.json() == {"success": True, "data": item}


@pytest.mark.parametrize("item_id", ["nonexistent-id", "00000000-0000-4000-8000-000000000000"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_item_not_found(client: AsyncClient, method: str, item_id: str) -> None:
    body = ITEM if method == "PUT" else None

    response = await client.request(method, f"/api/v1/items/{item_id}", json=body)

    assert response.status_code == 404
    assert response.json()["success"] is False
    assert response.json()["error"]["code"] == "NOT_FOUND"


async def test_replace_item_keeps_its_id_and_its_time_of_creation(client: AsyncClient) -> None:
    item = await create_item(client)

    response = await client.put(f"/api/v1/items/{item['id']}", json={"name": "New", "price": "0.10"})

    assert response.status_code == 200
    assert response.json()["data"] == item | {"name": "New", "price": "0.10"}
    again = await client.get(f"/api/v1/items/{item['id']}")
    assert again.json() == response.json()


async def test_delete_item(client: AsyncClient) -> None:
    item = await create_item(client)

    response = await client.delete(f"/api/v1/items/{item['id']}")

    assert response.status_code == 204
    assert response.content == b""
    gone = await client.get(f"/api/v1/items/{item['id']}")
    assert gone.status_code == 404


async def test_list_is_empty_at_first(client: AsyncClient) -> None:
    response = await client.get("/api/v1/items/")

    assert response.status_code == 200
    assert response.json() == {"success": True, "data": {"items": [], "next_cursor": None}}


async def test_pages_hold_every_item_once_in_the_order_of_creation(client: AsyncClient) -> None:
    created = [(await create_item(client, name))["id"] for name in ("E", "B", "A", "D", "C")]

    pages: list[list[str]] = []
    cursor: str | None = None
    for _ in range(3):
        page = await client.get("/api/v1/items/", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        assert page.status_code == 200
        pages.append([item["id"] for item in page.json()["data"]["items"]])
        cursor = page.json()["data"]["next_cursor"]

    assert pages == [created[:2], created[2:4], created[4:]]
    assert cursor is None


async def test_a_page_has_20_items_unless_asked_otherwise(client: AsyncClient) -> None:
    created = [(await create_item(client))["id"] for _ in range(21)]

    page = await client.get("/api/v1/items/")

    assert [item["id"] for item in page.json()["data"]["items"]] == created[:20]


async def test_a_full_last_page_has_no_next_cursor(client: AsyncClient) -> None:
    await create_item(client)

    response = await client.get("/api/v1/items/", params={"limit": 1})

    assert response.json()["data"]["next_cursor"] is None


async def test_deleting_the_last_item_seen_does_not_disturb_the_next_page(client: AsyncClient) -> None:
    first, second = await create_item(client, "First"), await create_item(client, "Second")
    page = await client.get("/api/v1/items/", params={"limit": 1})

    await client.delete(f"/api/v1/items/{first['id']}")

    cursor = page.json()["data"]["next_cursor"]
    rest = await client.get("/api/v1/items/", params={"cursor": cursor})
    assert [item["id"] for item in rest.json()["data"]["items"]] == [second["id"]]


@pytest.mark.parametrize(
    "cursor",
    [
        "not a cursor",
        "bm9uc2Vuc2U=",  # nonsense
        "MjAyNi0wMS0wMVQwMDowMDowMCAwMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDA=",  # a time without a zone
        "é",
    ],
)
async def test_a_made_up_cursor_is_refused(client: AsyncClient, cursor: str) -> None:
    response = await client.get("/api/v1/items/", params={"cursor": cursor})

    assert response.status_code == 422
    assert response.json()["error"]["code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize("limit", [0, 101, "many"])
async def test_the_size_of_a_page_is_limited(client: AsyncClient, limit: int | str) -> None:
    response = await client.get("/api/v1/items/", params={"limit": limit})

    assert response.status_code == 422
    assert response.json()["error"]["details"][0]["field"] == "query.limit"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "body.name"),
        ({"name": " "}, "body.name"),
        ({"name": "x" * 201}, "body.name"),
        ({"name": "NUL \0"}, "body.name"),
        ({"name": None}, "body.name"),
        ({"price": -1}, "body.price"),
        ({"price": "1.999"}, "body.price"),
        ({"price": "12345678901.00"}, "body.price"),
        ({"price": "NaN"}, "body.price"),
        ({"price": "cheap"}, "body.price"),
    ],
    ids=str,
)
async def test_an_invalid_item_is_refused_and_nothing_is_stored(
    client: AsyncClient, change: dict[str, object], field: str
) -> None:
    response = await client.post("/api/v1/items/", json=ITEM | change)

    assert response.status_code == 422
    assert response.json()["error"]["code"] == "VALIDATION_ERROR"
    assert [detail["field"] for detail in response.json()["error"]["details"]] == [field]
    stored = await client.get("/api/v1/items/")
    assert stored.json()["data"]["items"] == []


@pytest.mark.parametrize("price", ["0", "-0", "0.01", "9999999999.99"])
async def test_a_price_comes_back_exactly(client: AsyncClient, price: str) -> None:
    created = await client.post("/api/v1/items/", json={"name": "Exact", "price": price})

    read = await client.get(f"/api/v1/items/{created.json()['data']['id']}")

    assert float(read.json()["data"]["price"]) == float(price)
    assert read.json()["data"] == created.json()["data"]
