"""The envelope of a signature (CMS SignedData) taken apart: what is inside, never whether it is true. Source: RFC 5652."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, core, pem

from models.process.words import N_
from signatures.verdict import Broken, Doubt, Unusable

DATA, TST_INFO = "1.2.840.113549.1.7.1", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME = (f"1.2.840.113549.1.9.{n}" for n in (3, 4, 5))
SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
TIME_STAMP = "1.2.840.113549.1.9.16.2.14"
LARGEST = 64 << 20  # of a detached signature file; attached ones carry their document
MOST_SIGNERS, MOST_CERTIFICATES = 100, 200
_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]+=*\s*")


@dataclass(frozen=True)
class Message:
    """`content` is None in a detached signature. `carried` certificates and lists are not believed."""

    content_type: str
    content: bytes | None
    digests: tuple[Any, ...]
    signers: tuple[Any, ...]
    carried: tuple[Any, ...]
    crls: tuple[Any, ...]


def read(data: bytes, *, padded: bool = False) -> Message:
    """DER, BER, PEM or base64. `padded`: zeros may follow, as in a PDF. Raises Unusable."""
    try:
        return _read(der(data), padded)
    except Unusable:
        raise
    except Exception as error:
        raise Unusable(N_("The signature file is damaged or is not a signature")) from error


def looks_like(data: bytes) -> bool:
    """Whether the bytes could be a signature file at all."""
    try:
        return der(data)[:1] == b"\x30"
    except (Unusable, ValueError):
        return False


def der(data: bytes) -> bytes:
    if data[:1] == b"\x30":
        return data
    if pem.detect(data):
        return bytes(pem.unarmor(data)[2])
    stripped = data.removeprefix(b"\xef\xbb\xbf")
    if not _BASE64.fullmatch(stripped):
        raise Unusable(N_("The signature file is damaged or is not a signature"))
    try:
        return base64.b64decode(re.sub(rb"\s+", b"", stripped), validate=True)
    except binascii.Error as error:
        raise Unusable(N_("The signature file is damaged or is not a signature")) from error


def _read(der: bytes, padded: bool) -> Message:
    outer = cms.ContentInfo.load(der, strict=not padded)
    if padded and der[len(outer.dump()) :].strip(b"\x00"):
        raise Unusable(N_("The signature file is damaged or is not a signature"))
    if outer["content_type"].native != "signed_data":
        raise Unusable(N_("The file is not a signature but something else"))
    signed = outer["content"]
    inner = signed["encap_content_info"]
    for part, most in ((outer, 2), (signed, 6), (inner, 2), *((s, 7) for s in signed["signer_infos"])):
        _ = part[0]
        if len(part.children) > most:  # asn1crypto lets unknown elements at the end pass
            raise Unusable(N_("The signature file is damaged or is not a signature"))
    content = inner["content"]
    found = Message(
        content_type=inner["content_type"].dotted,
        content=None if isinstance(content, core.Void) or content.contents is None else bytes(content),
        digests=tuple(signed["digest_algorithms"]),
        signers=tuple(signed["signer_infos"]),
        carried=tuple(c.chosen for c in signed["certificates"] or [] if c.name == "certificate"),
        crls=tuple(c.chosen for c in signed["crls"] or [] if c.name == "crl"),
    )
    if signed["version"].native != _version(signed):
        raise Unusable(N_("The signature file is damaged or is not a signature"))
    if not found.signers or len(found.signers) > MOST_SIGNERS or len(found.carried) > MOST_CERTIFICATES:
        raise Unusable(N_("Nobody has signed in this file"))
    return found


def _version(signed: Any) -> str:
    """The only one that fits the content. Source: RFC 5652, 5.1."""
    kinds = {c.name for c in signed["certificates"] or []}
    if "other" in kinds or any(c.name == "other" for c in signed["crls"] or []):
        return "v5"
    if "v2_attr_cert" in kinds:
        return "v4"
    plain = signed["encap_content_info"]["content_type"].dotted == DATA
    ones = all(s["version"].native == "v1" for s in signed["signer_infos"])
    return "v1" if plain and ones and "v1_attr_cert" not in kinds else "v3"


def attributes(given: Any) -> dict[str, Any]:
    """Identifier → its only value. Each must stand once with one value (RFC 5652, 11; RFC 5035, 3). Raises Broken."""
    found: dict[str, Any] = {}
    for attribute in given:
        name, values = attribute["type"].dotted, attribute["values"]
        if name in found or len(values) != 1:
            raise Broken(N_("A signed attribute stands twice: the signature contradicts itself"))
        found[name] = values[0]
    return found


def signed_bytes(signer: Any) -> bytes:
    """What the key signed: the attributes as they stand, as a SET OF (RFC 5652, 5.4). Raises Broken when not DER."""
    raw = signer["signed_attrs"].dump()
    if raw[:1] != b"\xa0" or raw[1:2] == b"\x80":
        raise Broken(N_("The signed attributes are not written in the one lawful way"))
    return b"\x31" + bytes(raw[1:])


def signer_certificate(signer: Any, among: tuple[Any, ...]) -> Any:
    """The certificate that the signer names. Raises Doubt when it was not sent along and we do not have it."""
    named = signer["sid"]
    for certificate in among:
        if named.name == "issuer_and_serial_number":
            pair = named.chosen
            if (
                certificate.serial_number == pair["serial_number"].native
                and certificate.issuer.dump() == pair["issuer"].dump()
            ):
                return certificate
        elif certificate.key_identifier == named.chosen.native:
            return certificate
    raise Doubt(N_("The signature does not bring its certificate"))
