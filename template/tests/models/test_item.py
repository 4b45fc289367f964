"""The prices of items, which SQLite stores in cents."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.item import Item


@pytest.mark.parametrize("amount", ["0", "0.01", "0.10", "9999999999.99", "-1.50"])
async def test_an_amount_is_stored_exactly(db_session: AsyncSession, amount: str) -> None:
    item = Item(name="Test Item", price=Decimal(amount))
    db_session.add(item)
    await db_session.commit()

    await db_session.refresh(item)

    assert item.price == Decimal(amount)


def test_a_fraction_of_a_cent_is_refused() -> None:
    with pytest.raises(ValueError, match="two decimal places"):
        Item(name="Test Item", price=Decimal("0.001"))


@pytest.mark.parametrize(
    "query",
    [
        lambda: select(Item.price),
        lambda: select(Item.price * 2),
        lambda: select(2 * Item.price),
        lambda: select(func.avg(Item.price)),
        lambda: select(Item).where(Item.price > 1),
        lambda: select(Item).order_by(Item.price),
    ],
    ids=["value", "product", "reversed product", "average", "comparison", "sorting"],
)
def test_a_price_cannot_be_used_in_a_query(query: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match=r"use Item\.price_cents"):
        query()


async def test_the_cents_of_a_price_can_be_used_in_a_query(db_session: AsyncSession) -> None:
    db_session.add_all(Item(name="Test Item", price=Decimal(price)) for price in ("1.50", "3.00"))

    assert await db_session.scalar(select(func.sum(Item.price_cents * 2))) == 900
