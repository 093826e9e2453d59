"""Passwords (Argon2id), the vault of personal data (Fernet) and words that are searched though sealed (AES-SIV); keys
rotate. Never logs what it is given."""

import base64
import hashlib
import hmac
import json
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

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
        """The same content under the newest key. Raises ValueError when no key opens it."""
        try:
            return self._box.rotate(token)
        except InvalidToken:
            raise ValueError("sealed with another key") from None


class Words:
    """Seals short words that are looked up by equality (СНИЛС, a login). The same word gives the same bytes under the same
    key (RFC 5297): its synthetic vector is the blind index. The first key writes, all keys read and are searched for."""

    def __init__(self, keys: list[str]) -> None:
        self._boxes = [AESSIV(_derived(key, b"feeder: words")) for key in keys]
        self._stamp = _derived(keys[0], b"feeder: stamps")

    def seal(self, word: str) -> str:
        return _text(self._boxes[0].encrypt(word.encode(), None))

    def forms(self, word: str) -> list[str]:
        """Every form under which the word may stand, the newest first."""
        return [_text(box.encrypt(word.encode(), None)) for box in self._boxes]

    def open(self, sealed: str) -> str:
        """Raises ValueError when the key is not ours or the bytes were changed."""
        data = base64.urlsafe_b64decode(sealed)
        for box in self._boxes:
            try:
                return box.decrypt(data, None).decode()
            except InvalidTag:
                continue
        raise ValueError("does not open with any key")

    def stamp(self, word: str) -> str:
        """What cannot be opened again, only compared: 32 hexadecimal digits."""
        return hmac.new(self._stamp, word.encode(), hashlib.sha256).hexdigest()[:32]


def _derived(key: str, purpose: bytes) -> bytes:
    """64 bytes for one purpose: the vault's key has 256 random bits, so one keyed hash is enough."""
    return hmac.new(base64.urlsafe_b64decode(key), purpose, hashlib.sha512).digest()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()
