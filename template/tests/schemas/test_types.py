"""Types of several schemas, which accept what the OpenAPI document says."""

import re

import pytest
from pydantic import TypeAdapter, ValidationError

from app.schemas.types import ShortText

TEXT: TypeAdapter[str] = TypeAdapter(ShortText)
PATTERN = TEXT.json_schema()["pattern"]


@pytest.mark.parametrize("text", ["x", " Desk lamp\n", "\u66f8", "x" * 200])
def test_a_text_that_matches_the_documented_pattern_is_accepted(text: str) -> None:
    assert re.search(PATTERN, text)
    assert TEXT.validate_python(text) == text.strip()


@pytest.mark.parametrize("text", ["", " \n", "\N{NO-BREAK SPACE}", "\0", "NUL \0"])
def test_a_text_that_is_refused_does_not_match_the_documented_pattern(text: str) -> None:
    assert not re.search(PATTERN, text)
    with pytest.raises(ValidationError):
        TEXT.validate_python(text)


@pytest.mark.parametrize("text", ["x" * 201, "lone surrogate \ud800"], ids=ascii)
def test_a_text_that_is_too_long_or_invalid_unicode_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TEXT.validate_python(text)


def test_a_blank_text_is_refused_as_too_short() -> None:
    with pytest.raises(ValidationError, match="at least 1 character"):
        TEXT.validate_python(" ")
