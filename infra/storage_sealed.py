"""Objects sealed at rest: each under a key of its own, which stands beside it sealed under the vault's key. A change of the
vault's keys writes the small keys anew and never the papers.

The name of an object stays the sha256 of its plain bytes. What was stored plainly before is read as it is."""

import io
from datetime import timedelta
from typing import Any, BinaryIO, Protocol

from infra.storage import KEY_OF, Damaged, Missing, Store, checked, key_of

MAGIC = b"FEEDER SEALED 1\n"
CHUNK = 64 << 10  # plain bytes sealed at once: what a reader holds in memory
TAG = 16


class Locked(Damaged):
    """The vault's key of this object is not among ours."""


class Cipher(Protocol):
    """Seals chunks of one object; number and end are bound into each, so that none is moved, lost or added."""

    def seal(self, number: int, last: bool, name: str, chunk: bytes) -> bytes: ...

    def open(self, number: int, last: bool, name: str, chunk: bytes) -> bytes:
        """Raises ValueError."""


class Envelopes(Protocol):
    """See signatures.secrets_objects."""

    def fresh(self) -> bytes: ...

    def turn(self, wrapped: bytes) -> bytes: ...

    def cipher(self, wrapped: bytes) -> Cipher:
        """Raises ValueError when no key of ours opens it."""


class SealedStorage:
    """Write-once, like what it stands on."""

    def __init__(self, store: Store, envelopes: Envelopes) -> None:
        self.store, self.envelopes = store, envelopes

    def put(self, data: bytes) -> str:
        """Two that put at once agree on one key first, then write the same bytes."""
        key = key_of(data)
        if not self.store.renew(key):
            self.store.create(key, self._seal(key, data))
        return key

    def get(self, key: str) -> bytes:
        with self.open(key) as file:
            return checked(key, file.read())

    def open(self, key: str) -> BinaryIO:
        """One chunk is in memory at a time. Raises Missing, Locked; a changed chunk raises Damaged when it is read."""
        file = self.store.open(key)
        if file.peek(len(MAGIC))[: len(MAGIC)] != MAGIC:  # type: ignore[attr-defined]
            return file
        try:
            cipher = self._cipher(key)
        except Missing:  # plain bytes that only look sealed
            return file
        except Locked:
            file.close()
            raise
        file.read(len(MAGIC))
        return io.BufferedReader(_Opened(file, cipher, key), CHUNK)

    def exists(self, key: str) -> bool:
        return self.store.exists(key)

    def remove(self, key: str, rest: timedelta) -> bool:
        """The object first, then its key: bytes without a key would be lost, a key without bytes opens nothing."""
        return self.store.remove(key, rest) and self.store.remove(key + KEY_OF, rest)

    def check(self) -> None:
        self.store.check()

    def names(self, after: str, most: int) -> list[str]:
        return self.store.names(after, most)

    def turn(self, key: str) -> None:
        """Bring one object under the newest key, and seal it if it lies plainly. Raises Locked, Damaged.

        A killed run leaves either the old bytes or the new ones: both are read."""
        with self.store.open(key) as file:
            sealed = file.read(len(MAGIC)) == MAGIC and self.store.exists(key + KEY_OF)
        if not sealed:
            return self.store.replace(key, self._seal(key, self.store.get(key)))
        try:
            return self.store.replace(key + KEY_OF, self.envelopes.turn(self._wrapped(key)))
        except ValueError:
            raise Locked(key) from None

    def _seal(self, key: str, data: bytes) -> bytes:
        if not self.store.renew(key + KEY_OF):
            self.store.create(key + KEY_OF, self.envelopes.fresh())
        cipher, view = self._cipher(key), memoryview(data)
        count = max(1, -(-len(data) // CHUNK))
        chunks = (bytes(view[n * CHUNK : (n + 1) * CHUNK]) for n in range(count))
        return MAGIC + b"".join(cipher.seal(n, n == count - 1, key, chunk) for n, chunk in enumerate(chunks))

    def _wrapped(self, key: str) -> bytes:
        with self.store.open(key + KEY_OF) as file:
            return file.read()

    def _cipher(self, key: str) -> Cipher:
        try:
            return self.envelopes.cipher(self._wrapped(key))
        except ValueError:
            raise Locked(key) from None


class _Opened(io.RawIOBase):
    """The plain bytes of a sealed object as a file that only goes forward."""

    def __init__(self, file: BinaryIO, cipher: Cipher, name: str) -> None:
        self.file, self.cipher, self.name = file, cipher, name
        self.number, self.ahead, self.left = 0, file.read(CHUNK + TAG), b""
        self.over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.left and not self.over:
            self.left = self._next()
        count = min(len(buffer), len(self.left))
        buffer[:count], self.left = self.left[:count], self.left[count:]
        return count

    def _next(self) -> bytes:
        """The end has to be a chunk that was sealed as the last one."""
        chunk, self.ahead = self.ahead, self.file.read(CHUNK + TAG)
        self.over = not self.ahead
        try:
            plain = self.cipher.open(self.number, self.over, self.name, chunk)
        except ValueError:
            raise Damaged(self.name) from None
        self.number += 1
        return plain

    def close(self) -> None:
        self.file.close()
        super().close()
