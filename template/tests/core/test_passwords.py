"""Hashing passwords."""

import asyncio
import re
import threading
from unicodedata import normalize

import pytest
from pwdlib import PasswordHash

from app.core import passwords
from app.core.passwords import hash_password, verify_password

NFC, NFD = normalize("NFC", "Pässwörter-1"), normalize("NFD", "Pässwörter-1")


async def test_a_password_belongs_to_its_hash() -> None:
    hashed = await hash_password("TestPass123!")

    assert await verify_password("TestPass123!", hashed) == (True, None)
    assert await verify_password("WrongPass123!", hashed) == (False, None)


def test_a_hash_costs_an_attacker_time_and_memory(production_password_hash: PasswordHash) -> None:
    hashed = production_password_hash.hash("TestPass123!")

    # At least what the OWASP Password Storage Cheat Sheet asks for: 19 MiB and two iterations.
    cost = re.fullmatch(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$.+", hashed)
    assert cost is not None
    assert int(cost[1]) >= 19 * 1024
    assert int(cost[2]) >= 2


async def test_nobody_has_no_password() -> None:
    assert await verify_password("TestPass123!", None) == (False, None)


async def test_an_unknown_user_takes_as_long_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    await verify_password("TestPass123!", None)
    monkeypatch.setattr(passwords.password_hash, "hash", None)  # one more hash would double the time

    assert await verify_password("TestPass123!", None) == (False, None)


async def test_two_hashes_of_one_password_differ() -> None:
    assert await hash_password("TestPass123!") != await hash_password("TestPass123!")


async def test_others_are_served_while_a_password_is_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    started, served = threading.Event(), threading.Event()
    hash_it = passwords.password_hash.hash

    def hash_once_others_are_served(password: str) -> str:
        started.set()
        assert served.wait(timeout=10)
        return hash_it(password)

    monkeypatch.setattr(passwords.password_hash, "hash", hash_once_others_are_served)
    hashing = asyncio.create_task(hash_password("TestPass123!"))

    # The loop runs on while the hash waits for it: on the loop itself, hashing would wait in vain.
    await asyncio.to_thread(started.wait, timeout=10)
    served.set()

    assert (await hashing).startswith("$argon2id$")


@pytest.mark.parametrize(("typed", "typed_later"), [(NFC, NFD), (NFD, NFC)], ids=["NFC first", "NFD first"])
async def test_a_password_is_the_same_however_a_keyboard_writes_its_characters(typed: str, typed_later: str) -> None:
    hashed = await hash_password(typed)

    assert await verify_password(typed_later, hashed) == (True, None)
