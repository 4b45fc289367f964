"""The tables of the users, of their sessions and of failed logins."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class User(Base):
    """Someone who can sign in."""

    __tablename__ = "users"
    # With the unique index: an address is unique whatever its case, also for rows that bypass the schemas.
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower_case"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    hashed_password: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))


class RefreshToken(Base):
    """The refresh token of a session. A login makes a row, each refresh replaces its token, a logout deletes it."""

    __tablename__ = "refresh_tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # of the session
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str]
    expires_at: Mapped[datetime]


class FailedLogin(Base):
    """A login that failed. `account` is a hash of the e-mail address, `client` where the request came from."""

    __tablename__ = "failed_logins"
    __table_args__ = (Index("ix_failed_logins_account_created_at", "account", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account: Mapped[str]
    client: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC), index=True)
