"""The schemas of items, which accept what the OpenAPI document says."""

import re
from typing import Any

import pytest
from pydantic import ValidationError

from app.schemas.item import ItemCreate, ItemRead

PRICE: dict[str, Any] = ItemCreate.model_json_schema()["properties"]["price"]
STRING, NUMBER = PRICE["anyOf"]


@pytest.mark.parametrize("price", ["0", "00.5", "0.01", "1.10", "9999999999.99"])
def test_a_price_that_matches_the_documented_pattern_is_accepted(price: str) -> None:
    assert STRING["type"] == "string"
    assert re.search(STRING["pattern"], price)
    assert ItemCreate.model_validate({"name": "Test Item", "price": price})


@pytest.mark.parametrize("price", ["", "-1", "0.001", "10000000000", "1,5", "NaN", "cheap"])
def test_a_price_that_is_refused_does_not_match_the_documented_pattern(price: str) -> None:
    assert not re.search(STRING["pattern"], price)
    with pytest.raises(ValidationError):
        ItemCreate.model_validate({"name": "Test Item", "price": price})


def test_a_price_may_be_a_number_with_two_decimal_places() -> None:
    assert NUMBER == {"type": "number", "minimum": 0, "exclusiveMaximum": 10_000_000_000, "multipleOf": 0.01}
    assert str(ItemCreate.model_validate({"name": "Test Item", "price": 9.9}).price) == "9.90"


@pytest.mark.parametrize(("price", "as_stored"), [("-0", "0.00"), ("1.5", "1.50"), ("1E+1", "10.00"), (0.1, "0.10")])
def test_a_price_has_two_decimal_places_and_no_sign(price: str | float, as_stored: str) -> None:
    assert str(ItemCreate.model_validate({"name": "Test Item", "price": price}).price) == as_stored


def test_an_error_about_a_stored_item_does_not_show_its_values() -> None:
    with pytest.raises(ValidationError) as raised:
        ItemRead.model_validate({"name": ["leak.me@example.org"]})

    assert "leak.me" not in str(raised.value)


def test_the_documented_example_of_a_price_is_valid() -> None:
    assert [re.search(STRING["pattern"], example) is not None for example in PRICE["examples"]] == [True]
