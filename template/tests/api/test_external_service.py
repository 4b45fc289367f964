"""An external service, replaced at its boundary.

The application reaches the store of its items through one dependency. Were it another company's, the tests would put a
stand-in there, as here: `dependency_overrides` is emptied after each test.
"""

from datetime import UTC, datetime
from decimal import Decimal
from unittest.mock import AsyncMock, create_autospec
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient

from app.api.deps import get_item_repository
from app.models.item import Item
from app.repositories.item import ItemRepository


@pytest.fixture
def stand_in(app: FastAPI) -> AsyncMock:
    stand_in: AsyncMock = create_autospec(ItemRepository, instance=True)
    app.dependency_overrides[get_item_repository] = lambda: stand_in
    return stand_in


async def test_the_application_shows_what_the_service_says(client: AsyncClient, stand_in: AsyncMock) -> None:
    item = Item(id=uuid4(), name="From elsewhere", price=Decimal(1), created_at=datetime.now(UTC))
    stand_in.get.return_value = item

    response = await client.get(f"/api/v1/items/{item.id}")

    assert response.json()["data"]["name"] == "From elsewhere"
    stand_in.get.assert_awaited_once_with(item.id)


async def test_the_application_does_not_hide_that_the_service_fails(client: AsyncClient, stand_in: AsyncMock) -> None:
    stand_in.get.side_effect = TimeoutError("the service does not answer")

    with pytest.raises(TimeoutError, match="does not answer"):
        await client.get(f"/api/v1/items/{uuid4()}")
