"""Orders."""

from uuid import UUID

from fastapi import APIRouter

from app.api.deps.orders import OrderRepositoryDep
from app.api.errors import error_responses
from app.schemas.envelope import Success
from app.schemas.order import OrderCreate, OrderRead

router = APIRouter(prefix="/orders", tags=["orders"])
not_found = error_responses(404)


@router.post("/", status_code=201, responses=error_responses(409))
async def place_order(data: OrderCreate, orders: OrderRepositoryDep) -> Success[OrderRead]:
    """Place an order."""
    return Success(data=OrderRead.model_validate(await orders.create(data)))


@router.get("/carriers")
async def list_carriers(orders: OrderRepositoryDep) -> Success[list[str]]:
    """Return the names of the carriers."""
    return Success(data=await orders.carriers())


@router.get("/{order_id}", responses=not_found)
async def read_order(order_id: UUID, orders: OrderRepositoryDep) -> Success[OrderRead]:
    """Return an order."""
    return Success(data=OrderRead.model_validate(await orders.get(order_id)))


@router.post("/{order_id}/send", responses=not_found)
async def send_order(order_id: UUID, orders: OrderRepositoryDep) -> Success[OrderRead]:
    """Mark an order as sent."""
    return Success(data=OrderRead.model_validate(await orders.send(order_id)))
