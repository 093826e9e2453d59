"""Detached and attached signatures next to OpenSSL with its GOST engine: both must say the same of good ones and bad ones."""

import base64
from datetime import timedelta

import pytest

from signatures import verify
from signatures.trust import Trust
from signatures.verdict import Outcome, Status, overall
from tests.signatures.conftest import Worlds
from tests.signatures.world import DOCUMENT, MAIN, SETS, World, now, outcome


@pytest.mark.parametrize("algorithm", MAIN + SETS)
def test_a_good_signature_of_every_algorithm_is_valid_and_of_another_document_invalid(
    worlds: Worlds, algorithm: str
) -> None:
    world = worlds(algorithm)
    signature = world.signature()
    good, changed = world.verdict(signature), world.verdict(signature, DOCUMENT + b"!")
    assert good.status is Status.VALID, good
    assert all(c.outcome in (Outcome.PASSED, Outcome.NOTED) for c in good.checks)
    assert changed.status is Status.INVALID
    assert outcome(changed, "document") == "failed"
    assert world.openssl(signature)
    assert not world.openssl(signature, DOCUMENT + b"!")


@pytest.mark.parametrize(
    ("owner", "status", "check"),
    [
        ("revoked", Status.INVALID, "revocation"),
        ("expired", Status.INVALID, "validity"),
        ("future", Status.INVALID, "validity"),
        ("stranger", Status.UNDETERMINED, "chain"),
        ("server", Status.INVALID, "usage"),
        ("demanding", Status.UNDETERMINED, "usage"),
    ],
)
def test_a_certificate_with_a_fault_never_signs_validly(world: World, owner: str, status: Status, check: str) -> None:
    signature = world.signature(owner)
    verdict = world.verdict(signature)
    assert verdict.status is status, verdict
    assert outcome(verdict, check) in ("failed", "unknown")
    assert outcome(verdict, "signature") == "passed"
    if owner != "server":  # asked for any purpose, OpenSSL lets it pass
        assert not world.openssl(signature)


def test_the_verdict_names_the_signer_by_his_numbers(world: World) -> None:
    verdict = world.verdict(world.signature("qualified"))
    assert verdict.status is Status.VALID
    assert verdict.qualified
    assert verdict.certificate is not None
    assert (verdict.signer, verdict.certificate.inn) == ("Иванов Иван qualified", "771234567890")
    assert (verdict.certificate.snils, verdict.certificate.issuer) == ("12345678901", "Выдающий центр")
    assert verdict.signed_at is not None
    assert abs(verdict.signed_at - now()) < timedelta(minutes=10)
    assert not world.verdict(world.signature("good")).qualified


def test_without_a_list_of_revoked_certificates_nothing_is_valid(world: World) -> None:
    bare = Trust(world.trust.roots, world.trust.intermediates)
    half = Trust(world.trust.roots, world.trust.intermediates, world.trust.crls[:1])
    for trust in (bare, half):
        verdict = world.verdict(world.signature(), trust=trust)
        assert verdict.status is Status.UNDETERMINED
        assert outcome(verdict, "revocation") == "unknown"


def test_a_stale_list_is_no_list(world: World) -> None:
    verdict = world.verdict(world.signature(), at=now() + timedelta(days=30))
    assert verdict.status is Status.UNDETERMINED
    assert outcome(verdict, "revocation") == "unknown"


def test_a_list_signed_by_somebody_else_is_no_list(rsa: World) -> None:
    from asn1crypto import crl

    forged = [crl.CertificateList.load(_flipped(c.dump(), -3)) for c in rsa.trust.crls]
    trust = Trust(rsa.trust.roots, rsa.trust.intermediates, tuple(forged))
    assert rsa.verdict(rsa.signature(), trust=trust).status is Status.UNDETERMINED


def _flipped(data: bytes, place: int) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)


def test_without_roots_nothing_is_valid(world: World) -> None:
    verdict = world.verdict(world.signature(), trust=Trust((), world.trust.intermediates, world.trust.crls))
    assert verdict.status is Status.UNDETERMINED
    assert outcome(verdict, "chain") == "unknown"


def test_the_way_may_lie_in_the_signature_itself(world: World) -> None:
    signature = world.pki.sign(DOCUMENT, "good", words=("-certfile", "centre.pem"))
    assert world.verdict(signature, trust=Trust(world.trust.roots, (), world.trust.crls)).status is Status.VALID
    assert (
        world.verdict(world.signature(), trust=Trust(world.trust.roots, (), world.trust.crls)).status
        is Status.UNDETERMINED
    )


def test_every_written_form_of_the_file_is_read(world: World) -> None:
    der = world.signature()
    text = base64.encodebytes(der)
    for written in (
        der,
        text,
        base64.b64encode(der),
        b"\xef\xbb\xbf" + text,
        world.pki.sign(DOCUMENT, "good", form="PEM"),
    ):
        assert world.verdict(written).status is Status.VALID
        assert world.verdict(written, DOCUMENT[1:]).status is Status.INVALID


def test_a_document_inside_is_given_back_and_proved(world: World) -> None:
    attached = world.pki.sign(DOCUMENT, "good", words=("-nodetach",))
    content, verdicts = verify.attached(attached, world.trust, now())
    assert content == DOCUMENT
    assert overall(verdicts).status is Status.VALID
    assert world.openssl(attached, None)
    at = attached.index(DOCUMENT[:40])
    _, tampered = verify.attached(_flipped(attached, at + 5), world.trust, now())
    assert overall(tampered).status is Status.INVALID


def test_a_document_beside_must_be_the_document_inside(rsa: World) -> None:
    attached = rsa.pki.sign(DOCUMENT, "good", words=("-nodetach",))
    assert rsa.verdict(attached).status is Status.VALID
    assert rsa.verdict(attached, b"another").status is Status.INVALID


def test_indefinite_lengths_are_read(world: World) -> None:
    """BER as streaming programs write it: the content in pieces of unknown length."""
    streamed = world.pki.sign(DOCUMENT * 30, "good", words=("-nodetach", "-stream"))
    assert streamed[1] == 0x80
    content, verdicts = verify.attached(streamed, world.trust, now())
    assert content == DOCUMENT * 30
    assert overall(verdicts).status is Status.VALID
    assert overall(verify.attached(streamed[:-20], world.trust, now())[1]).status is Status.INVALID


def test_everybody_who_signed_has_his_own_verdict(world: World) -> None:
    both = world.pki.sign(DOCUMENT, "good", "second")
    found = verify.detached(DOCUMENT, both, world.trust, now())
    assert [v.status for v in found] == [Status.VALID, Status.VALID]
    assert {v.signer for v in found} == {"Иванов Иван good", "Иванов Иван second"}
    mixed = verify.detached(DOCUMENT, world.pki.sign(DOCUMENT, "good", "revoked"), world.trust, now())
    assert sorted(v.status for v in mixed) == [Status.INVALID, Status.VALID]
    assert overall(mixed).status is Status.INVALID


@pytest.mark.parametrize("cut", [0, 1, 2, 10, 100, 500, -100, -10, -1])
def test_a_truncated_signature_is_invalid(world: World, cut: int) -> None:
    assert world.verdict(world.signature()[:cut]).status is Status.INVALID


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"0", b"\x30\x80" * 5000, b"A" * 5000, b"\x30\x84\xff\xff\xff\xff", b"-----BEGIN CMS-----\n"]
)
def test_rubbish_is_invalid_and_never_an_error(rsa: World, data: bytes) -> None:
    assert rsa.verdict(data).status is Status.INVALID


def test_something_behind_the_signature_makes_it_invalid(world: World) -> None:
    assert world.verdict(world.signature() + b"\x00").status is Status.INVALID


def test_a_time_without_a_zone_is_the_callers_error(rsa: World) -> None:
    with pytest.raises(ValueError, match="aware"):
        verify.detached(DOCUMENT, rsa.signature(), rsa.trust, now().replace(tzinfo=None))


def test_a_hundred_megabytes_are_read_in_pieces(gost: World) -> None:
    size = 100 << 20
    path = gost.pki.folder / "huge.bin"
    with path.open("wb") as file:
        file.truncate(size)
        file.seek(size - 5)
        file.write(b"the e")
    signature = gost.pki.run(
        "cms", "-sign", "-binary", "-cades", "-in", "huge.bin", "-signer", "good.pem", "-inkey", "good.key",
        "-md", "md_gost12_256", "-outform", "DER",
    ).stdout  # fmt: skip
    with path.open("rb") as file:
        assert overall(verify.detached(file, signature, gost.trust, now())).status is Status.VALID
    with path.open("r+b") as file:
        file.seek(50 << 20)
        file.write(b"\x01")
        assert overall(verify.detached(file, signature, gost.trust, now())).status is Status.INVALID
    path.unlink()
