"""Bits flipped everywhere and bytes invented by Hypothesis: no exception, no false valid."""

import io

import pytest
from asn1crypto import cms
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signatures import digests, message, verify
from signatures.verdict import Status
from tests.signatures import forge
from tests.signatures.conftest import Worlds
from tests.signatures.world import DOCUMENT, World, now, outcome

QUIET = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=20000, deadline=None, suppress_health_check=list(HealthCheck))


def still_the_same(one: bytes, other: bytes) -> bool:
    """Whether everything that makes a signature this one survived: then, and only then, it may stay valid."""
    try:
        return forge.sealed_bytes(one) == forge.sealed_bytes(message.der(other))
    except Exception:
        return False


def judged(world: World, changed: bytes, signature: bytes) -> bool:
    """True when valid. Fails on an exception and on a false valid."""
    valid = world.verdict(changed).status is Status.VALID
    assert not valid or still_the_same(signature, changed)
    return valid


@pytest.mark.parametrize("algorithm", ["rsa", "ec", "gost256:A"])
def test_a_flipped_bit_anywhere_is_never_taken_for_the_same_signature(worlds: Worlds, algorithm: str) -> None:
    world = worlds(algorithm)
    signature = world.signature()
    valid = []
    for place in range(len(signature)):
        changed = bytearray(signature)
        changed[place] ^= 1 << (place % 8)
        if judged(world, bytes(changed), signature):
            valid.append(place)
    assert world.verdict(signature).status is Status.VALID
    assert not valid, f"bytes whose change goes unseen: {valid}"


def test_a_flipped_bit_of_the_document_is_always_seen(world: World) -> None:
    signature = world.signature()
    for place in range(0, len(DOCUMENT), 97):
        changed = bytearray(DOCUMENT)
        changed[place] ^= 1 << (place % 8)
        assert world.verdict(signature, bytes(changed)).status is Status.INVALID


def test_the_stream_and_the_bytes_have_the_same_verdict(world: World) -> None:
    for document in (DOCUMENT, DOCUMENT[1:]):
        streamed = verify.detached(io.BytesIO(document), world.signature(), world.trust, now())[0]
        assert streamed.status is world.verdict(world.signature(), document).status


changes = st.lists(
    st.tuples(st.integers(0, 4000), st.sampled_from(["set", "cut", "add", "copy"]), st.binary(min_size=1, max_size=12)),
    min_size=1,
    max_size=6,
)


def mutated(data: bytes, edits: list[tuple[int, str, bytes]]) -> bytes:
    for place, how, new in edits:
        at = place % (len(data) + 1)
        if how == "set":
            data = data[:at] + new + data[at + len(new) :]
        elif how == "cut":
            data = data[:at] + data[at + len(new) :]
        elif how == "add":
            data = data[:at] + new + data[at:]
        else:
            data = data[:at] + data[at : at + 8 * len(new)] + data[at:]
    return data


@QUIET
@given(edits=changes, which=st.sampled_from(["rsa", "gost256:A"]))
def test_mutated_signatures_neither_crash_nor_pass(
    worlds: Worlds, edits: list[tuple[int, str, bytes]], which: str
) -> None:
    world = worlds(which)
    judged(world, mutated(world.signature(), edits), world.signature())


@QUIET
@given(data=st.binary(max_size=400))
def test_invented_bytes_neither_crash_nor_pass(worlds: Worlds, data: bytes) -> None:
    world = worlds("rsa")
    for given_ in (data, b"\x30" + data, b"\x30\x82\x01\x00\x06\x09*\x86H\x86\xf7\r\x01\x07\x02" + data):
        assert world.verdict(given_).status is Status.INVALID


@QUIET
@given(edits=changes)
def test_mutated_attributes_signed_by_the_right_key_do_not_crash(
    worlds: Worlds, edits: list[tuple[int, str, bytes]]
) -> None:
    """The hostile signer: his own valid certificate, attributes of his invention."""
    world = worlds("rsa")
    outer = cms.ContentInfo.load(world.signature())
    info = outer["content"]["signer_infos"][0]
    body = mutated(info["signed_attrs"].contents, edits)
    changed = b"\xa0\x82" + len(body).to_bytes(2, "big") + body
    value = world.maker("good").sign(b"\x31" + changed[1:])
    der = _spliced(world.signature(), changed, value)
    verdict = world.verdict(der)
    assert verdict.status is not Status.VALID or b"\x04\x20" + world.digest() in body


def _spliced(data: bytes, new: bytes, value: bytes) -> bytes:
    """Attributes and value exchanged, all the lengths around them mended."""
    outer = cms.ContentInfo.load(data)
    info = outer["content"]["signer_infos"][0]
    parts = [info[name].dump() for name in ("version", "sid", "digest_algorithm")]
    parts += [new, info["signature_algorithm"].dump(), b"\x04\x82" + len(value).to_bytes(2, "big") + value]
    body = b"".join(parts)
    mended = b"\x30\x82" + len(body).to_bytes(2, "big") + body
    signed = outer["content"]
    inner = [signed[n].dump() for n in ("version", "digest_algorithms", "encap_content_info", "certificates")]
    whole = b"".join([*inner, _wrapped(b"\x31", mended)])
    return _wrapped(b"\x30", outer["content_type"].dump() + _wrapped(b"\xa0", _wrapped(b"\x30", whole)))


def _wrapped(tag: bytes, body: bytes) -> bytes:
    return tag + b"\x82" + len(body).to_bytes(2, "big") + body


def test_the_splice_itself_is_fine(rsa: World) -> None:
    """The control of the test above: attributes put back unchanged verify."""
    info = cms.ContentInfo.load(rsa.signature())["content"]["signer_infos"][0]
    raw, value = info["signed_attrs"].dump(), bytes(info["signature"].native)
    assert rsa.verdict(_spliced(rsa.signature(), raw, value)).status is Status.VALID


@pytest.mark.soak
@LONG
@given(edits=changes, which=st.sampled_from(["rsa", "ec", "gost256:A", "gost512:A"]))
def test_mutated_signatures_for_hours(worlds: Worlds, edits: list[tuple[int, str, bytes]], which: str) -> None:
    world = worlds(which)
    judged(world, mutated(world.signature(), edits), world.signature())


@pytest.mark.soak
def test_every_bit_of_a_signature(worlds: Worlds) -> None:
    for algorithm in ("rsa", "ec", "gost256:A", "gost512:A"):
        world = worlds(algorithm)
        signature = world.signature()
        for place in range(len(signature) * 8):
            changed = bytearray(signature)
            changed[place // 8] ^= 1 << (place % 8)
            assert not judged(world, bytes(changed), signature)


class Endless(io.RawIOBase):
    """A hundred megabytes that stand nowhere; remembers the largest piece it was asked for."""

    SIZE = 100 << 20

    def __init__(self) -> None:
        self.place, self.largest = 0, 0

    def seek(self, place: int, whence: int = 0) -> int:
        self.place = self.SIZE + place if whence == 2 else place
        return self.place

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "the whole file was asked for"
        self.largest = max(self.largest, size)
        piece = bytes(min(size, self.SIZE - self.place))
        self.place += len(piece)
        return piece


@pytest.mark.parametrize("algorithm", ["rsa", "gost256:A"])
def test_a_document_of_a_hundred_megabytes_is_read_in_pieces(worlds: Worlds, algorithm: str) -> None:
    world, file = worlds(algorithm), Endless()
    verdict = verify.detached(file, world.signature(), world.trust, now())[0]  # type: ignore[arg-type]
    assert verdict.status is Status.INVALID
    assert outcome(verdict, "document") == "failed"
    assert file.place == Endless.SIZE, "it was read to its end"
    assert file.largest <= digests.CHUNK
