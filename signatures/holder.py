"""A certificate alone, before anything is signed by it: taken from a file or from a signature, and why it would not be accepted today."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import x509

from models.process.words import N_
from signatures import certificates, chain, message
from signatures.trust import Trust
from signatures.verdict import Broken, Certificate, Unusable


@dataclass(frozen=True)
class Held:
    """`refuted`: it will never be accepted; a mere doubt may pass when a fresh list comes. `doubt` is English source text."""

    der: bytes
    facts: Certificate
    source: str  # file | signature
    refuted: bool = False
    doubt: str = ""
    doubt_facts: dict[str, object] | None = None


def read(data: bytes, trust: Trust, at: datetime) -> Held:
    """A certificate (DER, PEM) or the certificate of the only signer of a signature file. Raises Unusable."""
    found, source = _certificate(data)
    held = Held(bytes(found.dump()), certificates.facts(found), source)
    try:
        certificates.check_signing(found)
        chain.check_validity([found], at)
        way = chain.find(found, [], trust)
        chain.check_validity(way, at)
        chain.check_revocation(way, trust, [], at, at)
    except Broken as why:  # a Doubt is one too
        return Held(held.der, held.facts, source, type(why) is Broken, why.template, dict(why.facts))
    return held


def is_root(der: bytes) -> bool:
    """Self-signed and allowed to issue: it can only be believed by itself."""
    found: Any = x509.Certificate.load(der)
    return bool(found.subject == found.issuer)


def centre(data: bytes) -> tuple[bytes, Certificate]:
    """DER and facts of a certificate that may issue others. Raises Unusable."""
    found = certificates.load(data)
    basic = certificates.extensions(found).get("basic_constraints")
    if basic is None or not basic["ca"].native:
        raise Unusable(N_("This certificate does not belong to a certification centre"))
    return bytes(found.dump()), certificates.facts(found)


def _certificate(data: bytes) -> tuple[Any, str]:
    """What the bytes are is told by reading them: a certificate, and if they are none, a signature file."""
    try:
        return certificates.load(data), "file"
    except Unusable:
        return _of_signer(data), "signature"


def _of_signer(data: bytes) -> Any:
    """The certificate of the only signer of a signature file. Raises Unusable."""
    try:
        found = message.read(data)
        if len(found.signers) != 1:
            raise Unusable(N_("Give a signature file of one signer"))
        return message.signer_certificate(found.signers[0], found.carried)
    except Broken as error:
        raise Unusable(error.template) from error
