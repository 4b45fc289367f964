"""Orders in requests and responses."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.models.order import Status
from app.schemas.types import ShortText


class OrderCreate(BaseModel):
    """Order data in requests."""

    number: Annotated[int, Field(ge=1, le=10**9)]
    email: ShortText
    details: dict[str, Any] = {}
    sent_at: datetime | None = None


class CustomerRead(BaseModel):
    """A customer in responses."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str


class OrderRead(BaseModel):
    """An order in responses."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: int
    status: Status
    details: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None
    customer: CustomerRead
