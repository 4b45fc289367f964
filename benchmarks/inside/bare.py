"""A bare FastAPI service in one file, which does the same work as the rendered service with password auth.

It runs in the environment of a rendered project, with the same transactions, commits, password hashing and connection
pool, but without settings, error envelope, limits or layers.
"""

import hashlib
import os
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from uuid import UUID, uuid4

import jwt
from anyio import CapacityLimiter, to_thread
from fastapi import Depends, FastAPI, Form, HTTPException
from fastapi.security import OAuth2PasswordBearer
from pwdlib import PasswordHash
from pydantic import BaseModel
from sqlalchemy import Connection, DateTime, ForeignKey, Index, delete, event, make_url, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SECRET_KEY = os.environ["SECRET_KEY"]
ACCESS_SECONDS, REFRESH_SECONDS = 15 * 60, 30 * 24 * 60 * 60

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
POOL_SIZES = {"sqlite": 4, "postgresql": 15}

url = make_url(os.environ["DATABASE_URL"])
backend = url.get_backend_name()
engine = create_async_engine(url.set(drivername=DRIVERS[backend]), pool_size=POOL_SIZES[backend], max_overflow=0)
session_factory = async_sessionmaker(engine, expire_on_commit=False)
password_hash = PasswordHash.recommended()
hashing_limiter = CapacityLimiter(4)


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("foreign_keys = ON", "busy_timeout = 5000", "journal_mode = WAL", "synchronous = NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    driver_connection: Any = connection.connection.driver_connection
    if not statement.startswith(("SELECT", "BEGIN")) and not driver_connection.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


if backend == "sqlite":
    event.listen(engine.sync_engine, "connect", _configure)
    event.listen(engine.sync_engine, "before_cursor_execute", _begin)


class Base(DeclarativeBase):
    """The base of the models."""

    type_annotation_map: ClassVar = {datetime: DateTime(timezone=True)}


class Item(Base):
    """An item, with its price in cents."""

    __tablename__ = "items"
    __table_args__ = (Index("ix_items_created_at_id", "created_at", "id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    price: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))


class User(Base):
    """A user."""

    __tablename__ = "users"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    hashed_password: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))


class RefreshToken(Base):
    """The refresh token of a session."""

    __tablename__ = "refresh_tokens"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str]
    expires_at: Mapped[datetime]


class ItemCreate(BaseModel):
    """The request to create an item."""

    name: str
    price: Decimal


class ItemRead(ItemCreate):
    """An item in a response."""

    id: UUID
    created_at: datetime


class UserCreate(BaseModel):
    """Registration data."""

    email: str
    password: str
    name: str


class UserRead(BaseModel):
    """A user in a response."""

    id: UUID
    email: str
    name: str
    created_at: datetime


class LoginForm(BaseModel):
    """The form of the OAuth2 password grant."""

    username: str
    password: str


class TokenPair(BaseModel):
    """The response to a login."""

    access_token: str
    refresh_token: str
    token_type: str = "bearer"  # noqa: S105 - the name of the type
    expires_in: int = ACCESS_SECONDS


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
    """Create the tables."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield
    await engine.dispose()


async def get_db() -> AsyncGenerator[AsyncSession]:
    """Yield the session of a request."""
    async with session_factory() as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_db)]
app = FastAPI(lifespan=lifespan)
bearer = OAuth2PasswordBearer("/api/v1/auth/login")


@app.get("/")
async def read_root() -> dict[str, str]:
    """Return a greeting."""
    return {"message": "Hello World"}


@app.get("/health/live")
async def live() -> dict[str, str]:
    """Report that the process is alive."""
    return {"status": "ok"}


@app.get("/api/v1/users/me")
async def read_me(token: Annotated[str, Depends(bearer)], session: Session) -> UserRead:
    """Return the user of an access token."""
    try:
        claims = jwt.decode(token, SECRET_KEY, ["HS256"], audience="bare", issuer="bare")
    except jwt.InvalidTokenError:
        raise HTTPException(401) from None
    user = await session.get(User, UUID(claims["sub"]))
    if user is None:
        raise HTTPException(401)
    return UserRead(id=user.id, email=user.email, name=user.name, created_at=user.created_at)


@app.post("/api/v1/items/", status_code=201)
async def create_item(data: ItemCreate, session: Session) -> ItemRead:
    """Create an item."""
    item = Item(name=data.name, price=int(data.price * 100))
    session.add(item)
    await session.commit()
    return _item_read(item)


@app.get("/api/v1/items/{item_id}")
async def read_item(item_id: UUID, session: Session) -> ItemRead:
    """Return an item."""
    item = await session.get(Item, item_id)
    if item is None:
        raise HTTPException(404)
    return _item_read(item)


@app.post("/api/v1/auth/register", status_code=201)
async def register(data: UserCreate, session: Session) -> dict[str, UUID]:
    """Create a user."""
    hashed = await to_thread.run_sync(password_hash.hash, data.password, limiter=hashing_limiter)
    user = User(email=data.email.lower(), name=data.name, hashed_password=hashed)
    session.add(user)
    await session.commit()
    return {"id": user.id}


@app.post("/api/v1/auth/login")
async def login(form: Annotated[LoginForm, Form()], session: Session) -> TokenPair:
    """Return tokens for an e-mail address and a password."""
    user = await session.scalar(select(User).where(User.email == form.username.lower()))
    await session.commit()
    if user is None:
        raise HTTPException(401)
    matches, _ = await to_thread.run_sync(
        password_hash.verify_and_update, form.password, user.hashed_password, limiter=hashing_limiter
    )
    if not matches:
        raise HTTPException(401)
    session_id = uuid4()
    refresh = f"{session_id}.{secrets.token_urlsafe(32)}"
    now = datetime.now(UTC)
    await session.execute(delete(RefreshToken).where(RefreshToken.user_id == user.id, RefreshToken.expires_at < now))
    session.add(
        RefreshToken(
            id=session_id,
            user_id=user.id,
            token_hash=hashlib.sha256(refresh.encode()).hexdigest(),
            expires_at=now + timedelta(seconds=REFRESH_SECONDS),
        )
    )
    await session.commit()
    return TokenPair(access_token=_access_token(user, session_id), refresh_token=refresh)


def _item_read(item: Item) -> ItemRead:
    return ItemRead(id=item.id, name=item.name, price=Decimal(item.price) / 100, created_at=item.created_at)


def _access_token(user: User, session_id: UUID) -> str:
    now = datetime.now(UTC)
    claims = {
        "iss": "bare",
        "aud": "bare",
        "sub": str(user.id),
        "sid": str(session_id),
        "exp": now + timedelta(seconds=ACCESS_SECONDS),
        "iat": now,
        "jti": str(uuid4()),
        "type": "access",
    }
    return jwt.encode(claims, SECRET_KEY, "HS256")
