"""The store of papers in a private bucket: the same write-once contract as a folder keeps."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from infra.storage import Missing, checked, is_key, key_of

_FRESH = timedelta(hours=1)  # a copy onto itself costs a request: not for what was put just now


class S3Storage:
    """The same contract in a private bucket."""

    def __init__(self, client: Any, bucket: str) -> None:
        self.client = client
        self.bucket = bucket

    def put(self, data: bytes) -> str:
        key = key_of(data)
        self.create(key, data)
        return key

    def create(self, name: str, data: bytes) -> None:
        from botocore.exceptions import ClientError

        if self.renew(name):
            return
        wanted: dict[str, Any] = {"Bucket": self.bucket, "Key": name, "Body": data, "ChecksumAlgorithm": "SHA256"}
        try:
            self.client.put_object(**wanted, IfNoneMatch="*")
        except ClientError as error:
            if _status(error) in (409, 412):  # somebody else is putting, or has put, the same bytes
                self._settled(name, wanted)
            elif _status(error) in (400, 501):  # servers that do not know conditional writes; same key, same bytes
                self.client.put_object(**wanted)
            else:
                raise

    def renew(self, name: str) -> bool:
        put_at = self._put_at(name)
        if put_at is not None and datetime.now(UTC) - put_at > _FRESH:
            source = {"Bucket": self.bucket, "Key": name}
            self.client.copy_object(Bucket=self.bucket, Key=name, CopySource=source, MetadataDirective="REPLACE")
        return put_at is not None

    def remove(self, key: str, rest: timedelta) -> bool:
        """S3 knows no way to set an object aside: the time is looked at right before. A bucket that keeps versions must let
        them go by a rule of its own."""
        put_at = self._put_at(key)
        if put_at is not None and datetime.now(UTC) - put_at < rest:
            return False
        self.client.delete_object(Bucket=self.bucket, Key=key)
        return True

    def replace(self, name: str, data: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=name, Body=data, ChecksumAlgorithm="SHA256")

    def names(self, after: str, most: int) -> list[str]:
        """A page of the bucket holds what stands beside the objects too: pages are read until enough is found."""
        found: list[str] = []
        while len(found) < most:
            page = self.client.list_objects_v2(Bucket=self.bucket, StartAfter=after, MaxKeys=2 * most)
            names = [entry["Key"] for entry in page.get("Contents", [])]
            found += [name for name in names if is_key(name)]
            if not page.get("IsTruncated"):
                break
            after = names[-1]
        return found[:most]

    def get(self, key: str) -> bytes:
        with self.open(key) as file:
            return checked(key, file.read())

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
        return self._put_at(key) is not None

    def _put_at(self, key: str) -> datetime | None:
        """When it was put last; nothing when it is not there."""
        from botocore.exceptions import ClientError

        try:
            told: datetime = self.client.head_object(Bucket=self.bucket, Key=key)["LastModified"]
        except ClientError as error:
            if _status(error) == 404:
                return None
            raise
        return told

    def check(self) -> None:
        self.client.head_bucket(Bucket=self.bucket)

    def _settled(self, name: str, wanted: dict[str, Any]) -> None:
        """409 says a competing write is under way: once more, and then it is there or the error is real."""
        if not self.exists(name):
            self.client.put_object(**wanted)


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


def _status(error: Any) -> int:
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
