"""The exceptions of the application."""

import re

import pytest

from app.core.exceptions import AppError, ConflictError, NotFoundError


def with_subclasses(error: type[AppError]) -> list[type[AppError]]:
    return [error, *(found for subclass in error.__subclasses__() for found in with_subclasses(subclass))]


@pytest.mark.parametrize("error", with_subclasses(AppError))
def test_the_message_of_every_error_is_a_sentence(error: type[AppError]) -> None:
    assert re.fullmatch(r"[A-Z].*[a-z].*\.", error.message)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (AppError, 400, "BAD_REQUEST"),
        (NotFoundError, 404, "NOT_FOUND"),
        (ConflictError, 409, "CONFLICT"),
    ],
)
def test_an_error_has_a_status_and_a_code(error: type[AppError], status: int, code: str) -> None:
    assert (error.status, error.code) == (status, code)
