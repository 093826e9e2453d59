"""Our own signatures as CAdES-BES (DER): the attributes, the value, the certificate. The same input gives the same bytes
wherever the key's algorithm allows. Source: ETSI EN 319 122-1; RFC 5652."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, core, tsp, x509

from signatures import digests


@dataclass(frozen=True)
class Maker:
    """How a key signs: identifiers of hash and signature algorithm, and the act itself over DER bytes."""

    digest: str
    algorithm: str
    sign: Callable[[bytes], bytes]


def build(digest: bytes, maker: Maker, chain: Sequence[bytes], signed_at: datetime | None) -> bytes:
    """Detached CMS over a document with this hash. `chain` is DER, the signer's certificate first.

    Without `signed_at` the time is left to the PDF around it (ETSI EN 319 142-1, 6.3).
    """
    certificates = [x509.Certificate.load(der) for der in chain]
    attributes = _attributes(digest, maker, certificates[0], signed_at)
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier("issuer_and_serial_number", _numbered(certificates[0])),
            "digest_algorithm": {"algorithm": maker.digest},
            "signed_attrs": attributes,
            "signature_algorithm": _algorithm(maker.algorithm),
            "signature": maker.sign(attributes.dump()),
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": maker.digest}],
            "encap_content_info": {"content_type": "data"},
            "certificates": certificates,
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def _attributes(digest: bytes, maker: Maker, certificate: Any, signed_at: datetime | None) -> Any:
    found = [
        cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
        cms.CMSAttribute({"type": "message_digest", "values": [digest]}),
        cms.CMSAttribute({"type": "signing_certificate_v2", "values": [_named(maker, certificate)]}),
    ]
    if signed_at:
        moment = cms.Time({"utc_time": core.UTCTime(signed_at)})
        found.append(cms.CMSAttribute({"type": "signing_time", "values": [moment]}))
    return cms.CMSAttributes(found)


def _named(maker: Maker, certificate: Any) -> Any:
    """Which certificate: its hash, issuer and number. SHA-256 is the default and must not be written (RFC 5035, 3)."""
    one: dict[str, Any] = {"cert_hash": digests.of(maker.digest, certificate.dump())}
    if maker.digest != digests.SHA256:
        one["hash_algorithm"] = {"algorithm": maker.digest}
    issuer = x509.GeneralName("directory_name", certificate.issuer)
    one["issuer_serial"] = {"issuer": [issuer], "serial_number": certificate.serial_number}
    return tsp.SigningCertificateV2({"certs": [tsp.ESSCertIDv2(one)]})


def _algorithm(oid: str) -> Any:
    found = algos.SignedDigestAlgorithm({"algorithm": oid})
    if oid.startswith("1.2.840.113549."):
        found["parameters"] = core.Null()
    return found


def _numbered(certificate: Any) -> Any:
    return cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number})
