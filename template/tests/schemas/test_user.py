"""What users and what they sign in with must look like to be accepted."""

from unicodedata import normalize

import pytest
from pydantic import ValidationError

from app.schemas.token import LoginForm, RefreshRequest
from app.schemas.user import PasswordChange, UserCreate, UserRead, normalize_email


@pytest.mark.parametrize(
    ("email", "valid"),
    [
        ("valid@example.com", True),
        ("user@domain.org", True),
        ("Mixed.Case@Example.COM", True),
        ("bücher@example.com", True),
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
    ("typed", "stored"),
    [
        (" ann@example.org\t", "ann@example.org"),
        ("Ann@Example.ORG", "ann@example.org"),
        ("a@xn--bcher-kva.example.org", "a@bücher.example.org"),
        (normalize("NFD", "ännchen@example.org"), normalize("NFC", "ännchen@example.org")),
    ],
    ids=["space", "case", "IDNA", "NFD"],
)
def test_an_address_has_one_form_for_registration_and_for_login(typed: str, stored: str) -> None:
    assert UserCreate(email=typed, password="ValidPass123!", name="Test").email == stored
    assert normalize_email(typed) == stored
    assert normalize_email(stored) == stored


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
        (normalize("NFD", "NoSpeciälChar1"), False),  # nor is an accent
        (normalize("NFD", "NäüöChr1!"), False),  # nor does it make a password longer
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


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("onlylowercase", "an upper-case letter, a digit, a special character"),
        ("ONLYUPPERCASE", "a lower-case letter, a digit, a special character"),
    ],
)
def test_every_missing_kind_of_character_is_named(password: str, missing: str) -> None:
    with pytest.raises(ValidationError, match=f"the password needs {missing}"):
        UserCreate(email="test@example.com", password=password, name="Test")


@pytest.mark.parametrize(("field", "longest"), [("username", 2048), ("password", 128)])
def test_nobody_signs_in_with_nothing_or_with_more_than_can_be_right(field: str, longest: int) -> None:
    form = {"username": "test@example.com", "password": "ValidPass123!"}

    for length in (1, longest):
        assert LoginForm.model_validate(form | {field: "x" * length})
    for length in (0, longest + 1):
        with pytest.raises(ValidationError):
            LoginForm.model_validate(form | {field: "x" * length})


def test_no_token_is_longer_than_4096_characters() -> None:
    assert RefreshRequest(refresh_token="x" * 4096)
    with pytest.raises(ValidationError):
        RefreshRequest(refresh_token="x" * 4097)


@pytest.mark.parametrize(
    "request_body",
    [
        UserCreate(email="test@example.com", password="ValidPass123!", name="Test"),
        LoginForm(username="test@example.com", password="ValidPass123!"),
        PasswordChange(current_password="ValidPass123!", new_password="ValidPass123!"),
        RefreshRequest(refresh_token="ValidPass123!"),
    ],
    ids=["UserCreate", "LoginForm", "PasswordChange", "RefreshRequest"],
)
def test_no_password_or_token_is_shown_in_logs(request_body: object) -> None:
    assert "ValidPass123!" not in repr(request_body)


def test_an_error_about_a_user_does_not_show_the_user() -> None:
    with pytest.raises(ValidationError) as raised:
        UserRead.model_validate({"email": ["leak.me@example.org"]})

    assert "leak.me" not in str(raised.value)
