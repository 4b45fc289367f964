"""The routes of the items."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response

from app.schemas.page import Cursor

ITEM = {"name": "Test Item", "price": 9.99}
ITEM_ID = "00000000-0000-4000-8000-000000000000"
AS_JSON = {"Content-Type": "application/json"}


async def create_item(client: AsyncClient, name: str = "Test Item") -> dict[str, str]:
    response = await client.post("/api/v1/items/", json={"name": name, "price": "9.99"})
    assert response.status_code == 201
    item: dict[str, str] = response.json()["data"]
    return item


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
    assert response.json()["success"] is True
    assert response.json()["data"]["items"] == []
    assert response.json()["data"]["next_cursor"] is None


async def test_pages_list_every_item_once_oldest_first(client: AsyncClient) -> None:
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


async def test_a_page_has_20_items_by_default(client: AsyncClient) -> None:
    created = [(await create_item(client))["id"] for _ in range(21)]

    page = await client.get("/api/v1/items/")

    assert [item["id"] for item in page.json()["data"]["items"]] == created[:20]


async def test_a_full_last_page_has_no_next_cursor(client: AsyncClient) -> None:
    await create_item(client)

    response = await client.get("/api/v1/items/", params={"limit": 1})

    assert response.json()["data"]["next_cursor"] is None


async def test_deleting_the_last_item_of_a_page_keeps_the_next_page(client: AsyncClient) -> None:
    first, second = await create_item(client, "First"), await create_item(client, "Second")
    page = await client.get("/api/v1/items/", params={"limit": 1})

    await client.delete(f"/api/v1/items/{first['id']}")

    cursor = page.json()["data"]["next_cursor"]
    rest = await client.get("/api/v1/items/", params={"cursor": cursor})
    assert [item["id"] for item in rest.json()["data"]["items"]] == [second["id"]]


async def test_an_invalid_cursor_is_refused(client: AsyncClient) -> None:
    response = await client.get("/api/v1/items/", params={"cursor": "made up"})

    assert response.status_code == 422
    assert response.json()["error"]["code"] == "VALIDATION_ERROR"
    (detail,) = response.json()["error"]["details"]
    assert (detail["field"], detail["message"]) == ("query.cursor", "Value error, not the cursor of a previous page")


@pytest.mark.parametrize(("year", "count"), [(1, 1), (9999, 0)])
async def test_a_cursor_can_have_the_first_or_the_last_year(client: AsyncClient, year: int, count: int) -> None:
    await create_item(client)
    cursor = Cursor(datetime(year, 1, 1, tzinfo=UTC), UUID(ITEM_ID)).encode()

    response = await client.get("/api/v1/items/", params={"cursor": cursor})

    assert response.status_code == 200
    assert len(response.json()["data"]["items"]) == count


@pytest.mark.parametrize("limit", [0, 101, "many", "9" * 5000], ids=["0", "101", "many", "5,000 digits"])
async def test_the_size_of_a_page_is_limited(client: AsyncClient, limit: int | str) -> None:
    response = await client.get("/api/v1/items/", params={"limit": limit})

    assert response.status_code == 422
    assert response.json()["error"]["details"][0]["field"] == "query.limit"


def short_id(value: object) -> str:
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
    ids=short_id,
)
async def test_an_invalid_item_is_refused_and_nothing_is_stored(
    client: AsyncClient, change: dict[str, object], field: str
) -> None:
    # Encoded here: httpx2 refuses to encode some of these values, such as infinity.
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
async def test_a_price_is_returned_exactly(client: AsyncClient, price: str, shown: str) -> None:
    created = await client.post("/api/v1/items/", json={"name": "Exact", "price": price})

    read = await client.get(f"/api/v1/items/{created.json()['data']['id']}")

    assert read.json()["data"]["price"] == shown
    assert read.json()["data"] == created.json()["data"]


async def test_the_trailing_slash_of_a_collection_is_optional(client: AsyncClient) -> None:
    created = await client.post("/api/v1/items", json=ITEM)
    listed = await client.get("/api/v1/items", params={"limit": 1})

    assert created.status_code == 201
    assert listed.status_code == 200
    assert listed.json()["data"]["items"] == [created.json()["data"]]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/items", "GET, HEAD, POST"),
        ("/api/v1/items/", "GET, HEAD, POST"),
        ("/api/v1/items/nonexistent-id", "DELETE, GET, HEAD, PUT"),
    ],
)
async def test_a_wrong_method_is_refused_with_the_allowed_methods(client: AsyncClient, path: str, allowed: str) -> None:
    response = await client.patch(path)

    assert response.status_code == 405
    assert response.headers["Allow"] == allowed


@pytest.fixture
async def created(client: AsyncClient) -> Response:
    """The response to the creation of an item."""
    return await client.post("/api/v1/items/", json=ITEM)


@pytest.fixture
def path(created: Response) -> str:
    """The path of the item."""
    return f"/api/v1/items/{created.json()['data']['id']}"


async def test_every_response_with_an_item_has_the_same_etag(client: AsyncClient, created: Response, path: str) -> None:
    read = await client.get(path)
    replaced = await client.put(path, json=ITEM)

    assert created.headers["ETag"] == read.headers["ETag"] == replaced.headers["ETag"]
    assert created.headers["ETag"].strip('"').isalnum()


@pytest.mark.parametrize("change", [{"name": "New"}, {"price": "9.98"}], ids=["name", "price"])
async def test_a_change_changes_the_etag(
    client: AsyncClient, created: Response, path: str, change: dict[str, object]
) -> None:
    replaced = await client.put(path, json=ITEM | change)

    assert replaced.headers["ETag"] != created.headers["ETag"]
    assert replaced.headers["ETag"] == (await client.get(path)).headers["ETag"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_a_matching_if_match_is_accepted(client: AsyncClient, created: Response, path: str, method: str) -> None:
    headers = {"If-Match": created.headers["ETag"]}

    response = await client.request(method, path, json=ITEM if method == "PUT" else None, headers=headers)

    assert response.is_success


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_an_item_with_an_outdated_if_match_is_not_changed(
    client: AsyncClient, created: Response, path: str, method: str
) -> None:
    changed = await client.put(path, json=ITEM | {"name": "New"})
    headers = {"If-Match": created.headers["ETag"]}

    response = await client.request(method, path, json=ITEM if method == "PUT" else None, headers=headers)

    assert response.status_code == 412
    assert (await client.get(path)).json() == changed.json()


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_an_item_that_was_deleted_is_not_found_with_if_match(client: AsyncClient, path: str, method: str) -> None:
    await client.delete(path)

    body = ITEM if method == "PUT" else None
    response = await client.request(method, path, json=body, headers={"If-Match": "*"})

    assert response.status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "failures"),
    [
        ("post", "/api/v1/items/", set()),
        ("get", "/api/v1/items/", set()),
        ("get", "/api/v1/items/{item_id}", {"404"}),
        ("put", "/api/v1/items/{item_id}", {"404", "412"}),
        ("delete", "/api/v1/items/{item_id}", {"404", "412"}),
    ],
)
def test_an_operation_documents_its_own_failures(app: FastAPI, method: str, path: str, failures: set[str]) -> None:
    operation = app.openapi()["paths"][path][method]

    assert operation["tags"] == ["items"]
    assert operation["responses"].keys() & {"401", "403", "404", "409", "412", "428", "429"} == failures


def test_the_id_of_an_item_is_documented_as_a_uuid(app: FastAPI) -> None:
    document = app.openapi()

    operations = document["paths"]["/api/v1/items/{item_id}"]
    assert operations.keys() >= {"get", "put", "delete"}
    assert {operation["parameters"][0]["schema"]["format"] for operation in operations.values()} == {"uuid"}
    assert document["components"]["schemas"]["ItemRead"]["properties"]["id"]["format"] == "uuid"


def test_the_parameters_of_a_page_are_documented(app: FastAPI) -> None:
    parameters = app.openapi()["paths"]["/api/v1/items/"]["get"]["parameters"]
    schemas = {parameter["name"]: parameter["schema"] for parameter in parameters}

    assert schemas["limit"]["default"] == 20
    assert schemas["cursor"]["anyOf"] == [{"type": "string"}, {"type": "null"}]


async def test_the_documented_examples_are_accepted(app: FastAPI, client: AsyncClient) -> None:
    properties = app.openapi()["components"]["schemas"]["ItemCreate"]["properties"]
    example = {name: described["examples"][0] for name, described in properties.items()}

    created = await client.post("/api/v1/items/", json=example)
    replaced = await client.put(f"/api/v1/items/{created.json()['data']['id']}", json=example)

    assert created.status_code == 201
    assert replaced.status_code == 200
