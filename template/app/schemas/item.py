"""Items, as clients send and see them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.schemas.types import ShortText

CENT = Decimal("0.01")
# Always with two decimal places, so that it reads the same before and after it was stored.
Price = Annotated[
    Decimal,
    Field(ge=0, max_digits=12, decimal_places=2, examples=["9.99"]),
    AfterValidator(lambda price: price.quantize(CENT)),
]


class ItemWrite(BaseModel):
    """What a client says about an item, when it creates or replaces it."""

    name: ShortText
    price: Price


class ItemRead(BaseModel):
    """What a client is told about an item."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    price: Decimal
    created_at: datetime
