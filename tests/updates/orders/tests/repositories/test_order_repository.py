"""Isolation of tests with reference rows, triggers and views."""

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.order import Carrier, Customer
from app.repositories.order import OrderRepository
from app.schemas.order import OrderCreate

CHANGES = {
    "new row": "INSERT INTO carriers_that_deliver_to_private_customers_in_rural_areas VALUES (3, 'Bat', 'DE')",
    "changed row": "UPDATE carriers_that_deliver_to_private_customers_in_rural_areas SET name = 'Bat'",
    "deleted row": "DELETE FROM carriers_that_deliver_to_private_customers_in_rural_areas",
    "revision": "UPDATE alembic_version SET version_num = 'another'",
    "table": "CREATE TABLE of_a_test (id INTEGER)",
    "view": "CREATE VIEW view_of_a_test AS SELECT number FROM orders",
    "dropped view": "DROP VIEW order_numbers",
}


@pytest.mark.parametrize("round_", [1, 2])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_every_test_finds_the_same_database(db_session: AsyncSession, change: str, round_: int) -> None:
    orders = OrderRepository(db_session)
    assert await orders.carriers() == ["Owl", "Stork"]
    assert await db_session.scalar(select(func.count()).select_from(Customer)) == 0
    assert await db_session.scalar(text("SELECT count(*) FROM order_numbers")) == 0
    assert await db_session.scalar(text("SELECT count(*) FROM order_log")) == 0

    order = await orders.create(OrderCreate(number=round_, email="ann@example.com"))

    assert await db_session.scalar(text("SELECT number FROM order_numbers")) == order.number
    assert await db_session.scalar(text("SELECT min(id) FROM order_log")) == 1
    await db_session.execute(text(change))
    await db_session.commit()


async def test_a_carrier_can_be_changed_by_a_test(db_session: AsyncSession) -> None:
    await db_session.execute(delete(Carrier).where(Carrier.name == "Owl"))
    await db_session.execute(update(Carrier).values(name="Bat"))
    await db_session.commit()

    assert await OrderRepository(db_session).carriers() == ["Bat"]
