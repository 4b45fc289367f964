"""Hashing passwords."""

import asyncio
import threading

import pytest

from app.core import passwords
from app.core.passwords import hash_password, verify_password


async def test_a_password_belongs_to_its_hash() -> None:
    hashed = await hash_password("TestPass123!")

    assert await verify_password("TestPass123!", hashed) == (True, None)
    assert await verify_password("WrongPass123!", hashed) == (False, None)


async def test_nobody_has_no_password() -> None:
    assert await verify_password("TestPass123!", None) == (False, None)


async def test_two_hashes_of_one_password_differ() -> None:
    assert await hash_password("TestPass123!") != await hash_password("TestPass123!")


async def test_others_are_served_while_a_password_is_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    started, served = threading.Event(), threading.Event()
    hash_it = passwords.hasher.hash

    def hash_once_others_are_served(password: str) -> str:
        started.set()
        assert served.wait(timeout=10)
        return hash_it(password)

    monkeypatch.setattr(passwords.hasher, "hash", hash_once_others_are_served)
    hashing = asyncio.create_task(hash_password("TestPass123!"))

    # The loop runs on while the hash waits for it: on the loop itself, hashing would wait in vain.
    await asyncio.to_thread(started.wait, timeout=10)
    served.set()

    assert (await hashing).startswith("$argon2id$")
