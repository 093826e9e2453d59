"""Signed attributes: missing, doubled, false or contradicting ones never end as valid, though the key signed them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from asn1crypto import algos, cms, core, tsp, x509

from signatures.verdict import Status
from tests.signatures import forge
from tests.signatures.world import DOCUMENT, World, now, outcome


def test_signed_again_without_a_change_it_stays_valid(world: World) -> None:
    """The control: without it the refusals below would prove nothing."""
    again = forge.resigned(world, world.signature(), forge.same)
    assert world.verdict(again).status is Status.VALID
    assert world.openssl(again)


@pytest.mark.parametrize(
    ("kind", "status", "check"),
    [
        ("content_type", Status.INVALID, "attributes"),
        ("message_digest", Status.INVALID, "attributes"),
        ("signing_certificate_v2", Status.UNDETERMINED, "named"),
    ],
)
def test_a_missing_attribute(world: World, kind: str, status: Status, check: str) -> None:
    signature = forge.resigned(world, world.signature(), forge.without(kind))
    verdict = world.verdict(signature)
    assert verdict.status is status
    assert outcome(verdict, check) in ("failed", "unknown")
    assert not world.openssl(signature)


@pytest.mark.parametrize("kind", ["content_type", "message_digest", "signing_certificate_v2", "signing_time"])
@pytest.mark.parametrize("how", [forge.doubled, forge.with_two_values])
def test_an_attribute_that_stands_twice_is_refused(world: World, kind: str, how: Any) -> None:
    verdict = world.verdict(forge.resigned(world, world.signature(), how(kind)))
    assert verdict.status is Status.INVALID
    assert outcome(verdict, "attributes") == "failed"


def test_a_wrong_hash_of_the_document_is_refused(world: World) -> None:
    length = 64 if world.algorithm.startswith("gost512") else 32
    change = forge.replaced("message_digest", core.OctetString(b"\x00" * length))
    verdict = world.verdict(forge.resigned(world, world.signature(), change))
    assert outcome(verdict, "document") == "failed"


def test_another_content_type_is_refused(world: World) -> None:
    change = forge.replaced("content_type", cms.ContentType("1.2.3.4"))
    verdict = world.verdict(forge.resigned(world, world.signature(), change))
    assert verdict.status is Status.INVALID
    outer = cms.ContentInfo.load(world.signature())
    outer["content"]["encap_content_info"]["content_type"] = "1.2.840.113549.1.9.16.1.4"
    assert world.verdict(forge.rebuilt(outer)).status is Status.INVALID


def test_a_signature_that_names_another_certificate_is_refused(world: World) -> None:
    """The very swap that CAdES was made against: the same key in two certificates."""
    signature = world.signature()
    outer = cms.ContentInfo.load(signature)
    other = cms.CertificateChoices.load(
        cms.ContentInfo.load(world.signature("qualified"))["content"]["certificates"][0].dump()
    )
    outer["content"]["certificates"] = [other]
    sid = cms.ContentInfo.load(world.signature("qualified"))["content"]["signer_infos"][0]["sid"]
    outer["content"]["signer_infos"][0]["sid"] = cms.SignerIdentifier.load(sid.dump())
    swapped = forge.rebuilt(outer)
    verdict = world.verdict(swapped)
    assert outcome(verdict, "signature") == "passed"
    assert outcome(verdict, "named") == "failed"
    assert verdict.status is Status.INVALID
    assert not world.openssl(swapped)


def test_a_wrong_number_in_the_naming_attribute_is_refused(rsa: World) -> None:
    def change(attributes: list[Any]) -> list[Any]:
        found = next(a for a in attributes if a["type"].native == "signing_certificate_v2")
        named = tsp.SigningCertificateV2.load(found["values"][0].dump())
        certificate = cms.ContentInfo.load(rsa.signature())["content"]["certificates"][0].chosen
        issuer = x509.GeneralName("directory_name", certificate.issuer)
        named["certs"][0]["issuer_serial"] = {"issuer": [issuer], "serial_number": 7}
        return forge.replaced("signing_certificate_v2", named)(attributes)

    verdict = rsa.verdict(forge.resigned(rsa, rsa.signature(), change))
    assert outcome(verdict, "named") == "failed"


def test_no_signed_attributes_at_all_is_a_doubt_even_when_openssl_agrees(world: World) -> None:
    bare = world.pki.sign(DOCUMENT, "good", cades=False, words=("-noattr",))
    assert world.verdict(bare).status is Status.UNDETERMINED
    assert world.verdict(bare, DOCUMENT + b"!").status is not Status.VALID


def test_a_plain_signature_without_the_naming_attribute_is_a_doubt(world: World) -> None:
    plain = world.pki.sign(DOCUMENT, "good", cades=False)
    verdict = world.verdict(plain)
    assert verdict.status is Status.UNDETERMINED
    assert outcome(verdict, "named") == "unknown"
    assert world.verdict(plain, DOCUMENT[1:]).status is Status.INVALID


@pytest.mark.parametrize(("oid", "other"), [("1.2.643.7.1.1.3.2", "1.2.643.7.1.1.3.3")])
def test_the_gost_algorithm_may_be_written_either_way(gost: World, oid: str, other: str) -> None:
    def write(name: str) -> bytes:
        def edit(info: Any) -> None:
            info["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": name})

        return forge.edited(gost.signature(), edit)

    assert (
        cms.ContentInfo.load(gost.signature())["content"]["signer_infos"][0]["signature_algorithm"]["algorithm"].dotted
        == "1.2.643.7.1.1.1.1"
    )
    assert gost.verdict(write(oid)).status is Status.VALID
    assert gost.verdict(write(oid), DOCUMENT[1:]).status is Status.INVALID
    assert gost.verdict(write(other)).status is Status.INVALID


@pytest.mark.parametrize("weak", ["1.2.840.113549.2.5", "1.3.14.3.2.26", "1.2.643.2.2.9"])
def test_an_outdated_hash_proves_nothing(rsa: World, weak: str) -> None:
    if weak == "1.3.14.3.2.26":
        signature = rsa.pki.run(
            "cms", "-sign", "-binary", "-cades", "-signer", "good.pem", "-inkey", "good.key", "-md", "sha1", "-outform", "DER",
            data=DOCUMENT,
        ).stdout  # fmt: skip
    else:
        outer = cms.ContentInfo.load(rsa.signature())
        outer["content"]["digest_algorithms"] = [algos.DigestAlgorithm({"algorithm": weak})]
        outer["content"]["signer_infos"][0]["digest_algorithm"] = algos.DigestAlgorithm({"algorithm": weak})
        signature = forge.rebuilt(outer)
    assert rsa.verdict(signature).status is not Status.VALID


def test_rsa_with_pss_is_read(rsa: World) -> None:
    words = ("-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:32")
    signature = rsa.pki.sign(DOCUMENT, "good", words=words)
    assert rsa.verdict(signature).status is Status.VALID
    assert rsa.openssl(signature)
    assert rsa.verdict(signature, DOCUMENT[1:]).status is Status.INVALID


def test_the_signer_may_be_named_by_the_number_of_his_key(world: World) -> None:
    signature = world.pki.sign(DOCUMENT, "good", words=("-keyid",))
    assert world.verdict(signature).status is Status.VALID
    assert world.verdict(signature, DOCUMENT[1:]).status is Status.INVALID


def test_a_signature_from_the_future_is_a_doubt(world: World) -> None:
    change = forge.replaced("signing_time", cms.Time({"utc_time": core.UTCTime(_tomorrow())}))
    verdict = world.verdict(forge.resigned(world, world.signature(), change))
    assert verdict.status is Status.UNDETERMINED
    assert outcome(verdict, "time") == "unknown"


def _tomorrow() -> datetime:
    return (now() + timedelta(days=1)).replace(microsecond=0)
