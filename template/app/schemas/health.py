"""Schemas of the health checks."""

from typing import Literal

from pydantic import BaseModel


class Health(BaseModel):
    """The state of the service."""

    status: Literal["ok"] = "ok"
