"""Items in the database."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.item import Item
from app.schemas.item import ItemWrite
from app.schemas.page import Cursor


class SQLAlchemyItemRepository:
    """A store of items on a session, whose owner commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def create(self, data: ItemWrite) -> Item:
        """Store a new item and return it."""
        item = Item(name=data.name, price=data.price)
        self._session.add(item)
        await self._session.flush()
        return item

    async def get(self, item_id: UUID) -> Item | None:
        """Return the item with this id, or None."""
        return await self._session.get(Item, item_id)

    async def list(self, *, limit: int, after: Cursor | None = None) -> Sequence[Item]:
        """Return the oldest `limit` items, of those after the cursor if there is one, in the order of creation."""
        place = tuple_(Item.created_at, Item.id)
        query = select(Item).order_by(Item.created_at, Item.id).limit(limit)
        if after is not None:
            query = query.where(place > after)
        return (await self._session.scalars(query)).all()

    async def replace(self, item_id: UUID, data: ItemWrite) -> Item | None:
        """Replace what the item with this id says and return it, or None when there is none."""
        if item := await self._session.get(Item, item_id, with_for_update=True):
            item.name, item.price = data.name, data.price
        return item

    async def delete(self, item_id: UUID) -> bool:
        """Delete the item with this id. Return whether there was one."""
        item = await self._session.get(Item, item_id, with_for_update=True)
        if item is None:
            return False
        await self._session.delete(item)
        await self._session.flush()
        return True
