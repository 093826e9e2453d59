"""Hostile ZIPs: refused with a sentence before they can do harm."""

import io
import struct
import warnings
import zipfile
from pathlib import Path

import pytest

from signatures import archive
from signatures.archive import Archive
from signatures.evidence import UNUSABLE, run
from signatures.verdict import Unusable


def zipped(tmp_path: Path, *entries: tuple[str, bytes], packed: int = zipfile.ZIP_STORED) -> Path:
    path = tmp_path / "x.zip"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", packed) as made:
        warnings.simplefilter("ignore")  # zipfile warns of the names that stand twice
        for name, data in entries:
            info = zipfile.ZipInfo("x")
            info.filename = name
            made.writestr(info, data, packed)
    return path


def test_control_a_plain_archive_is_read(tmp_path: Path) -> None:
    with Archive(zipped(tmp_path, ("papers/01.pdf", b"abc"), ("manifest.json", b'{"a": 1}'))) as found:
        assert found.names == {"papers/01.pdf", "manifest.json"}
        assert found.read("papers/01.pdf") == b"abc"
        assert found.record("manifest.json") == {"a": 1}


@pytest.mark.parametrize(
    "name", ["../x", "/etc/passwd", "a/../../x", "a//b", "./a", "C:\\x", "a\\b", "a:b", "a\nb", "dir/", "", "x" * 201]
)
def test_a_name_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unusable, match="name in the archive"):
        Archive(zipped(tmp_path, (name, b"")))


def test_a_name_with_a_zero_inside_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("papersXx.pdf", b"abc"))
    path.write_bytes(path.read_bytes().replace(b"papersXx", b"papers\x00x"))
    with pytest.raises(Unusable):
        Archive(path)


@pytest.mark.parametrize("other", ["papers/01.pdf", "PAPERS/01.PDF"])
def test_a_name_that_stands_twice_is_refused(tmp_path: Path, other: str) -> None:
    with pytest.raises(Unusable, match="twice"):
        Archive(zipped(tmp_path, ("papers/01.pdf", b"a"), (other, b"b")))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="unpacks to more"):
        Archive(zipped(tmp_path, ("a", b"\0" * 10_000_000), packed=zipfile.ZIP_DEFLATED))


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a", b"\0" * 1_000_000), packed=zipfile.ZIP_DEFLATED)
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<L", 1_000_000), struct.pack("<L", 10_000)))
    with Archive(path) as found, pytest.raises(Unusable):
        found.read("a")


def test_too_many_files_and_too_large_a_sum_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path, *((f"{n}", b"12345") for n in range(11)))
    monkeypatch.setattr(archive, "MOST_FILES", 10)
    with pytest.raises(Unusable, match="more than 10 files"):
        Archive(path)
    monkeypatch.setattr(archive, "MOST_FILES", 11)
    Archive(path)
    monkeypatch.setattr(archive, "LARGEST_TOTAL", 54)
    with pytest.raises(Unusable, match="unpacks to more"):
        Archive(path)


def test_a_link_an_encrypted_and_a_strangely_packed_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as made:
        info = zipfile.ZipInfo("a")
        info.external_attr = 0o120777 << 16
        made.writestr(info, "/etc/passwd")
    with pytest.raises(Unusable, match="not a plain file"):
        Archive(path)
    with pytest.raises(Unusable, match="unusual"):
        Archive(zipped(tmp_path, ("a", b"x" * 100), packed=zipfile.ZIP_LZMA))
    path = zipped(tmp_path, ("a", b"abc"))
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(Unusable, match="encrypted"):
        Archive(path)


@pytest.mark.parametrize("keep", [0, 10, 60, -30, -1])
def test_an_archive_that_was_cut_off_is_refused(tmp_path: Path, keep: int) -> None:
    path = zipped(tmp_path, ("manifest.json", b"{}"), ("a", b"abc" * 50))
    path.write_bytes(path.read_bytes()[:keep])
    code, lines = run(path, "", str)
    assert code == UNUSABLE
    assert len(lines) == 1


def test_an_entry_that_was_damaged_is_told(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a", b"abcdefgh"))
    path.write_bytes(path.read_bytes().replace(b"abcd", b"abcX"))
    with Archive(path) as found, pytest.raises(Unusable, match="damaged"):
        found.sha256("a")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b'{"a": 1, "a": 2}',
        b"[" * 100_000,
        b"[]",
        b'{"format": "feeder-evidence-1"}',
        b'{"format": "other"}',
    ],
)
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, data: bytes) -> None:
    assert run(zipped(tmp_path, ("manifest.json", data), ("manifest.json.p7s", b"x")), "", str)[0] == UNUSABLE


def test_an_archive_without_a_manifest_or_a_seal_is_refused(tmp_path: Path) -> None:
    assert run(zipped(tmp_path, ("a", b"x")), "", str)[0] == UNUSABLE
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    (tmp_path / "empty.zip").write_bytes(out.getvalue())
    assert run(tmp_path / "empty.zip", "", str)[0] == UNUSABLE
