"""The schemas of users and of authentication."""

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
def test_email_validation(email: str, valid: bool) -> None:
    if valid:
        user = UserCreate(email=email, password="ValidPass123!", name="Test")
        assert user.email == email.lower()
    else:
        with pytest.raises(ValidationError):
            UserCreate(email=email, password="ValidPass123!", name="Test")


@pytest.mark.parametrize(
    ("address", "stored"),
    [
        (" ann@example.org\t", "ann@example.org"),
        ("Ann@Example.ORG", "ann@example.org"),
        ("a@xn--bcher-kva.example.org", "a@bücher.example.org"),
        (normalize("NFD", "ännchen@example.org"), normalize("NFC", "ännchen@example.org")),
        ("J\u030cann@example.org", "\u01f0ann@example.org"),
    ],
    ids=["space", "case", "IDNA", "NFD", "NFC in lower case only"],
)
def test_an_address_is_normalized(address: str, stored: str) -> None:
    assert UserCreate(email=address, password="ValidPass123!", name="Test").email == stored
    assert normalize_email(address) == stored
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
def test_password_validation(password: str, valid: bool) -> None:
    if valid:
        user = UserCreate(email="test@example.com", password=password, name="Test")
        assert user.password == password
    else:
        with pytest.raises(ValidationError):
            UserCreate(email="test@example.com", password=password, name="Test")


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("Short1!", "String should have at least 10 characters"),
        ("V1!" + "a" * 1000, "String should have at most 128 characters"),
        (1234567890, "Input should be a valid string"),
    ],
)
def test_the_error_names_the_length_or_the_type(password: object, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        UserCreate.model_validate({"email": "test@example.com", "password": password, "name": "Test"})


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "NUL \0"])
def test_an_invalid_name_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        UserCreate(email="test@example.com", password="ValidPass123!", name=name)


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("onlylowercase", "an upper-case letter, a digit, a special character"),
        ("ONLYUPPERCASE", "a lower-case letter, a digit, a special character"),
    ],
)
def test_the_error_names_every_missing_kind_of_character(password: str, missing: str) -> None:
    with pytest.raises(ValidationError, match=f"the password needs {missing}"):
        UserCreate(email="test@example.com", password=password, name="Test")


@pytest.mark.parametrize(("field", "longest"), [("username", 2048), ("password", 128)])
def test_the_fields_of_the_login_have_minimum_and_maximum_lengths(field: str, longest: int) -> None:
    form = {"username": "test@example.com", "password": "ValidPass123!"}

    for length in (1, longest):
        assert LoginForm.model_validate(form | {field: "x" * length})
    for length in (0, longest + 1):
        with pytest.raises(ValidationError):
            LoginForm.model_validate(form | {field: "x" * length})


def test_the_maximum_length_of_a_password_counts_after_its_normalization() -> None:
    password = "Aa1!" + "\u1f82" * 124

    assert len(password) == 128
    for typed in (password, normalize("NFD", password)):
        assert UserCreate(email="test@example.com", password=typed, name="Test").password == password
        assert LoginForm(username="test@example.com", password=typed).password == password
    assert LoginForm(username="test@example.com", password=normalize("NFD", "\u1f82" * 128)).password == "\u1f82" * 128


def test_a_refresh_token_has_at_most_4096_characters() -> None:
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
def test_the_repr_of_a_request_body_has_no_password_or_token(request_body: object) -> None:
    assert "ValidPass123!" not in repr(request_body)


def test_an_error_about_a_user_does_not_show_the_input() -> None:
    with pytest.raises(ValidationError) as raised:
        UserRead.model_validate({"email": ["leak.me@example.org"]})

    assert "leak.me" not in str(raised.value)
