"""Entity tags, which prevent lost updates (RFC 9110, section 13.1.1)."""

from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import Header, HTTPException
from pydantic import BaseModel

# A parameter without a default requires the header: a request without it is refused with 428.
IfMatch: TypeAlias = Annotated[str | None, Header(description="the `ETag` of the resource as it was read")]


def etag(representation: BaseModel) -> str:
    """Return the entity tag of a representation."""
    return f'"{sha256(representation.model_dump_json().encode()).hexdigest()}"'


def check_if_match(if_match: str | None, current: BaseModel) -> None:
    """Raise an HTTPException (412) if If-Match is given and does not match the current entity tag."""
    if if_match is not None and not {"*", etag(current)} & {tag.strip() for tag in if_match.split(",")}:
        raise HTTPException(HTTPStatus.PRECONDITION_FAILED, "If-Match does not match the current ETag of the resource.")
