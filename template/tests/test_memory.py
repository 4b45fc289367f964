"""The store of the application."""

from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.api.deps import StoreDep
from app.main import create_app
from tests.openapi import declared_failures


async def create_memo(store: StoreDep) -> list[UUID]:
    memos = store["memos"]
    memos[uuid4()] = "Test Memo"
    return list(memos)


def app_with_memos() -> FastAPI:
    app = create_app()
    app.add_api_route("/memos", create_memo, methods=["POST"])
    return app


def test_the_store_is_empty_at_the_start_and_keeps_data_between_requests() -> None:
    with TestClient(app_with_memos()) as client:
        first, second = client.post("/memos").json(), client.post("/memos").json()

    assert len(first) == 1
    assert second[:1] == first


def test_two_applications_do_not_share_their_store() -> None:
    with TestClient(app_with_memos()) as first, TestClient(app_with_memos()) as second:
        assert len(first.post("/memos").json()) == 1
        assert len(second.post("/memos").json()) == 1


@pytest.mark.parametrize("operation", ["GET /health/live", "GET /health/ready"])
def test_a_request_that_needs_no_other_service_declares_no_503(app: FastAPI, operation: str) -> None:
    assert "503" not in declared_failures(app, operation)
