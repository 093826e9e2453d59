"""Keys of stored objects: 256 random bits for each object, sealed by the vault; chunks sealed by AES-256-GCM. Never keeps
a plain key longer than one object is read or written."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Cipher:
    """One object. The nonce is the number of the chunk: it never repeats, because the key is of this object alone, and the
    same content gives the same bytes."""

    def __init__(self, key: bytes) -> None:
        self._box = AESGCM(key)

    def seal(self, number: int, last: bool, name: str, chunk: bytes) -> bytes:
        return self._box.encrypt(_nonce(number, last), chunk, name.encode())

    def open(self, number: int, last: bool, name: str, chunk: bytes) -> bytes:
        """Raises ValueError when the bytes, their place or their name were changed."""
        try:
            return self._box.decrypt(_nonce(number, last), chunk, name.encode())
        except InvalidTag:
            raise ValueError("the chunk was changed") from None


class Envelopes:
    """Makes, opens and turns keys of objects; the first key of the vault writes, all read."""

    def __init__(self, keys: list[str]) -> None:
        self._vault = MultiFernet([Fernet(k) for k in keys])

    def fresh(self) -> bytes:
        return self._vault.encrypt(os.urandom(32))

    def turn(self, wrapped: bytes) -> bytes:
        """Raises ValueError when no key opens it."""
        try:
            return self._vault.rotate(wrapped)
        except InvalidToken:
            raise ValueError("sealed with another key") from None

    def cipher(self, wrapped: bytes) -> Cipher:
        """Raises ValueError when no key opens it."""
        try:
            return Cipher(self._vault.decrypt(wrapped))
        except InvalidToken:
            raise ValueError("sealed with another key") from None


def _nonce(number: int, last: bool) -> bytes:
    """STREAM: eleven bytes of the number, one that marks the end."""
    return number.to_bytes(11, "big") + bytes([last])
