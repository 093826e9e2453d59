"""A ZIP from a stranger, read without trust: names, sizes and numbers are bounded before a byte is unpacked. Nothing is
ever written to a disk, nothing outside the list of entries is opened."""

import hashlib
import json
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.process.words import N_
from signatures.verdict import Unusable

MOST_FILES = 5_000
LARGEST_FILE, LARGEST_TOTAL, LARGEST_RECORD = 64 << 20, 2 << 30, 32 << 20  # bytes, unpacked
DENSEST = 200  # unpacked bytes a packed byte: papers and records are far below
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHUNK = 1 << 20


class Archive:
    """An opened ZIP whose directory was found harmless. Raises Unusable from everything."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError:
            raise Unusable(N_("There is no file %(path)s"), path=path) from None
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeError) as error:
            raise Unusable(N_("The file is not a ZIP or was cut off")) from error
        try:
            self._entries = _looked_at(self._zip.infolist())
        except Unusable:
            self._zip.close()
            raise

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._entries)

    def read(self, name: str, limit: int = LARGEST_FILE) -> bytes:
        """The whole entry. Raises Unusable: it is not there, larger than `limit`, or damaged."""
        if name not in self._entries:
            raise Unusable(N_("The archive lacks %(name)s"), name=name)
        if self._entries[name].file_size > limit:
            raise Unusable(N_("%(name)s is larger than it may be"), name=name)
        return b"".join(self._pieces(name))

    def sha256(self, name: str) -> tuple[str, int]:
        """Of an entry, with its size, without holding it whole."""
        found, size = hashlib.sha256(), 0
        for piece in self._pieces(name):
            found.update(piece)
            size += len(piece)
        return found.hexdigest(), size

    def record(self, name: str) -> Any:
        """JSON. Raises Unusable."""
        return parsed(name, self.read(name, LARGEST_RECORD))

    def _pieces(self, name: str) -> Iterator[bytes]:
        entry, got = self._entries[name], 0
        try:
            with self._zip.open(entry) as file:
                while piece := file.read(_CHUNK):
                    got += len(piece)
                    if got > entry.file_size:
                        raise Unusable(N_("%(name)s unpacks to more than it declares"), name=name)
                    yield piece
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
            raise Unusable(N_("%(name)s is damaged inside the archive"), name=name) from error


def parsed(name: str, data: bytes) -> Any:
    """JSON of a record, every number without a point exact. Raises Unusable."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Unusable(N_("%(name)s is not a record of the pack"), name=name) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key that stands twice could say one thing to us and another to somebody else."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _looked_at(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    if len(entries) > MOST_FILES:
        raise Unusable(N_("The archive holds more than %(count)s files"), count=MOST_FILES)
    if sum(entry.file_size for entry in entries) > LARGEST_TOTAL:
        raise Unusable(N_("The archive unpacks to more than it may"))
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        _harmless(entry)
        found[entry.filename] = entry
    if len({name.casefold() for name in found}) != len(entries):
        raise Unusable(N_("A name stands twice in the archive"))
    return found


def _harmless(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = name.split("/")
    if name != entry.orig_filename or not name.isprintable() or "\\" in name or ":" in name or len(name) > 200:
        raise Unusable(N_("A name in the archive is not a plain one"))
    if name.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise Unusable(N_("A name in the archive leads outside: %(name)s"), name=name)
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        raise Unusable(N_("%(name)s is not a plain file"), name=name)
    if entry.flag_bits & 1 or entry.compress_type not in _PLAIN:
        raise Unusable(N_("%(name)s is encrypted or packed in an unusual way"), name=name)
    if entry.file_size > LARGEST_FILE or entry.file_size > max(entry.compress_size, 1) * DENSEST:
        raise Unusable(N_("%(name)s unpacks to more than it may"), name=name)
