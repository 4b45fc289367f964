"""Code that runs while and after SQLAlchemy waits for the database in another greenlet."""

from decimal import Decimal

from app.api.deps import SessionDep
from app.models.item import Item
from sqlalchemy import event


async def answer(session: SessionDep, *, seldom: bool = False) -> dict[str, str]:
    """Write a row and return. An event handler runs when the row is written."""
    written = []

    def watch(*_arguments: object) -> None:
        written.append("a row")
        if not written:
            written.append("nothing")  # missed

    event.listen(session.sync_session, "after_flush", watch)
    session.add(Item(name="Sample", price=Decimal(1)))
    await session.flush()
    if seldom:
        return {"answer": "seldom"}  # missed
    return {"answer": "mostly"}
