"""The OpenAPI document, which clients are generated from."""

import json
from decimal import Decimal
from typing import Annotated

import pytest
from fastapi import Body, FastAPI
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from app.schemas.envelope import FieldError, Success
from app.schemas.page import Page
from tests.openapi import declared_failures, operations


@pytest.mark.parametrize(
    ("operation", "tag"), [("GET /", "root"), ("GET /health/live", "health"), ("GET /health/ready", "health")]
)
def test_an_operation_declares_the_failures_of_every_request(app: FastAPI, operation: str, tag: str) -> None:
    assert operations(app)[operation]["tags"] == [tag]
    assert declared_failures(app, operation) - {"503"} == {"400", "413", "422", "500"}


def test_every_operation_declares_its_failures_with_the_envelope(app: FastAPI) -> None:
    @app.get("/page", response_class=HTMLResponse)
    async def read_page() -> str:
        return "<!doctype html>"

    for name, operation in operations(app).items():
        failures = declared_failures(app, name)
        assert failures >= declared_failures(app, "GET /health/live") | ({"401"} if "security" in operation else set())
        for status in failures:
            content = operation["responses"][status]["content"]
            assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/Failure"}


def test_every_operation_is_documented_once_under_the_name_of_its_function(app: FastAPI) -> None:
    names = [operation["operationId"] for operation in operations(app).values()]

    assert len(set(names)) == len(names)
    assert {"live", "ready"} <= set(names)
    assert all(name.isidentifier() for name in names)


class Line(BaseModel):
    """A schema whose input and output differ: a price may be a number in a request, and is text in a response."""

    price: Decimal


def test_every_schema_is_used_and_has_a_valid_class_name(app: FastAPI) -> None:
    app.openapi()  # it is generated again when a route has been added

    @app.get("/fields")
    async def list_fields() -> Success[Page[FieldError]]:
        return Success(data=Page(items=[], next_cursor=None))

    @app.post("/sums")
    async def add(first: Annotated[int, Body()], second: Annotated[int, Body()]) -> int:
        return first + second

    @app.put("/order")
    async def change(line: Line) -> Line:
        return line

    document = app.openapi()

    names = document["components"]["schemas"].keys()
    assert {"Failure", "SuccessPageFieldError", "BodyAdd", "LineInput", "LineOutput"} < names
    assert all(name.isalnum() and name.isidentifier() for name in names)
    assert [name for name in names if f'"#/components/schemas/{name}"' not in json.dumps(document)] == []


def test_a_schema_keeps_its_name_when_the_plain_one_is_taken(app: FastAPI) -> None:
    class BodyAdd(BaseModel):
        total: int

    async def add(first: Annotated[int, Body()], second: Annotated[int, Body()]) -> BodyAdd:
        return BodyAdd(total=first + second)

    for name in ("add", "add_up", "add__up"):
        app.add_api_route(f"/{name}", add, name=name, methods=["POST"])

    names = app.openapi()["components"]["schemas"].keys()
    assert {"BodyAdd", "Body_add", "BodyAddUp", "Body_add_up"} < names


def test_every_envelope_requires_success(app: FastAPI) -> None:
    schemas = app.openapi()["components"]["schemas"]

    envelopes = [name for name in schemas if name == "Failure" or name.startswith("Success")]
    assert len(envelopes) > 1
    for name in envelopes:
        assert "success" in schemas[name]["required"]
