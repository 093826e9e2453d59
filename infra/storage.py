"""Papers as bytes under the name of their content. Nothing is ever overwritten, nothing has a public address; what nobody may
keep any longer is removed by retention alone (models/people/removals.py)."""

import hashlib
import os
import secrets
import time
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from infra.keys import vault_keys
from infra.settings import Settings, settings

if TYPE_CHECKING:
    from infra.storage_sealed import SealedStorage

_KEY_LENGTH = 64
KEY_OF = ".key"  # ends the name of what stands beside a sealed object: its own key, sealed


class Missing(KeyError):  # noqa: N818
    """No object under this key."""


class Damaged(OSError):  # noqa: N818
    """The stored bytes are not the ones that were put: a bug or a broken disk, never to be shown to anybody."""


class Storage(Protocol):
    """Write-once. A key is the sha256 of the bytes in lower-case hexadecimal, so putting twice is putting once."""

    def put(self, data: bytes) -> str: ...

    def get(self, key: str) -> bytes:
        """The bytes, checked against the key. Raises Missing, Damaged."""

    def open(self, key: str) -> BinaryIO:
        """For streaming, unchecked. The caller closes it. Raises Missing."""

    def exists(self, key: str) -> bool: ...

    def remove(self, key: str, rest: timedelta) -> bool:
        """Whether it is gone. False: somebody put the same bytes within `rest`, by the clock of the store, and has perhaps not
        written yet which row points at them."""

    def check(self) -> None:
        """Raises what stands in the way of writing."""


class Store(Storage, Protocol):
    """What a sealed store is built on: names and bytes."""

    def create(self, name: str, data: bytes) -> None:
        """Whole or not at all; what stands under this name already stays."""

    def renew(self, name: str) -> bool:
        """Whether it is there; then it counts as put now."""

    def replace(self, name: str, data: bytes) -> None:
        """Only for what a change of keys writes anew: the object's content stays the same."""

    def names(self, after: str, most: int) -> list[str]:
        """Keys of objects in their order, without what stands beside them."""


class FolderStorage:
    """A folder on a local disk: every object is on the disk (fsync) before `put` returns."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes) -> str:
        key = key_of(data)
        self.create(key, data)
        return key

    def create(self, name: str, data: bytes) -> None:
        path = self._path(name)
        if not self.renew(name):
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._write(data)
            try:
                with suppress(FileExistsError):
                    os.link(fresh, path)  # appears whole or not at all, and never replaces
            finally:
                fresh.unlink()
        _sync(path.parent)  # also when another put made it: it may not have come so far yet
        _sync(self.root)

    def renew(self, name: str) -> bool:
        try:
            os.utime(self._path(name))
        except FileNotFoundError:
            return False
        return True

    def remove(self, key: str, rest: timedelta) -> bool:
        """Set aside first: who puts the same bytes meanwhile writes them anew. One that was put at the last moment comes back."""
        path, aside = self._path(key), self.root / "new" / secrets.token_hex(12)
        try:
            if _rested(path, rest):
                aside.parent.mkdir(exist_ok=True)
                path.rename(aside)
            else:
                return False
        except FileNotFoundError:
            return True
        gone = _rested(aside, rest)
        if not gone:
            with suppress(FileExistsError):
                os.link(aside, path)
        aside.unlink()
        _sync(path.parent)
        return gone

    def replace(self, name: str, data: bytes) -> None:
        path = self._path(name)
        self._write(data).replace(path)
        _sync(path.parent)

    def names(self, after: str, most: int) -> list[str]:
        folders = sorted(p for p in self.root.glob("??") if p.name >= after[:2])
        found = (name for folder in folders for name in sorted(os.listdir(folder)) if is_key(name) and name > after)
        return list(islice(found, most))

    def get(self, key: str) -> bytes:
        with self.open(key) as file:
            return checked(key, file.read())

    def open(self, key: str) -> BinaryIO:
        try:
            return self._path(key).open("rb")
        except FileNotFoundError:
            raise Missing(key) from None

    def exists(self, key: str) -> bool:
        return self._path(key).exists()

    def check(self) -> None:
        self._write(b"").unlink()

    def _path(self, key: str) -> Path:
        if not is_key(key.removesuffix(KEY_OF)):
            raise Missing(key)
        return self.root / key[:2] / key

    def _write(self, data: bytes) -> Path:
        folder = self.root / "new"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / secrets.token_hex(12)
        try:
            with path.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return path


def key_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def storage() -> Storage:
    """The one of this installation, sealed under the keys of now."""
    return sealed(settings(), tuple(vault_keys()))


@lru_cache(8)
def sealed(given: Settings, keys: tuple[str, ...]) -> "SealedStorage":
    from infra.storage_sealed import SealedStorage

    return SealedStorage(from_settings(given), import_module("signatures.secrets_objects").Envelopes(list(keys)))


def from_settings(given: Settings) -> Store:
    """The bytes as they lie: papers are read and written through `storage`."""
    if not given.s3_bucket:
        return FolderStorage(given.home / "objects")
    import boto3
    from botocore.config import Config

    from infra.storage_s3 import S3Storage

    client = boto3.client(
        "s3",
        endpoint_url=given.s3_endpoint or None,
        region_name=given.s3_region,
        aws_access_key_id=given.s3_access_key or None,
        aws_secret_access_key=given.s3_secret_key or None,
        config=Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 3, "mode": "standard"}),
    )
    return S3Storage(client, given.s3_bucket)


def checked(key: str, data: bytes) -> bytes:
    if key_of(data) != key:
        raise Damaged(key)
    return data


def is_key(key: str) -> bool:
    return len(key) == _KEY_LENGTH and all(letter in "0123456789abcdef" for letter in key)


def _rested(path: Path, rest: timedelta) -> bool:
    return time.time() - path.stat().st_mtime >= rest.total_seconds()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
