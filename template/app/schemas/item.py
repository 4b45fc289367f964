"""Schemas of items."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from app.schemas.types import ShortText

# With two decimal places and without a sign, as it is returned.
Price = Annotated[
    Decimal,
    Field(ge=0, max_digits=12, decimal_places=2),
    AfterValidator(lambda price: abs(price).quantize(Decimal("0.01"))),
    WithJsonSchema(  # Pydantic's own schema lacks the number of digits
        {
            "anyOf": [
                {"type": "string", "pattern": r"^\d{1,10}(\.\d{1,2})?$"},
                {"type": "number", "minimum": 0, "exclusiveMaximum": 10**10, "multipleOf": 0.01},
            ],
            "examples": ["9.99"],
        }
    ),
]


class ItemCreate(BaseModel):
    """The values of a new item."""

    name: Annotated[ShortText, Field(examples=["Desk lamp"])]
    price: Price


class ItemUpdate(ItemCreate):
    """The values that replace those of an item."""


class ItemRead(BaseModel):
    """An item as returned by the API."""

    model_config = ConfigDict(from_attributes=True, hide_input_in_errors=True)

    id: UUID
    name: str
    price: Decimal
    created_at: datetime
