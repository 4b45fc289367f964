"""What runs in another thread than the one the measurement began in."""

import asyncio


async def answer(*, seldom: bool) -> str:
    """Return from a thread."""
    return await asyncio.to_thread(_answer, seldom=seldom)


def _answer(*, seldom: bool) -> str:
    if seldom:
        return "seldom"  # missed
    return "mostly"


def never() -> str:
    """Return, if anyone should call this."""
    return "never"  # missed
