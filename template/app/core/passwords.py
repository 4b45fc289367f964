"""Password hashing with Argon2id, in a thread."""

import secrets
import unicodedata
from functools import cache

from anyio import to_thread
from pwdlib import PasswordHash

password_hash = PasswordHash.recommended()


async def hash_password(password: str) -> str:
    """Return the hash of a password, to be stored."""
    return await to_thread.run_sync(password_hash.hash, normalize(password))


async def verify_password(password: str, hashed: str | None) -> tuple[bool, str | None]:
    """Return whether a password matches a hash, and a new hash to store if the old one is outdated."""
    return await to_thread.run_sync(_verify, normalize(password), hashed)


def normalize(password: str) -> str:
    """Return the normalized form of a password, which is hashed (NIST SP 800-63B-4, section 3.1.1.2)."""
    return unicodedata.normalize("NFC", password)


def _verify(password: str, hashed: str | None) -> tuple[bool, str | None]:
    if hashed is None:  # unknown user: take as long as for a wrong password (OWASP Authentication Cheat Sheet)
        password_hash.verify(password, _dummy_hash())
        return False, None
    return password_hash.verify_and_update(password, hashed)


@cache
def _dummy_hash() -> str:
    return password_hash.hash(secrets.token_urlsafe())
