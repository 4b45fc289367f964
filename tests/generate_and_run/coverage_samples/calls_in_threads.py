"""Tests of `in_threads`."""

from app.in_threads import answer


async def test_answer_from_a_thread() -> None:
    assert await answer(seldom=False) == "mostly"
