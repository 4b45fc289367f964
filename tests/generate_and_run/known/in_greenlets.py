# pyrefly: ignore-errors
"""What runs while, and after, SQLAlchemy has waited for the database in another greenlet."""

from decimal import Decimal

from app.api.deps import SessionDep
from app.models.item import Item
from sqlalchemy import event


async def answer(session: SessionDep, *, seldom: bool = False) -> dict[str, str]:
    """Return after a row is written, and run code at that moment."""
    written = []

    def watch(*_arguments: object) -> None:
        written.append("a row")
        if not written:
            written.append("nothing")  # missed

    event.listen(session.sync_session, "after_flush", watch)
    session.add(Item(name="Known", price=Decimal(1)))
    await session.flush()
    if seldom:
        return {"answer": "seldom"}  # missed
    return {"answer": "mostly"}
