"""Passwords (Argon2id) and the vault of personal data (Fernet, keys rotate). Never logs what it is given."""

import json
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from cryptography.fernet import Fernet, MultiFernet

# Argon2id with 19 MiB, two passes, one lane: OWASP's setting, chosen for two cores by `feeder bench signin`. Old hashes stay valid.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_password(password: str) -> str:
    return _hasher.hash(password)


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


def verify_password(stored: str, password: str) -> bool:
    """False for an empty hash too, after the same work: time must not tell who is registered."""
    try:
        return _hasher.verify(stored or _nobody(), password) and bool(stored)
    except (Argon2Error, InvalidHashError):
        return False


def new_key() -> str:
    return Fernet.generate_key().decode()


class Vault:
    """Encrypts small JSON objects; the first key writes, all keys read."""

    def __init__(self, keys: list[str]) -> None:
        self._box = MultiFernet([Fernet(k) for k in keys])

    def lock(self, value: dict[str, Any]) -> bytes:
        return self._box.encrypt(json.dumps(value, ensure_ascii=False).encode())

    def open(self, token: bytes) -> dict[str, Any]:
        """Raises cryptography.fernet.InvalidToken when the key is not ours or the bytes were changed."""
        found: dict[str, Any] = json.loads(self._box.decrypt(token))
        return found

    def rotate(self, token: bytes) -> bytes:
        """The same content under the newest key."""
        return self._box.rotate(token)
