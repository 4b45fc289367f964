"""Memos: a table and routes for the tests, which do not depend on the resources of the application."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Body
from sqlalchemy import MetaData, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.api.deps import SessionDep
from app.database import Base, SessionFactory


class UnmigratedBase(Base):
    """The base of a table that no migration creates."""

    __abstract__ = True
    metadata = MetaData()


class Memo(UnmigratedBase):
    """A text. The database counts its versions."""

    __tablename__ = "memos"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
    version: Mapped[int] = mapped_column(server_default="1", onupdate=text("version + 1"))


# How many memos there are.
COUNT = select(func.count()).select_from(Memo)

router = APIRouter(prefix="/memos")


@router.post("", status_code=201)
async def create_memo(text: Annotated[str, Body(embed=True)], session: SessionDep) -> UUID:
    """Store a memo, and return its id."""
    memo = Memo(text=text)
    session.add(memo)
    await session.flush()
    return memo.id


@router.put("/{memo_id}")
async def change_memo(memo_id: UUID, text: Annotated[str, Body(embed=True)], session: SessionDep) -> None:
    """Change the text of a memo."""
    memo = await session.get_one(Memo, memo_id, with_for_update=True)
    memo.text = text
    await session.flush()


@router.get("")
async def list_memos(session: SessionDep) -> Sequence[str]:
    """Return the texts of all memos."""
    return (await session.scalars(select(Memo.text))).all()


async def count_memos(session_factory: SessionFactory) -> int | None:
    """Return how many memos are committed."""
    async with session_factory() as session:
        return await session.scalar(COUNT)
