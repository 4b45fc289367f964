"""The routes, through HTTP: what a client sends and what it gets."""

import json
from base64 import urlsafe_b64encode

import pytest
from httpx2 import AsyncClient

ITEM = {"name": "Test Item", "price": 9.99}
ITEM_ID = "00000000-0000-4000-8000-000000000000"
AS_JSON = {"Content-Type": "application/json"}


async def create_item(client: AsyncClient, name: str = "Test Item") -> dict[str, str]:
    response = await client.post("/api/v1/items/", json={"name": name, "price": "9.99"})
    assert response.status_code == 201
    item: dict[str, str] = response.json()["data"]
    return item


def encoded(text: str) -> str:
    return urlsafe_b64encode(text.encode(errors="surrogatepass")).decode()


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


@pytest.mark.parametrize("item_id", ["nonexistent-id", ITEM_ID])
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
        "",
        "not a cursor",
        "\u00e9",
        "\0",
        "x" * 5000,
        encoded("nonsense"),
        encoded(f"2026-01-01T00:00:00 {ITEM_ID}"),  # without a zone
        encoded(f"2026-01-01T00:00:00+01:00 {ITEM_ID}"),  # not as a page would write it
        encoded(f"0001-01-01T00:00:00+14:00 {ITEM_ID}"),  # in UTC, before the first year
        encoded(f"9999-12-31T23:59:59-14:00 {ITEM_ID}"),  # after the last
        encoded(f"2026-01-01T00:00:00+00:00\0 {ITEM_ID}"),
        encoded(f"\ud800 {ITEM_ID}"),
        encoded("2026-01-01T00:00:00+00:00 nonexistent-id"),
        encoded("2026-01-01T00:00:00+00:00 \ud800"),
    ],
    ids=ascii,
)
async def test_a_made_up_cursor_is_refused(client: AsyncClient, cursor: str) -> None:
    response = await client.get("/api/v1/items/", params={"cursor": cursor})

    assert response.status_code == 422
    assert response.json()["error"]["code"] == "VALIDATION_ERROR"
    (detail,) = response.json()["error"]["details"]
    assert (detail["field"], detail["message"]) == ("query.cursor", "Value error, no earlier page gave this cursor")


@pytest.mark.parametrize(("time", "count"), [("0001-01-01T00:00:00+00:00", 1), ("9999-12-31T23:59:59.999999+00:00", 0)])
async def test_a_cursor_can_be_at_either_end_of_time(client: AsyncClient, time: str, count: int) -> None:
    await create_item(client)

    response = await client.get("/api/v1/items/", params={"cursor": encoded(f"{time} {ITEM_ID}")})

    assert response.status_code == 200
    assert len(response.json()["data"]["items"]) == count


@pytest.mark.parametrize("limit", [0, 101, "many", "9" * 5000], ids=["0", "101", "many", "5,000 digits"])
async def test_the_size_of_a_page_is_limited(client: AsyncClient, limit: int | str) -> None:
    response = await client.get("/api/v1/items/", params={"limit": limit})

    assert response.status_code == 422
    assert response.json()["error"]["details"][0]["field"] == "query.limit"


def shortened(value: object) -> str:
    return ascii(value)[:40]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "body.name"),
        ({"name": " "}, "body.name"),
        ({"name": "x" * 201}, "body.name"),
        ({"name": "NUL \0"}, "body.name"),
        ({"name": "half a pair \ud800"}, "body.name"),
        ({"name": None}, "body.name"),
        ({"price": -1}, "body.price"),
        ({"price": "1.999"}, "body.price"),
        ({"price": "12345678901.00"}, "body.price"),
        ({"price": "NaN"}, "body.price"),
        ({"price": float("inf")}, "body.price"),
        ({"price": "1e400"}, "body.price"),
        ({"price": "1e-400"}, "body.price"),
        ({"price": "9" * 5000}, "body.price"),
        ({"price": "cheap"}, "body.price"),
    ],
    ids=shortened,
)
async def test_an_invalid_item_is_refused_and_nothing_is_stored(
    client: AsyncClient, change: dict[str, object], field: str
) -> None:
    # httpx2 refuses some of them itself.
    response = await client.post("/api/v1/items/", content=json.dumps(ITEM | change), headers=AS_JSON)

    assert response.status_code == 422
    assert response.json()["error"]["code"] == "VALIDATION_ERROR"
    assert [detail["field"] for detail in response.json()["error"]["details"]] == [field]
    stored = await client.get("/api/v1/items/")
    assert stored.json()["data"]["items"] == []


@pytest.mark.parametrize(
    ("price", "shown"),
    [
        ("0", "0.00"),
        ("-0", "0.00"),
        ("0.01", "0.01"),
        ("1.5", "1.50"),
        ("1E+1", "10.00"),
        ("9999999999.99", "9999999999.99"),
    ],
)
async def test_a_price_comes_back_exactly(client: AsyncClient, price: str, shown: str) -> None:
    created = await client.post("/api/v1/items/", json={"name": "Exact", "price": price})

    read = await client.get(f"/api/v1/items/{created.json()['data']['id']}")

    assert read.json()["data"]["price"] == shown
    assert read.json()["data"] == created.json()["data"]


async def test_the_slash_at_the_end_of_a_collection_may_be_left_out(client: AsyncClient) -> None:
    created = await client.post("/api/v1/items", json=ITEM)
    listed = await client.get("/api/v1/items", params={"limit": 1})

    assert created.status_code == 201
    assert listed.status_code == 200
    assert listed.json()["data"]["items"] == [created.json()["data"]]


@pytest.mark.parametrize("path", ["/health/live/", f"/api/v1/items/{ITEM_ID}/", "/docs/"])
async def test_a_path_with_a_slash_too_many_is_not_redirected(client: AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/", "/health/live", "/health/ready", "/api/v1/items/", "/openapi.json", "/docs"])
async def test_head_is_answered_like_get(client: AsyncClient, path: str) -> None:
    client.headers["X-Request-ID"] = "both"

    head, get = await client.head(path), await client.get(path)

    assert head.status_code == get.status_code == 200
    assert head.headers == get.headers


async def test_head_of_what_does_not_exist_is_not_found(client: AsyncClient) -> None:
    assert (await client.head(f"/api/v1/items/{ITEM_ID}")).status_code == 404
