"""Entity tags: who changes something can demand that it is in the state that they have seen."""

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from pydantic import BaseModel

from app.api.etags import IfMatch, check_if_match, etag


class Shelf(BaseModel):
    """What is changed."""

    books: int


SHELF, OTHER = Shelf(books=7), Shelf(books=8)


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    """The application, with a route that is for the shelf as it is, and one that needs the header."""

    @app.put("/shelf")
    async def replace(if_match: IfMatch = None) -> None:
        check_if_match(if_match, SHELF)

    @app.post("/publish")
    async def publish(if_match: IfMatch) -> str | None:
        return if_match

    return app


def test_the_tag_of_a_state_is_the_same_each_time_and_another_one_for_another_state() -> None:
    assert etag(SHELF) == etag(Shelf(books=7)) != etag(OTHER)
    assert etag(SHELF).strip('"').isalnum()


@pytest.mark.parametrize("if_match", [None, "{}", '"other",{}', '{} , W/"other"', "*"])
async def test_the_state_that_a_client_has_seen_can_be_changed(client: AsyncClient, if_match: str | None) -> None:
    headers = {"If-Match": if_match.format(etag(SHELF))} if if_match else {}

    response = await client.put("/shelf", headers=headers)

    assert response.is_success


@pytest.mark.parametrize("if_match", [etag(OTHER), f'W/{etag(SHELF)}, "other"', '"other"', "other", ""])
async def test_another_state_is_left_alone(client: AsyncClient, if_match: str) -> None:
    response = await client.put("/shelf", headers={"If-Match": if_match})

    assert response.status_code == 412
    error = response.json()["error"]
    assert error["code"] == "PRECONDITION_FAILED"
    assert error["message"] == "This is not the state that the request is meant for."


async def test_a_route_can_demand_the_header(client: AsyncClient) -> None:
    without, with_header = await client.post("/publish"), await client.post("/publish", headers={"If-Match": "*"})

    assert without.status_code == 428
    error = without.json()["error"]
    assert error["code"] == "PRECONDITION_REQUIRED"
    assert error["message"] == "The header If-Match must name the state that the request is meant for."
    assert with_header.json() == "*"
