"""The routes of the orders."""

from datetime import UTC, datetime
from uuid import uuid4

from httpx2 import AsyncClient

ORDER = {"number": 1, "email": "ann@example.com", "details": {"gift": True}, "sent_at": "2026-01-01T00:00:00Z"}


async def test_an_order_is_placed_read_and_sent(client: AsyncClient) -> None:
    placed = (await client.post("/api/v1/orders/", json=ORDER)).json()["data"]
    read = (await client.get(f"/api/v1/orders/{placed['id']}")).json()["data"]
    sent = (await client.post(f"/api/v1/orders/{placed['id']}/send")).json()["data"]

    assert placed == read
    assert (read["status"], read["details"]) == ("new", {"gift": True})
    assert datetime.fromisoformat(read["sent_at"]) == datetime(2026, 1, 1, tzinfo=UTC)
    assert read["customer"]["email"] == "ann@example.com"
    assert sent["status"] == "sent"
    assert datetime.fromisoformat(sent["updated_at"]) > datetime.fromisoformat(read["updated_at"])


async def test_orders_with_the_same_address_have_the_same_customer(client: AsyncClient) -> None:
    first = await client.post("/api/v1/orders/", json=ORDER)
    second = await client.post("/api/v1/orders/", json=ORDER | {"number": 2})

    assert first.json()["data"]["customer"] == second.json()["data"]["customer"]


async def test_order_numbers_are_unique(client: AsyncClient) -> None:
    await client.post("/api/v1/orders/", json=ORDER)

    assert (await client.post("/api/v1/orders/", json=ORDER)).status_code == 409


async def test_unknown_order_is_not_found(client: AsyncClient) -> None:
    assert (await client.get(f"/api/v1/orders/{uuid4()}")).status_code == 404
    assert (await client.post(f"/api/v1/orders/{uuid4()}/send")).status_code == 404


async def test_carriers_are_listed(client: AsyncClient) -> None:
    assert (await client.get("/api/v1/orders/carriers")).json()["data"] == ["Owl", "Stork"]
