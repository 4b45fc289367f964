"""Code that runs in another thread."""

import asyncio


async def answer(*, seldom: bool) -> str:
    """Return the answer of a thread."""
    return await asyncio.to_thread(_answer, seldom=seldom)


def _answer(*, seldom: bool) -> str:
    if seldom:
        return "seldom"  # missed
    return "mostly"


def never() -> str:
    """Return. Nothing calls this."""
    return "never"  # missed
