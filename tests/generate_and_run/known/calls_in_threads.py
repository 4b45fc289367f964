# pyrefly: ignore-errors
"""Run what is known to run."""

from app.in_threads import answer


async def test_an_answer_from_a_thread() -> None:
    assert await answer(seldom=False) == "mostly"
