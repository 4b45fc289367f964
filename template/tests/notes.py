"""Notes: a table and routes for the tests, which do not depend on the resources of the application."""

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


class Note(UnmigratedBase):
    """A text. The database counts its versions."""

    __tablename__ = "notes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
    version: Mapped[int] = mapped_column(server_default="1", onupdate=text("version + 1"))


# How many notes there are.
COUNT = select(func.count()).select_from(Note)

router = APIRouter(prefix="/notes")


@router.post("", status_code=201)
async def create_note(text: Annotated[str, Body(embed=True)], session: SessionDep) -> UUID:
    """Store a note, and return its id."""
    note = Note(text=text)
    session.add(note)
    await session.flush()
    return note.id


@router.put("/{note_id}")
async def change_note(note_id: UUID, text: Annotated[str, Body(embed=True)], session: SessionDep) -> None:
    """Change the text of a note."""
    note = await session.get_one(Note, note_id, with_for_update=True)
    note.text = text
    await session.flush()


@router.get("")
async def list_notes(session: SessionDep) -> Sequence[str]:
    """Return the texts of all notes."""
    return (await session.scalars(select(Note.text))).all()


async def count_notes(session_factory: SessionFactory) -> int | None:
    """Return how many notes are committed."""
    async with session_factory() as session:
        return await session.scalar(COUNT)
