"""Hashes by their object identifier, over bytes or a stream. Streebog goes through libgcrypt where the system has it,
else through pure Python. Knows no outdated hash: what is not here cannot prove anything."""

import ctypes
import ctypes.util
import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import BinaryIO, Protocol

from gostcrypto import gosthash

from models.process.words import N_
from signatures.verdict import Doubt

STREEBOG_256 = "1.2.643.7.1.1.2.2"
STREEBOG_512 = "1.2.643.7.1.1.2.3"
SHA256 = "2.16.840.1.101.3.4.2.1"
SIZES = {STREEBOG_256: 32, STREEBOG_512: 64}
CHUNK = 1 << 20
_STANDARD = {
    SHA256: "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.8": "sha3_256",
    "2.16.840.1.101.3.4.2.9": "sha3_384",
    "2.16.840.1.101.3.4.2.10": "sha3_512",
}
_GCRYPT = {STREEBOG_256: 309, STREEBOG_512: 310}  # GCRY_MD_STRIBOG256, GCRY_MD_STRIBOG512
_INITIALISED = 38  # GCRYCTL_INITIALIZATION_FINISHED


class Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


@cache
def _gcrypt() -> ctypes.CDLL | None:
    """libgcrypt, initialised; None where it is absent or has no Streebog."""
    try:
        found = ctypes.CDLL(ctypes.util.find_library("gcrypt") or "libgcrypt.so.20")
    except OSError:
        return None
    found.gcry_check_version.restype = ctypes.c_char_p
    found.gcry_check_version(None)
    found.gcry_control(_INITIALISED, 0)
    if found.gcry_md_get_algo_dlen(_GCRYPT[STREEBOG_256]) != SIZES[STREEBOG_256]:
        return None
    handle, size, pointer = ctypes.c_void_p, ctypes.c_size_t, ctypes.POINTER(ctypes.c_ubyte)
    found.gcry_md_open.argtypes = [ctypes.POINTER(handle), ctypes.c_int, ctypes.c_uint]
    found.gcry_md_write.argtypes = [handle, ctypes.c_char_p, size]
    found.gcry_md_read.argtypes, found.gcry_md_read.restype = [handle, ctypes.c_int], pointer
    found.gcry_md_close.argtypes = [handle]
    return found


class _Native:
    """Streebog by libgcrypt, as a stream."""

    def __init__(self, library: ctypes.CDLL, oid: str) -> None:
        self._library, self._number, self._size = library, _GCRYPT[oid], SIZES[oid]
        self._handle = ctypes.c_void_p()
        if library.gcry_md_open(ctypes.byref(self._handle), self._number, 0):
            raise OSError("libgcrypt gives no Streebog")

    def update(self, data: bytes, /) -> None:
        self._library.gcry_md_write(self._handle, data, len(data))

    def digest(self) -> bytes:
        return bytes(self._library.gcry_md_read(self._handle, self._number)[: self._size])

    def __del__(self) -> None:
        if self._handle:
            self._library.gcry_md_close(self._handle)


class _Slow:
    """Streebog in pure Python, about 0.25 MB/s. The library wants whole blocks, so the rest waits here."""

    def __init__(self, oid: str) -> None:
        self._name = {STREEBOG_256: "streebog256", STREEBOG_512: "streebog512"}[oid]
        self._data = bytearray()

    def update(self, data: bytes, /) -> None:
        self._data += data

    def digest(self) -> bytes:
        return bytes(gosthash.new(self._name, data=self._data).digest())


def new(oid: str) -> Hash:
    """Raises Doubt for a hash that is outdated or unknown."""
    if oid in _STANDARD:
        return hashlib.new(_STANDARD[oid])
    if oid in SIZES:
        library = _gcrypt()
        return _Native(library, oid) if library else _Slow(oid)
    raise Doubt(N_("The hash algorithm %(oid)s is outdated or unknown"), oid=oid)


def fast() -> bool:
    """Whether Streebog runs natively on this machine."""
    return _gcrypt() is not None


def of(oid: str, data: bytes) -> bytes:
    found = new(oid)
    found.update(data)
    return found.digest()


def same(one: bytes, other: bytes) -> bool:
    return hmac.compare_digest(one, other)


class Content:
    """What was signed: bytes, or a file that is read in pieces. Each hash is computed once.

    `parts` gives the pieces anew each time it is called.
    """

    def __init__(self, parts: Callable[[], Iterable[bytes]]) -> None:
        self._parts = parts
        self._known: dict[str, bytes] = {}

    @classmethod
    def of(cls, data: bytes | BinaryIO) -> "Content":
        if isinstance(data, bytes | bytearray | memoryview):
            whole = bytes(data)
            return cls(lambda: (whole,))
        return cls(lambda: _pieces(data))

    def digest(self, oid: str) -> bytes:
        if oid not in self._known:
            found = new(oid)
            for piece in self._parts():
                found.update(piece)
            self._known[oid] = found.digest()
        return self._known[oid]


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    return iter(lambda: file.read(CHUNK), b"")
