"""Items: the example to copy for a resource of your own."""

from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.api.deps import ItemRepositoryDep
from app.api.errors import error_responses
from app.core.exceptions import NotFoundError
from app.models.item import Item
from app.schemas.envelope import Success
from app.schemas.item import ItemRead, ItemWrite
from app.schemas.page import Cursor, Page

router = APIRouter(prefix="/items", tags=["items"])
not_found = error_responses(HTTPStatus.NOT_FOUND)


async def parse_item_id(item_id: str) -> UUID:
    """Return the id in the path. What is no UUID cannot be the id of an item: it is not found rather than invalid."""
    try:
        return UUID(item_id)
    except ValueError as error:
        raise NotFoundError from error


ItemId: TypeAlias = Annotated[UUID, Depends(parse_item_id)]


@router.post("/", status_code=HTTPStatus.CREATED)
async def create_item(data: ItemWrite, items: ItemRepositoryDep) -> Success[ItemRead]:
    """Create an item."""
    return _success(await items.create(data))


@router.get("/")
async def list_items(
    items: ItemRepositoryDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(description="the `next_cursor` of an earlier page")] = None,
) -> Success[Page[ItemRead]]:
    """Return a page of the items, oldest first."""
    # One more than asked for: it tells whether there is another page.
    found = await items.list(limit=limit + 1, after=Cursor.decode(cursor) if cursor else None)
    page = found[:limit]
    next_cursor = Cursor(page[-1].created_at, page[-1].id).encode() if len(found) > limit else None
    return Success(data=Page(items=[ItemRead.model_validate(item) for item in page], next_cursor=next_cursor))


@router.get("/{item_id}", responses=not_found)
async def read_item(item_id: ItemId, items: ItemRepositoryDep) -> Success[ItemRead]:
    """Return an item."""
    return _success(await items.get(item_id))


@router.put("/{item_id}", responses=not_found)
async def replace_item(item_id: ItemId, data: ItemWrite, items: ItemRepositoryDep) -> Success[ItemRead]:
    """Replace an item. Its id and its time of creation stay."""
    return _success(await items.replace(item_id, data))


@router.delete("/{item_id}", status_code=HTTPStatus.NO_CONTENT, responses=not_found)
async def delete_item(item_id: ItemId, items: ItemRepositoryDep) -> None:
    """Delete an item."""
    if not await items.delete(item_id):
        raise NotFoundError


def _success(item: Item | None) -> Success[ItemRead]:
    if item is None:
        raise NotFoundError
    return Success(data=ItemRead.model_validate(item))
