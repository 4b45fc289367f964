"""Password hashing."""

import asyncio
import re
import threading
from unicodedata import normalize

import pytest
from pwdlib import PasswordHash

from app.core import passwords
from app.core.passwords import hash_password, verify_password

NFC, NFD = normalize("NFC", "Pässwörter-1"), normalize("NFD", "Pässwörter-1")


async def test_only_the_right_password_matches_a_hash() -> None:
    hashed = await hash_password("TestPass123!")

    assert await verify_password("TestPass123!", hashed) == (True, None)
    assert await verify_password("WrongPass123!", hashed) == (False, None)


def test_the_production_hasher_has_the_recommended_parameters(production_password_hash: PasswordHash) -> None:
    hashed = production_password_hash.hash("TestPass123!")

    # At least what the OWASP Password Storage Cheat Sheet asks for: 19 MiB and two iterations.
    cost = re.fullmatch(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$.+", hashed)
    assert cost is not None
    assert int(cost[1]) >= 19 * 1024
    assert int(cost[2]) >= 2


async def test_a_missing_hash_matches_no_password_and_is_not_hashed_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await verify_password("TestPass123!", None) == (False, None)

    # Another hash would double the time, which would reveal that the user is unknown.
    monkeypatch.setattr(passwords.password_hash, "hash", None)

    assert await verify_password("TestPass123!", None) == (False, None)


async def test_two_hashes_of_one_password_differ() -> None:
    assert await hash_password("TestPass123!") != await hash_password("TestPass123!")


async def test_hashing_does_not_block_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    started, released = threading.Event(), threading.Event()
    original_hash = passwords.password_hash.hash

    def hash_when_released(password: str) -> str:
        started.set()
        assert released.wait(timeout=10)
        return original_hash(password)

    monkeypatch.setattr(passwords.password_hash, "hash", hash_when_released)
    hashing = asyncio.create_task(hash_password("TestPass123!"))

    # The event loop runs while the hasher waits in its thread; on the event loop, the hasher would block it.
    assert await asyncio.to_thread(started.wait, timeout=10)
    released.set()

    assert (await hashing).startswith("$argon2id$")


@pytest.mark.parametrize(("registered", "entered"), [(NFC, NFD), (NFD, NFC)], ids=["NFC first", "NFD first"])
async def test_a_password_matches_in_every_unicode_form(registered: str, entered: str) -> None:
    hashed = await hash_password(registered)

    assert await verify_password(entered, hashed) == (True, None)
