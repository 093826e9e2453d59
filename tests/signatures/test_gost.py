"""GOST R 34.10-2012 and Streebog by themselves: published values, every parameter set next to OpenSSL, hostile keys."""

import pytest

from signatures import digests, gost, keys
from signatures.verdict import Broken, Doubt
from tests.signatures.conftest import Worlds
from tests.signatures.world import MAIN, SETS

M1 = b"012345678901234567890123456789012345678901234567890123456789012"  # ГОСТ Р 34.11-2012, А.1
M1_256 = "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500"
M1_512 = (
    "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
    "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48"
)
GOST = [a for a in (*MAIN, *SETS) if a.startswith("gost")]


@pytest.mark.parametrize(("oid", "expected"), [(digests.STREEBOG_256, M1_256), (digests.STREEBOG_512, M1_512)])
@pytest.mark.parametrize("native", [True, False])
def test_the_hash_gives_the_published_value(
    monkeypatch: pytest.MonkeyPatch, oid: str, expected: str, native: bool
) -> None:
    if not native:
        monkeypatch.setattr(digests, "_gcrypt", lambda: None)
    assert digests.fast() is native
    assert digests.of(oid, M1).hex() == expected


@pytest.mark.parametrize("oid", [digests.STREEBOG_256, digests.STREEBOG_512])
@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 200])
def test_both_makers_of_the_hash_agree_in_any_pieces(monkeypatch: pytest.MonkeyPatch, oid: str, size: int) -> None:
    data = bytes(range(256))[:size]
    native = digests.of(oid, data)
    monkeypatch.setattr(digests, "_gcrypt", lambda: None)
    slow = digests.new(oid)
    for place in range(0, size, 7):
        slow.update(data[place : place + 7])
    assert slow.digest() == native


@pytest.mark.parametrize("algorithm", GOST)
def test_every_parameter_set_agrees_with_openssl(worlds: Worlds, algorithm: str) -> None:
    pki = worlds(algorithm).pki
    der = pki.run("pkey", "-in", "good.key", "-pubout", "-outform", "DER").stdout
    found, parameters, point = keys.gost_key(der)
    value = pki.run("dgst", f"-{pki.digest('good')}", "-sign", "good.key", "-binary", data=M1).stdout
    digest = digests.of(keys.GOST_HASHES[found], M1)
    gost.verify(parameters, point, digest, value)
    for place in (0, len(value) // 2, len(value) - 1):
        with pytest.raises(Broken):
            gost.verify(parameters, point, digest, _flipped(value, place))
    with pytest.raises(Broken):
        gost.verify(parameters, point, _flipped(digest, 3), value)
    with pytest.raises(Broken):
        gost.verify(parameters, _flipped(point, 5), digest, value)


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


@pytest.mark.parametrize("oid", sorted(gost.NAMES))
def test_the_base_point_lies_on_its_curve_and_has_its_order(oid: str) -> None:
    on = gost.curve(oid)
    assert on.holds(on.base)
    assert gost._two_products(on, on.q, on.base, 0) is None
    assert gost._two_products(on, on.q - 1, on.base, 1) is None
    assert gost._two_products(on, 1, on.base, 0) == on.base[0]
    assert gost._two_products(on, 5, on.base, 7) == gost._two_products(on, 12, on.base, 0)


@pytest.mark.parametrize("oid", sorted(gost.NAMES))
def test_zeros_and_borders_are_no_signature(oid: str) -> None:
    on = gost.curve(oid)
    key = b"".join(n.to_bytes(on.size, "little") for n in on.base)
    digest = b"\x01" * on.size
    for s, r in [(0, 0), (0, 1), (1, 0), (on.q, 1), (1, on.q), (1, 1)]:
        with pytest.raises(Broken):
            gost.verify(oid, key, digest, s.to_bytes(on.size, "big") + r.to_bytes(on.size, "big"))
    with pytest.raises(Broken):
        gost.verify(oid, b"\x00" * 2 * on.size, digest, b"\x01" * 2 * on.size)
    with pytest.raises(Broken):
        gost.verify(oid, key[:-1], digest, b"\x01" * 2 * on.size)


@pytest.mark.parametrize("test_set", ["1.2.643.2.2.35.0", "1.2.643.7.1.2.1.2.0"])
def test_parameter_sets_for_testing_prove_nothing(test_set: str) -> None:
    with pytest.raises(Doubt):
        gost.curve(test_set)
