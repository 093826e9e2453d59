"""One write-once contract, kept by a folder and by S3."""

import hashlib
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.storage import Damaged, FolderStorage, Missing, from_settings
from infra.storage_s3 import S3Storage

PAPER = "Договор №1".encode() * 5000


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request, tmp_path: Path, given):
    if request.param == "folder":
        return from_settings(given)
    endpoint = request.getfixturevalue("s3")
    wanted = {"s3_bucket": tmp_path.name.replace("_", "-")[:60].lower(), "s3_endpoint": endpoint}
    store = from_settings(given.model_copy(update=wanted | {"s3_access_key": "k", "s3_secret_key": "s"}))
    store.client.create_bucket(Bucket=store.bucket)
    return store


def test_what_was_put_comes_back_under_the_name_of_its_content(store):
    key = store.put(PAPER)
    assert key == hashlib.sha256(PAPER).hexdigest()
    assert store.get(key) == PAPER
    assert store.exists(key)
    with store.open(key) as file:
        assert file.read(10) + file.read() == PAPER


def test_putting_twice_is_putting_once(store):
    assert store.put(PAPER) == store.put(PAPER)
    assert store.get(store.put(PAPER)) == PAPER


def test_an_empty_paper_is_a_paper(store):
    assert store.get(store.put(b"")) == b""


def test_a_missing_key_is_missing(store):
    key = hashlib.sha256(b"never put").hexdigest()
    assert not store.exists(key)
    with pytest.raises(Missing):
        store.get(key)
    with pytest.raises(Missing):
        store.open(key)


def test_the_store_says_that_it_can_be_written(store):
    store.check()


def test_many_at_once_agree_on_one_object(store):
    keys: list[str] = []
    threads = [threading.Thread(target=lambda: keys.append(store.put(PAPER))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert set(keys) == {hashlib.sha256(PAPER).hexdigest()}
    assert store.get(keys[0]) == PAPER


def test_a_changed_file_is_never_handed_out(tmp_path):
    store = FolderStorage(tmp_path)
    key = store.put(PAPER)
    (tmp_path / key[:2] / key).write_bytes(PAPER + b" ")
    with pytest.raises(Damaged):
        store.get(key)


def test_a_changed_object_is_never_handed_out(s3, given):
    store = from_settings(
        given.model_copy(update={"s3_bucket": "damaged", "s3_endpoint": s3, "s3_access_key": "k", "s3_secret_key": "s"})
    )
    store.client.create_bucket(Bucket="damaged")
    key = store.put(PAPER)
    store.client.put_object(Bucket="damaged", Key=key, Body=b"something else")
    with pytest.raises(Damaged):
        store.get(key)


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 64 + "/.."])
def test_a_name_that_is_no_key_reaches_no_file(tmp_path, key):
    store = FolderStorage(tmp_path)
    assert not safely_exists(store, key)
    with pytest.raises(Missing):
        store.open(key)


def test_the_bytes_are_on_the_disk_before_the_key_is_given(tmp_path, monkeypatch):
    synced: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (synced.append(os.fstat(handle).st_mode), real(handle))[1])
    FolderStorage(tmp_path).put(PAPER)
    kinds = ["folder" if mode & 0o040000 else "file" for mode in synced]
    assert kinds == ["file", "folder", "folder"]


def test_a_server_without_conditional_writes_is_served_too(given):
    store = S3Storage(OldServer(), "papers")
    key = store.put(PAPER)
    assert store.client.kept == {key: PAPER}


class OldServer:
    """Answers 501 to If-None-Match, as some S3 servers do."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def head_object(self, Bucket: str, Key: str) -> dict[str, datetime]:  # noqa: N803 - boto3's names
        if Key not in self.kept:
            raise refusal(404)
        return {"LastModified": datetime.now(UTC)}

    def put_object(self, Bucket: str, Key: str, Body: bytes, **more: str) -> None:  # noqa: N803
        if "IfNoneMatch" in more:
            raise refusal(501)
        self.kept[Key] = Body


def refusal(status: int) -> Exception:
    from botocore.exceptions import ClientError

    return ClientError({"Error": {"Code": str(status)}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Call")


def safely_exists(store: FolderStorage, key: str) -> bool:
    try:
        return store.exists(key)
    except Missing:
        return False


def test_what_was_put_lately_is_not_removed_and_what_rests_is(store):
    key = store.put(PAPER)
    assert not store.remove(key, timedelta(hours=1))
    assert store.get(key) == PAPER
    assert store.remove(key, timedelta())
    assert not store.exists(key)
    assert store.remove(key, timedelta(hours=1)), "removing twice is removing once"
    assert store.get(store.put(PAPER)) == PAPER


def test_putting_again_begins_the_rest_anew(tmp_path):
    store = FolderStorage(tmp_path)
    key = store.put(PAPER)
    os.utime(tmp_path / key[:2] / key, (0, 0))
    store.put(PAPER)
    assert not store.remove(key, timedelta(hours=1))
    os.utime(tmp_path / key[:2] / key, (0, 0))
    assert store.remove(key, timedelta(hours=1)), "the control"
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_an_object_put_at_the_last_moment_comes_back(tmp_path, monkeypatch):
    """Between the look at its age and the removal somebody puts the same bytes."""
    store = FolderStorage(tmp_path)
    key = store.put(PAPER)
    path, rename = tmp_path / key[:2] / key, Path.rename
    os.utime(path, (0, 0))
    monkeypatch.setattr(Path, "rename", lambda self, to: (store.put(PAPER), rename(self, to))[1])
    assert not store.remove(key, timedelta(hours=1))
    assert store.get(key) == PAPER


def test_a_sealed_store_stands_on_either(store):
    from infra.storage_sealed import SealedStorage
    from signatures.secrets import new_key
    from signatures.secrets_objects import Envelopes

    old, new = new_key(), new_key()
    before = SealedStorage(store, Envelopes([old]))
    kept = sorted({before.put(PAPER), before.put(b"another"), store.put(b"plain")})
    after = SealedStorage(store, Envelopes([new, old]))
    assert [*after.names("", 2), *after.names(kept[1], 2)] == kept
    for key in kept:
        after.turn(key)
    alone = SealedStorage(store, Envelopes([new]))
    assert sorted(alone.get(key) for key in kept) == sorted([PAPER, b"another", b"plain"])
    with pytest.raises(Damaged):
        store.get(kept[0])
