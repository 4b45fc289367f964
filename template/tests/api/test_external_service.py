"""An external service, replaced by a mock in `dependency_overrides`, which are reset after each test."""

from typing import Annotated, NoReturn
from unittest.mock import AsyncMock, create_autospec

import pytest
from fastapi import Depends, FastAPI
from httpx2 import AsyncClient


class ExchangeRates:
    """The client of an external service."""

    async def rate(self, currency: str) -> NoReturn:
        """Return the price of a unit of the currency."""
        pytest.fail(f"a test asked for the rate of {currency}")


def get_exchange_rates() -> ExchangeRates:
    return ExchangeRates()


@pytest.fixture
def exchange_rates(app: FastAPI) -> AsyncMock:
    """The mock of the client."""

    @app.get("/rates/{currency}")
    async def read_rate(currency: str, rates: Annotated[ExchangeRates, Depends(get_exchange_rates)]) -> str:
        return await rates.rate(currency)

    exchange_rates: AsyncMock = create_autospec(ExchangeRates, instance=True)
    app.dependency_overrides[get_exchange_rates] = lambda: exchange_rates
    return exchange_rates


async def test_the_response_of_the_external_service_is_returned(client: AsyncClient, exchange_rates: AsyncMock) -> None:
    exchange_rates.rate.return_value = "1.09"

    response = await client.get("/rates/EUR")

    assert response.json() == "1.09"
    exchange_rates.rate.assert_awaited_once_with("EUR")


async def test_an_error_of_the_external_service_is_raised(client: AsyncClient, exchange_rates: AsyncMock) -> None:
    exchange_rates.rate.side_effect = TimeoutError("the service timed out")

    with pytest.raises(TimeoutError, match="timed out"):
        await client.get("/rates/EUR")
