"""What the service asks of a store of items, whichever keeps them."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from app.models.item import Item
from app.schemas.item import ItemWrite
from app.schemas.page import Cursor


class ItemRepository(Protocol):
    """A store of items."""

    async def create(self, data: ItemWrite) -> Item:
        """Store a new item and return it."""

    async def get(self, item_id: UUID) -> Item | None:
        """Return the item with this id, or None."""

    async def list(self, *, limit: int, after: Cursor | None = None) -> Sequence[Item]:
        """Return the oldest `limit` items, of those after the cursor if there is one, in the order of creation."""

    async def replace(self, item_id: UUID, data: ItemWrite) -> Item | None:
        """Replace what the item with this id says and return it, or None when there is none."""

    async def delete(self, item_id: UUID) -> bool:
        """Delete the item with this id. Return whether there was one."""
