"""Passwords: hashed with Argon2id, in a thread, a few at a time."""

import secrets
from functools import cache

from anyio import CapacityLimiter, to_thread
from pwdlib import PasswordHash

hasher = PasswordHash.recommended()

# A hash takes 64 MiB and some 100 ms of a core: more of them at once would only take memory.
limiter = CapacityLimiter(4)


async def hash_password(password: str) -> str:
    """Return the hash to store for `password`. The event loop serves others in the meantime."""
    return await to_thread.run_sync(hasher.hash, password, limiter=limiter)


async def verify_password(password: str, hashed: str | None) -> tuple[bool, str | None]:
    """Return whether `password` belongs to `hashed`, and a new hash to store if the old one is outdated.

    Without a hash, because there is no such user, the answer is no. It takes as long as any other, so that its time
    does not tell who is a user (OWASP Authentication Cheat Sheet).
    """
    return await to_thread.run_sync(_verify, password, hashed, limiter=limiter)


def _verify(password: str, hashed: str | None) -> tuple[bool, str | None]:
    if hashed is None:
        hasher.verify(password, _hash_of_nobody())
        return False, None
    return hasher.verify_and_update(password, hashed)


@cache
def _hash_of_nobody() -> str:
    return hasher.hash(secrets.token_urlsafe())
