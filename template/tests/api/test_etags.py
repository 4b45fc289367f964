"""Entity tags: who changes an item can demand that it is in the state that they have seen."""

import pytest
from httpx2 import ASGITransport, AsyncClient, Response

from app.api.etags import IfMatch
from app.main import create_app

ITEM = {"name": "Test Item", "price": "9.99"}
CHANGED = {"name": "New", "price": "9.99"}


@pytest.fixture
async def created(client: AsyncClient) -> Response:
    """The answer to the creation of an item."""
    return await client.post("/api/v1/items/", json=ITEM)


@pytest.fixture
def path(created: Response) -> str:
    """The path of the item."""
    return f"/api/v1/items/{created.json()['data']['id']}"


async def test_an_item_has_the_same_etag_wherever_it_is_sent(client: AsyncClient, created: Response, path: str) -> None:
    read = await client.get(path)
    replaced = await client.put(path, json=ITEM)

    assert created.headers["ETag"] == read.headers["ETag"] == replaced.headers["ETag"]
    assert created.headers["ETag"].strip('"').isalnum()


@pytest.mark.parametrize("change", [{"name": "New"}, {"price": "9.98"}], ids=["name", "price"])
async def test_a_change_changes_the_etag(
    client: AsyncClient, created: Response, path: str, change: dict[str, str]
) -> None:
    replaced = await client.put(path, json=ITEM | change)

    assert replaced.headers["ETag"] != created.headers["ETag"]
    assert replaced.headers["ETag"] == (await client.get(path)).headers["ETag"]


@pytest.mark.parametrize("if_match", ["{}", '"other",{}', '{} , W/"other"', "*"])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_the_state_that_a_client_has_seen_can_be_changed(
    client: AsyncClient, created: Response, path: str, method: str, if_match: str
) -> None:
    headers = {"If-Match": if_match.format(created.headers["ETag"])}

    response = await client.request(method, path, json=CHANGED if method == "PUT" else None, headers=headers)

    assert response.is_success


@pytest.mark.parametrize("if_match", ["{}", 'W/{0}, "other"', '"other"', "other", ""])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_an_item_that_has_changed_since_it_was_read_is_left_alone(
    client: AsyncClient, created: Response, path: str, method: str, if_match: str
) -> None:
    changed = await client.put(path, json=CHANGED)
    tag = created.headers["ETag"] if if_match == "{}" else changed.headers["ETag"]

    response = await client.request(
        method, path, json=ITEM if method == "PUT" else None, headers={"If-Match": if_match.format(tag)}
    )

    assert response.status_code == 412
    error = response.json()["error"]
    assert error["code"] == "PRECONDITION_FAILED"
    assert error["message"] == "This is not the state that the request is meant for."
    assert (await client.get(path)).json() == changed.json()


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_an_item_that_is_gone_is_not_found_whatever_state_is_asked_for(
    client: AsyncClient, path: str, method: str
) -> None:
    await client.delete(path)

    body = ITEM if method == "PUT" else None
    response = await client.request(method, path, json=body, headers={"If-Match": "*"})

    assert response.status_code == 404


async def test_a_route_can_demand_the_header() -> None:
    async def publish(if_match: IfMatch) -> str | None:
        return if_match

    app = create_app()
    app.add_api_route("/publish", publish, methods=["POST"])

    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://test") as client:
        without, with_header = await client.post("/publish"), await client.post("/publish", headers={"If-Match": "*"})

    assert without.status_code == 428
    error = without.json()["error"]
    assert error["code"] == "PRECONDITION_REQUIRED"
    assert error["message"] == "The header If-Match must name the state that the request is meant for."
    assert with_header.json() == "*"
