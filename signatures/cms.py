"""The checks of one SignerInfo of CMS / CAdES, for documents and for time stamps alike: attributes, hash, signature value,
naming of the certificate, trust. Source: RFC 5652; ETSI EN 319 122-1."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import core, tsp

from models.process.words import N_
from signatures import certificates, chain, digests, keys, message
from signatures.digests import Content
from signatures.message import DATA, Message
from signatures.trust import Trust
from signatures.verdict import GOOD, REQUIRED, Broken, Certificate, Doubt, Protocol, Status, Verdict

_CHANGED = N_("The document is not the one that was signed")
_OTHER_CERTIFICATE = N_("The signature names another certificate")


@dataclass(frozen=True)
class Case:
    """What one check needs: the file taken apart, the content that was signed, whom we believe, and our time (UTC)."""

    file: Message
    content: Content
    trust: Trust
    at: datetime
    content_type: str = DATA


@dataclass
class Signer:
    """What was found out about one signer, step by step; None until the step has passed."""

    info: Any
    protocol: Protocol
    attributes: dict[str, Any] | None = None
    certificate: Any = None
    trusted_time: datetime | None = None
    stamped: bool = False
    signed_at: datetime | None = None
    facts: Certificate | None = None


def check_signature(signer: Signer, case: Case) -> None:
    """Document, attributes, signature value and the naming of the certificate: everything before trust."""
    protocol, info = signer.protocol, signer.info
    protocol.run("form", lambda: _check_form(info, case))
    signer.attributes = protocol.run("attributes", lambda: _attributes(info, case))
    signer.signed_at = _stated_time(signer.attributes)
    protocol.run("document", lambda: _check_document(signer, case))
    pool = (*case.file.carried, *case.trust.intermediates, *case.trust.roots)
    signer.certificate = protocol.run("signature", lambda: _check_value(signer, case, pool))
    if signer.certificate is not None:
        protocol.run("named", lambda: _check_named(signer))
        signer.facts = certificates.facts(signer.certificate)


def check_trust(signer: Signer, case: Case) -> None:
    """The way to our root, its validity and revocation at the trusted time."""
    protocol, moment = signer.protocol, signer.trusted_time or case.at
    way = protocol.run("chain", lambda: chain.find(signer.certificate, case.file.carried, case.trust))
    protocol.run("validity", lambda: chain.check_validity(way or [signer.certificate], moment))
    if way:
        carried = case.file.crls
        protocol.run("revocation", lambda: chain.check_revocation(way, case.trust, carried, moment, case.at))


def _check_form(info: Any, case: Case) -> bool:
    if case.file.content_type != case.content_type:
        raise Broken(N_("The file says that something other than a document was signed"))
    version, named = info["version"].native, info["sid"].name
    if version != ("v1" if named == "issuer_and_serial_number" else "v3"):
        raise Broken(N_("The signature file is damaged or is not a signature"))
    for each in (info["digest_algorithm"], *case.file.digests):
        keys.check_bare(each)
    if info["digest_algorithm"]["algorithm"].dotted not in {d["algorithm"].dotted for d in case.file.digests}:
        raise Broken(N_("The algorithms named in the signature contradict each other"))
    return True


def _attributes(info: Any, case: Case) -> dict[str, Any]:
    if isinstance(info["signed_attrs"], core.Void) or not len(info["signed_attrs"]):
        raise Doubt(N_("There are no signed attributes: the form is too simple to prove who signed what"))
    found = message.attributes(info["signed_attrs"])
    if message.CONTENT_TYPE not in found or message.MESSAGE_DIGEST not in found:
        raise Broken(N_("A required signed attribute is missing"))
    if found[message.CONTENT_TYPE].dotted != case.content_type:
        raise Broken(N_("The file says that something other than a document was signed"))
    return found


def _stated_time(attributes: dict[str, Any] | None) -> datetime | None:
    """What the signer claims; None when he claims nothing, or nothing readable."""
    value = (attributes or {}).get(message.SIGNING_TIME)
    try:
        moment = value.native if value is not None else None
    except (ValueError, TypeError):
        return None
    return moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo else None


def _check_document(signer: Signer, case: Case) -> bool:
    if signer.attributes is None:
        raise Doubt(N_("There are no signed attributes: the form is too simple to prove who signed what"))
    computed = case.content.digest(signer.info["digest_algorithm"]["algorithm"].dotted)
    if not digests.same(computed, signer.attributes[message.MESSAGE_DIGEST].native):
        raise Broken(_CHANGED)
    return True


def _check_value(signer: Signer, case: Case, pool: tuple[Any, ...]) -> Any:
    if signer.attributes is None:
        raise Doubt(N_("There are no signed attributes: the form is too simple to prove who signed what"))
    info = signer.info
    certificate = message.signer_certificate(info, pool)
    how = keys.algorithm(info["signature_algorithm"], info["digest_algorithm"]["algorithm"].dotted)
    keys.verify(chain.key_of(certificate), how, message.signed_bytes(info), bytes(info["signature"].native))
    return certificate


def _check_named(signer: Signer) -> bool:
    """signingCertificate(V2) names this very certificate. Source: RFC 5035; ETSI EN 319 122-1, 5.2.2."""
    attributes = signer.attributes or {}
    present = [oid for oid in (message.SIGNING_CERTIFICATE_V2, message.SIGNING_CERTIFICATE) if oid in attributes]
    if not present:
        raise Doubt(N_("The signature does not say with which certificate it was made (it is not CAdES)"))
    for oid in present:
        new = oid == message.SIGNING_CERTIFICATE_V2
        spec = tsp.SigningCertificateV2 if new else tsp.SigningCertificate
        named = spec.load(attributes[oid].dump(), strict=True)["certs"][0]
        _check_reference(named, signer.certificate, new)
    if message.SIGNING_CERTIFICATE_V2 not in attributes:
        raise Doubt(N_("The certificate is named by an outdated hash only"))
    return True


def _check_reference(named: Any, certificate: Any, new: bool) -> None:
    if new:
        computed = digests.of(named["hash_algorithm"]["algorithm"].dotted, certificate.dump())
        if not digests.same(computed, named["cert_hash"].native):
            raise Broken(_OTHER_CERTIFICATE)
    elif not digests.same(certificate.sha1, named["cert_hash"].native):
        raise Broken(_OTHER_CERTIFICATE)
    if named["issuer_serial"].native is None:
        return
    issuer = named["issuer_serial"]["issuer"]
    names = [n.chosen for n in issuer if n.name == "directory_name"]
    if named["issuer_serial"]["serial_number"].native != certificate.serial_number or certificate.issuer not in names:
        raise Broken(_OTHER_CERTIFICATE)


def finish(signer: Signer, case: Case, required: tuple[str, ...] = REQUIRED) -> Verdict:
    status, checks, decided = signer.protocol.finish(required)
    facts = signer.facts
    return Verdict(
        status=status,
        signer=facts.owner if facts else "",
        certificate=facts,
        signed_at=signer.signed_at,
        trusted_time=signer.trusted_time or case.at,
        checks=checks,
        reason=decided.detail if decided else GOOD,
        facts=decided.facts if decided else {},
        stamped=signer.stamped and status is not Status.INVALID,
    )
