"""What a user must look like to be accepted."""

import pytest
from pydantic import ValidationError

from app.schemas.user import UserCreate


@pytest.mark.parametrize(
    ("email", "valid"),
    [
        ("valid@example.com", True),
        ("user@domain.org", True),
        ("Mixed.Case@Example.COM", True),
        ("invalid-email", False),
        ("@nodomain.com", False),
        ("nul\0@example.com", False),
        ("", False),
    ],
)
def test_email_validation(email: str, valid: bool) -> None:  # noqa: FBT001
    if valid:
        user = UserCreate(email=email, password="ValidPass123!", name="Test")
        assert user.email == email.lower()
    else:
        with pytest.raises(ValidationError):
            UserCreate(email=email, password="ValidPass123!", name="Test")


@pytest.mark.parametrize(
    ("password", "valid"),
    [
        ("ValidPass123!", True),
        ("AnotherGood1@", True),
        ("TenChars1!", True),
        ("Ünïcödé-Päss1", True),
        ("V1!" + "a" * 125, True),
        ("short1A!", False),  # too short
        ("NineChr1!", False),  # still too short
        ("nouppercasepass1!", False),
        ("NOLOWERCASE1!", False),
        ("NoDigitsHere!", False),
        ("NoSpecialChar1", False),
        ("No Special Char1", False),  # a space is not special
        ("V1!" + "a" * 126, False),  # too long
    ],
)
def test_password_validation(password: str, valid: bool) -> None:  # noqa: FBT001
    if valid:
        user = UserCreate(email="test@example.com", password=password, name="Test")
        assert user.password == password
    else:
        with pytest.raises(ValidationError):
            UserCreate(email="test@example.com", password=password, name="Test")


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "NUL \0"])
def test_a_name_is_text_that_can_be_shown_and_stored(name: str) -> None:
    with pytest.raises(ValidationError):
        UserCreate(email="test@example.com", password="ValidPass123!", name=name)


def test_every_missing_kind_of_character_is_named() -> None:
    with pytest.raises(ValidationError, match="needs an upper-case letter, a digit, a special character"):
        UserCreate(email="test@example.com", password="onlylowercase", name="Test")


def test_the_password_is_not_shown_in_logs() -> None:
    user = UserCreate(email="test@example.com", password="ValidPass123!", name="Test")

    assert "ValidPass123!" not in repr(user)
