"""Orders in the database."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.exceptions import ConflictError, NotFoundError
from app.models.order import Carrier, Customer, Order, Status
from app.schemas.order import OrderCreate

TENANT = 1


class OrderRepository:
    """Access to orders. The caller commits the session."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def create(self, data: OrderCreate) -> Order:
        """Store a new order and return it. Raises ConflictError when its number is taken."""
        customer = await self._customer(data.email)
        order = Order(number=data.number, details=data.details, sent_at=data.sent_at, customer=customer)
        self.session.add(order)
        try:
            await self.session.flush()
        except IntegrityError as error:
            raise ConflictError from error
        customer.favourite_id = customer.favourite_id or order.id
        await self.session.flush()
        return order

    async def get(self, order_id: UUID) -> Order:
        """Return the order with this id, and its customer. Raises NotFoundError when there is none."""
        if order := await self.session.get(Order, order_id, with_for_update=True):
            await self.session.refresh(order, ["customer"])
            return order
        raise NotFoundError

    async def send(self, order_id: UUID) -> Order:
        """Mark the order as sent and return it. Raises NotFoundError when there is none."""
        order = await self.get(order_id)
        order.status = Status.SENT
        await self.session.flush()
        return order

    async def carriers(self) -> list[str]:
        """Return the names of the carriers."""
        return list(await self.session.scalars(select(Carrier.name).order_by(Carrier.name)))

    async def _customer(self, email: str) -> Customer:
        found = await self.session.scalar(select(Customer).where(Customer.tenant_id == TENANT, Customer.email == email))
        return found or Customer(tenant_id=TENANT, email=email, nickname=email)
