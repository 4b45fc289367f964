"""The tables of the customers and their orders."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base


class Status(StrEnum):
    """The status of an order."""

    NEW = "new"
    SENT = "sent"


class Customer(Base):
    """A customer of a tenant."""

    __tablename__ = "customers"
    __table_args__ = (UniqueConstraint("tenant_id", "email"), UniqueConstraint("tenant_id", "nickname"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    tenant_id: Mapped[int]
    email: Mapped[str] = mapped_column(String(254))
    nickname: Mapped[str] = mapped_column(String(50))
    favourite_id: Mapped[UUID | None] = mapped_column(ForeignKey("orders.id", use_alter=True))

    orders: Mapped[list["Order"]] = relationship(back_populates="customer", foreign_keys="Order.customer_id")


class Order(Base):
    """An order of a customer."""

    __tablename__ = "orders"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[int] = mapped_column(unique=True)
    status: Mapped[Status] = mapped_column(server_default=Status.NEW.name)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=lambda: datetime.now(UTC))
    sent_at: Mapped[datetime | None]
    delivered_within: Mapped[timedelta | None]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)

    customer: Mapped[Customer] = relationship(back_populates="orders", foreign_keys=customer_id)


class OrderLog(Base):
    """A log that triggers write."""

    __tablename__ = "order_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[str]


class Carrier(Base):
    """A carrier. A migration inserts the rows."""

    __tablename__ = "carriers_that_deliver_to_private_customers_in_rural_areas"
    __table_args__ = (UniqueConstraint("name", "country_of_its_headquarters"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    country_of_its_headquarters: Mapped[str] = mapped_column(String(2))
