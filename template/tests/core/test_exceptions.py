"""The errors that clients are answered with."""

import re

import pytest

from app.core.exceptions import AppError, ConflictError, NotFoundError


def with_its_kinds(error: type[AppError]) -> list[type[AppError]]:
    return [error, *(found for kind in error.__subclasses__() for found in with_its_kinds(kind))]


@pytest.mark.parametrize("error", with_its_kinds(AppError))
def test_every_error_says_in_a_sentence_what_happened(error: type[AppError]) -> None:
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
