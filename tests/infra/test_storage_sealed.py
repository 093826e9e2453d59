"""Papers and scans at rest: nothing readable in the folder, the name of the plain bytes, one chunk in memory; every change
is noticed, and what lay there plainly before is still read."""

import hashlib
import itertools
from datetime import timedelta
from pathlib import Path

import pytest

from infra.storage import KEY_OF, Damaged, FolderStorage, Missing
from infra.storage_sealed import CHUNK, MAGIC, TAG, Locked, SealedStorage
from signatures.secrets import new_key
from signatures.secrets_objects import Envelopes

SCAN = "Паспорт 41 08 512340, СНИЛС 112-233-445 95. ".encode() * 4000  # three chunks


class World:
    def __init__(self, root: Path) -> None:
        self.root, self.key = root, new_key()
        self.store = self.under(self.key)

    def under(self, *keys: str) -> SealedStorage:
        return SealedStorage(FolderStorage(self.root), Envelopes(list(keys)))

    def path(self, key: str) -> Path:
        return self.root / key[:2] / key


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize(
    "size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, len(SCAN)], ids=lambda size: f"{size} bytes"
)
def test_what_was_put_comes_back_and_lies_unreadable(world: World, size: int) -> None:
    data = SCAN[:size]
    key = world.store.put(data)
    assert key == hashlib.sha256(data).hexdigest()
    assert world.store.get(key) == data
    kept = b"".join(p.read_bytes() for p in world.root.rglob("*") if p.is_file())
    assert size < 100 or SCAN[:100] not in kept
    assert world.path(key).read_bytes().startswith(MAGIC)


def test_it_is_read_chunk_by_chunk(world: World) -> None:
    with world.store.open(world.store.put(SCAN)) as file:
        assert file.read(10) + file.read() == SCAN


def test_putting_twice_writes_once_and_the_same_bytes(world: World) -> None:
    key = world.store.put(SCAN)
    before = world.path(key).read_bytes()
    assert world.store.put(SCAN) == key
    assert world.path(key).read_bytes() == before
    world.path(key).unlink()  # killed between the key and the object
    world.store.put(SCAN)
    assert world.path(key).read_bytes() == before


def test_two_objects_never_share_a_key(world: World) -> None:
    one, two = world.store.put(SCAN), world.store.put(SCAN + b" ")
    assert world.path(one + KEY_OF).read_bytes() != world.path(two + KEY_OF).read_bytes()


def changed(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


PIECE = CHUNK + TAG
HEAD = len(MAGIC)
TAMPERINGS = {
    "a byte": lambda b: changed(b, HEAD + 5),
    "the last tag": lambda b: changed(b, len(b) - 1),
    "cut at a chunk": lambda b: b[: HEAD + PIECE],
    "cut in a chunk": lambda b: b[:-7],
    "cut to the head": lambda b: b[:HEAD],
    "a chunk twice": lambda b: b[: HEAD + PIECE] + b[HEAD : HEAD + PIECE] + b[HEAD + 2 * PIECE :],
    "chunks swapped": lambda b: b[:HEAD] + b[HEAD + PIECE : HEAD + 2 * PIECE] + b[HEAD : HEAD + PIECE] + b[HEAD + 2 * PIECE :],
    "more at the end": lambda b: b + b[HEAD : HEAD + PIECE],
    "the head": lambda b: changed(b, 0),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERINGS)
def test_no_change_passes(world: World, how: str) -> None:
    key = world.store.put(SCAN)
    path = world.path(key)
    path.write_bytes(TAMPERINGS[how](path.read_bytes()))
    with pytest.raises(Damaged):
        world.store.get(key)
    if how != "the head":  # without it the bytes are taken for plain ones, and `get` compares the hash
        with pytest.raises(Damaged), world.store.open(key) as file:
            file.read()


def test_an_object_put_under_another_name_does_not_open(world: World) -> None:
    one, two = world.store.put(SCAN), world.store.put(SCAN + b" ")
    for end in ("", KEY_OF):
        world.path(two + end).write_bytes(world.path(one + end).read_bytes())
    with pytest.raises(Damaged), world.store.open(two) as file:
        file.read()


def test_with_a_lost_key_nothing_opens_and_the_reason_is_told(world: World) -> None:
    key = world.store.put(SCAN)
    stranger = world.under(new_key())
    for read in (stranger.open, stranger.get, stranger.turn):
        with pytest.raises(Locked):
            read(key)
    assert world.store.get(key) == SCAN, "a failed turn has changed nothing"


def test_what_lay_plainly_is_read_and_not_written_again(world: World) -> None:
    plain = FolderStorage(world.root)
    key = plain.put(SCAN)
    assert world.store.get(key) == SCAN
    assert world.store.put(SCAN) == key
    assert plain.get(key) == SCAN
    odd = plain.put(MAGIC + b"bytes that only look sealed")
    assert world.store.get(odd).endswith(b"look sealed")


def test_turning_seals_what_lay_plainly(world: World) -> None:
    key = FolderStorage(world.root).put(SCAN)
    world.store.turn(key)
    assert SCAN[:100] not in world.path(key).read_bytes()
    assert world.store.get(key) == SCAN


def test_turning_writes_the_small_key_alone(world: World) -> None:
    key, fresh = world.store.put(SCAN), new_key()
    before = world.path(key).read_bytes()
    world.under(fresh, world.key).turn(key)
    assert world.path(key).read_bytes() == before
    assert world.under(fresh).get(key) == SCAN
    with pytest.raises(Locked):
        world.store.get(key)


def test_a_kill_while_sealing_leaves_it_readable(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key = FolderStorage(world.root).put(SCAN)
    with monkeypatch.context() as patch:
        patch.setattr(FolderStorage, "replace", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            world.store.turn(key)
    assert world.store.get(key) == SCAN
    world.store.turn(key)
    assert world.path(key).read_bytes().startswith(MAGIC)
    assert world.store.get(key) == SCAN


def test_names_come_in_pages_in_their_order_without_the_keys(world: World) -> None:
    wanted = sorted(world.store.put(f"{n}".encode()) for n in range(20))
    after, found = "", []
    for _page in itertools.count():
        page = world.store.names(after, 7)
        if not page:
            break
        found += page
        after = page[-1]
    assert found == wanted


def test_a_missing_object_is_missing(world: World) -> None:
    with pytest.raises(Missing):
        world.store.open("0" * 64)


def test_an_object_is_removed_with_its_key_and_may_be_put_anew(world: World) -> None:
    key = world.store.put(SCAN)
    assert not world.store.remove(key, timedelta(hours=1))
    assert world.store.get(key) == SCAN
    assert world.store.remove(key, timedelta())
    assert [p for p in world.root.rglob("*") if p.is_file()] == []
    assert world.store.get(world.store.put(SCAN)) == SCAN
