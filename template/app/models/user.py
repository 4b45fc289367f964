"""The models of users, sessions and failed logins."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class User(Base):
    """A user who can log in."""

    __tablename__ = "users"
    # Addresses are unique regardless of their case, also in rows that bypass the schemas.
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower_case"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    hashed_password: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))


class RefreshToken(Base):
    """The session of a user. A login creates it, each refresh replaces the token, a logout deletes it."""

    __tablename__ = "refresh_tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # of the session
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str]
    expires_at: Mapped[datetime]


class FailedLogin(Base):
    """A failed login. `account` is a hash of the e-mail address, `client` the address of the client."""

    __tablename__ = "failed_logins"
    __table_args__ = (Index("ix_failed_logins_account_created_at", "account", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account: Mapped[str]
    client: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC), index=True)
