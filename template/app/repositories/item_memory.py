"""Items in memory: they are gone when the process ends, and each worker process has its own."""

from collections.abc import Sequence
from uuid import UUID

from app.models.item import Item
from app.schemas.item import ItemWrite
from app.schemas.page import Cursor


class InMemoryItemRepository:
    """A store of items in a dictionary, which keeps the order of creation."""

    def __init__(self) -> None:
        self._items: dict[UUID, Item] = {}

    async def create(self, data: ItemWrite) -> Item:
        """Store a new item and return it."""
        item = Item(name=data.name, price=data.price)
        self._items[item.id] = item
        return item

    async def get(self, item_id: UUID) -> Item | None:
        """Return the item with this id, or None."""
        return self._items.get(item_id)

    async def list(self, *, limit: int, after: Cursor | None = None) -> Sequence[Item]:
        """Return the oldest `limit` items, of those after the cursor if there is one, in the order of creation."""
        items = sorted(self._items.values(), key=_place)
        return [item for item in items if after is None or _place(item) > after][:limit]

    async def replace(self, item_id: UUID, data: ItemWrite) -> Item | None:
        """Replace what the item with this id says and return it, or None when there is none."""
        if item := self._items.get(item_id):
            item.name, item.price = data.name, data.price
        return item

    async def delete(self, item_id: UUID) -> bool:
        """Delete the item with this id. Return whether there was one."""
        return self._items.pop(item_id, None) is not None


def _place(item: Item) -> Cursor:
    return Cursor(item.created_at, item.id)
