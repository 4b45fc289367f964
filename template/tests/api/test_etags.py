"""Entity tags and conditional requests."""

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from pydantic import BaseModel

from app.api.etags import IfMatch, check_if_match, etag


class Shelf(BaseModel):
    """The resource of the tests."""

    books: int


SHELF, OTHER = Shelf(books=7), Shelf(books=8)


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    """The application, with a route that checks If-Match, and one that requires it."""

    @app.put("/shelf")
    async def replace(if_match: IfMatch = None) -> None:
        check_if_match(if_match, SHELF)

    @app.post("/publish")
    async def publish(if_match: IfMatch) -> str | None:
        return if_match

    return app


def test_the_etag_depends_on_the_state_only() -> None:
    assert etag(SHELF) == etag(Shelf(books=7)) != etag(OTHER)
    assert etag(SHELF).strip('"').isalnum()


@pytest.mark.parametrize("if_match", [None, "{}", '"other",{}', '{} , W/"other"', "*"])
async def test_a_matching_if_match_is_accepted(client: AsyncClient, if_match: str | None) -> None:
    headers = {"If-Match": if_match.format(etag(SHELF))} if if_match else {}

    response = await client.put("/shelf", headers=headers)

    assert response.is_success


@pytest.mark.parametrize("if_match", [etag(OTHER), f'W/{etag(SHELF)}, "other"', '"other"', "other", ""])
async def test_an_if_match_of_another_state_is_refused(client: AsyncClient, if_match: str) -> None:
    response = await client.put("/shelf", headers={"If-Match": if_match})

    assert response.status_code == 412
    error = response.json()["error"]
    assert error["code"] == "PRECONDITION_FAILED"
    assert error["message"] == "If-Match does not match the current ETag of the resource."


async def test_a_route_can_require_if_match(client: AsyncClient) -> None:
    without, with_header = await client.post("/publish"), await client.post("/publish", headers={"If-Match": "*"})

    assert without.status_code == 428
    error = without.json()["error"]
    assert error["code"] == "PRECONDITION_REQUIRED"
    assert error["message"] == "The header If-Match must contain the ETag of the resource."
    assert with_header.json() == "*"
