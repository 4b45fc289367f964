"""Data in memory: it is lost when the process ends, and each worker process has its own."""

from collections import defaultdict
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from fastapi import Depends
from fastapi.requests import HTTPConnection

# For each resource, its entries by id.
Store: TypeAlias = dict[str, dict[UUID, Any]]


def make_store() -> Store:
    """Return an empty store."""
    return defaultdict(dict)


async def get_store(connection: HTTPConnection) -> Store:
    """Return the store of the application."""
    store: Store = connection.app.state.store
    return store


StoreDep: TypeAlias = Annotated[Store, Depends(get_store)]
