"""Time stamps inside a signature (CAdES-T), made by OpenSSL's time-stamping service: RSA, ECDSA and GOST."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from asn1crypto import cms

from signatures.trust import Trust
from signatures.verdict import Status
from tests.signatures import forge
from tests.signatures.conftest import Worlds
from tests.signatures.world import DOCUMENT, World, now, outcome


def stamped(signature: bytes, token: bytes) -> bytes:
    def edit(info: Any) -> None:
        held = cms.ContentInfo.load(token)
        info["unsigned_attrs"] = [{"type": "1.2.840.113549.1.9.16.2.14", "values": [held]}]

    return forge.edited(signature, edit)


def value(signature: bytes) -> bytes:
    return bytes(cms.ContentInfo.load(signature)["content"]["signer_infos"][0]["signature"].native)


def with_stamp(world: World, by: World | None = None, owner: str = "stamps") -> bytes:
    signature = world.signature()
    return stamped(signature, (by or world).pki.stamp(value(signature), owner))


def test_a_stamp_of_our_centre_gives_the_time(world: World) -> None:
    verdict = world.verdict(with_stamp(world))
    assert verdict.status is Status.VALID, verdict
    assert verdict.stamped
    assert outcome(verdict, "stamp") == "passed"
    assert abs(verdict.trusted_time - now()) < timedelta(minutes=10)
    assert world.verdict(with_stamp(world), DOCUMENT[1:]).status is Status.INVALID


def test_after_the_certificate_has_expired_only_the_stamped_signature_stays_valid(world: World) -> None:
    later = now() + timedelta(days=400)  # certificates live a year
    assert world.verdict(with_stamp(world), at=later).status is Status.VALID
    assert world.verdict(world.signature(), at=later).status is Status.INVALID


def test_revoked_an_hour_later_it_stays_valid_by_its_stamp_only(tmp_path: Path) -> None:
    own = World(tmp_path / "own", "gost256:A")
    plain, proved = own.signature(), with_stamp(own)
    own.pki.revoke("good", "centre", now() + timedelta(hours=1))
    fresh = own.pki.crl("centre", "later.crl")
    trust = Trust.of([own.pki.read("root.pem")], [own.pki.read("centre.pem")], [own.pki.read("root.crl"), fresh])
    before, after = now() + timedelta(minutes=30), now() + timedelta(hours=2)
    assert own.verdict(plain, at=before, trust=trust).status is Status.VALID
    assert own.verdict(plain, at=after, trust=trust).status is Status.INVALID
    assert own.verdict(proved, at=after, trust=trust).status is Status.VALID


def test_a_stamp_over_another_signature_is_a_doubt(world: World) -> None:
    verdict = world.verdict(stamped(world.signature(), world.pki.stamp(b"something else", "stamps")))
    assert verdict.status is Status.UNDETERMINED
    assert outcome(verdict, "stamp") == "unknown"
    assert not verdict.stamped


def test_a_stamp_by_somebody_we_do_not_trust_is_a_doubt(worlds: Worlds, rsa: World) -> None:
    verdict = rsa.verdict(with_stamp(rsa, worlds("ec")))
    assert verdict.status is Status.UNDETERMINED
    assert outcome(verdict, "stamp") == "unknown"


def test_a_stamp_by_an_ordinary_certificate_is_a_doubt(rsa: World) -> None:
    """Its owner may sign papers, not tell the time."""
    token = cms.ContentInfo.load(rsa.pki.stamp(value(rsa.signature()), "stamps"))
    person = cms.ContentInfo.load(rsa.signature())["content"]
    token["content"]["certificates"] = [cms.CertificateChoices.load(person["certificates"][0].dump())]
    info = token["content"]["signer_infos"][0]
    info["sid"] = cms.SignerIdentifier.load(person["signer_infos"][0]["sid"].dump())
    info["signature"] = forge.value(rsa, "good", info["signed_attrs"].untag().dump())
    assert rsa.verdict(stamped(rsa.signature(), forge.rebuilt(token))).status is Status.UNDETERMINED


def test_every_changed_byte_of_a_stamp_is_seen(gost: World) -> None:
    token = gost.pki.stamp(value(gost.signature()), "stamps")
    for place in range(0, len(token), 11):
        changed = bytearray(token)
        changed[place] ^= 1 << (place % 8)
        whole = _raw(gost.signature(), token, bytes(changed))
        assert gost.verdict(whole).status is not Status.VALID, place


def _raw(signature: bytes, token: bytes, changed: bytes) -> bytes:
    whole = stamped(signature, token)
    assert whole.count(token) == 1
    return whole.replace(token, changed)


def test_a_stamp_from_the_future_is_a_doubt(rsa: World) -> None:
    verdict = rsa.verdict(with_stamp(rsa), at=now() - timedelta(hours=1))
    assert outcome(verdict, "stamp") == "unknown"
    assert verdict.status is not Status.VALID
