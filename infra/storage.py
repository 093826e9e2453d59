"""Papers as bytes, kept for good under the name of their content. Nothing is ever overwritten, nothing has a public address."""

import hashlib
import io
import os
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from infra.settings import Settings, settings

_KEY_LENGTH = 64


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

    def check(self) -> None:
        """Raises what stands in the way of writing."""


class FolderStorage:
    """A folder on a local disk: every object is on the disk (fsync) before `put` returns."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes) -> str:
        key = key_of(data)
        path = self._path(key)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._write(data)
            try:
                with suppress(FileExistsError):
                    os.link(fresh, path)  # appears whole or not at all, and never replaces
            finally:
                fresh.unlink()
        _sync(path.parent)  # also when another put made it: it may not have come so far yet
        _sync(self.root)
        return key

    def get(self, key: str) -> bytes:
        with self.open(key) as file:
            return _checked(key, file.read())

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
        if not _is_key(key):
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


class S3Storage:
    """The same contract in a private bucket."""

    def __init__(self, client: Any, bucket: str) -> None:
        self.client = client
        self.bucket = bucket

    def put(self, data: bytes) -> str:
        from botocore.exceptions import ClientError

        key = key_of(data)
        if self.exists(key):
            return key
        wanted: dict[str, Any] = {"Bucket": self.bucket, "Key": key, "Body": data, "ChecksumAlgorithm": "SHA256"}
        try:
            self.client.put_object(**wanted, IfNoneMatch="*")
        except ClientError as error:
            if _status(error) in (409, 412):  # somebody else is putting, or has put, the same bytes
                return self._settled(key, wanted)
            if _status(error) in (400, 501):  # servers that do not know conditional writes; same key, same bytes
                self.client.put_object(**wanted)
                return key
            raise
        return key

    def get(self, key: str) -> bytes:
        with self.open(key) as file:
            return _checked(key, file.read())

    def open(self, key: str) -> BinaryIO:
        from botocore.exceptions import ClientError

        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if _status(error) == 404:
                raise Missing(key) from None
            raise
        return io.BufferedReader(_Body(answer["Body"]), 1 << 20)

    def exists(self, key: str) -> bool:
        from botocore.exceptions import ClientError

        try:
            self.client.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if _status(error) == 404:
                return False
            raise
        return True

    def check(self) -> None:
        self.client.head_bucket(Bucket=self.bucket)

    def _settled(self, key: str, wanted: dict[str, Any]) -> str:
        """409 says a competing write is under way: once more, and then it is there or the error is real."""
        if not self.exists(key):
            self.client.put_object(**wanted)
        return key


class _Body(io.RawIOBase):
    """botocore's stream as a file that `BufferedReader` accepts."""

    def __init__(self, body: Any) -> None:
        self.body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.body.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self.body.close()
        super().close()


def key_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@cache
def storage() -> Storage:
    """The one of this installation."""
    return from_settings(settings())


def from_settings(given: Settings) -> Storage:
    if not given.s3_bucket:
        return FolderStorage(given.home / "objects")
    import boto3
    from botocore.config import Config

    client = boto3.client(
        "s3",
        endpoint_url=given.s3_endpoint or None,
        region_name=given.s3_region,
        aws_access_key_id=given.s3_access_key or None,
        aws_secret_access_key=given.s3_secret_key or None,
        config=Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 3, "mode": "standard"}),
    )
    return S3Storage(client, given.s3_bucket)


def _checked(key: str, data: bytes) -> bytes:
    if key_of(data) != key:
        raise Damaged(key)
    return data


def _is_key(key: str) -> bool:
    return len(key) == _KEY_LENGTH and all(letter in "0123456789abcdef" for letter in key)


def _status(error: Any) -> int:
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
