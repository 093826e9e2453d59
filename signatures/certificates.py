"""What a certificate says: owner, numbers, uses. Reads only; whether it may be believed is decided in chain.py."""

import hashlib
import re
from datetime import datetime
from typing import Any

from asn1crypto import pem, x509

from models.process.words import N_
from signatures.verdict import Broken, Certificate, Doubt, Unusable

COMMON_NAME, SURNAME, GIVEN, ORGANISATION = "2.5.4.3", "2.5.4.4", "2.5.4.42", "2.5.4.10"
INN, INN_LEGAL, OGRN, OGRNIP, SNILS = (
    "1.2.643.3.131.1.1",
    "1.2.643.100.4",
    "1.2.643.100.1",
    "1.2.643.100.5",
    "1.2.643.100.3",
)
ISSUER_TOOL = "1.2.643.100.112"  # means of the certification centre (issuerSignTool)
_CLASSES = "1.2.643.100.113."  # certificate policies КС1 … КА1
_KNOWN_CRITICAL = {
    "basic_constraints",
    "key_usage",
    "extended_key_usage",
    "certificate_policies",
    "subject_alt_name",
    "issuer_alt_name",
    "crl_distribution_points",
}
TIME_STAMPING = "time_stamping"


def load(data: bytes) -> Any:
    """DER or PEM to asn1crypto's Certificate, read through once. Raises Unusable."""
    try:
        der = pem.unarmor(data)[2] if pem.detect(data) else data
        found = x509.Certificate.load(der, strict=True)
        facts(found)
    except Exception as error:
        raise Unusable(N_("This is not a certificate")) from error
    return found


def names(name: Any) -> dict[str, str]:
    """Object identifier → value; the first one wins where a name repeats."""
    found: dict[str, str] = {}
    for part in name.chosen:
        for pair in part:
            found.setdefault(pair["type"].dotted, str(pair["value"].native))
    return found


def facts(certificate: Any) -> Certificate:
    said = names(certificate.subject)
    person = " ".join(filter(None, (said.get(SURNAME, ""), said.get(GIVEN, ""))))
    own = {oid: re.sub(r"\D", "", said.get(oid, "")) for oid in (INN, INN_LEGAL, OGRN, OGRNIP, SNILS)}
    begins, ends = validity(certificate)
    legal = own[INN_LEGAL] or (own[INN][2:] if len(own[INN]) == 12 and own[INN].startswith("00") else "")
    return Certificate(
        owner=person or said.get(COMMON_NAME, ""),
        organisation=said.get(ORGANISATION, ""),
        inn="" if own[INN].startswith("00") else own[INN],
        inn_legal=legal,
        ogrn=own[OGRN] or own[OGRNIP],
        snils=own[SNILS],
        number=f"{certificate.serial_number:X}",
        issuer=names(certificate.issuer).get(COMMON_NAME, ""),
        not_before=begins,
        not_after=ends,
        qualified=qualified(certificate),
        sha256=hashlib.sha256(certificate.dump()).hexdigest(),
    )


def validity(certificate: Any) -> tuple[datetime, datetime]:
    period = certificate["tbs_certificate"]["validity"]
    begins, ends = period["not_before"].native, period["not_after"].native
    if begins.tzinfo is None or ends.tzinfo is None:
        raise Doubt(N_("The certificate tells its period without a time zone"))
    return begins, ends


def extensions(certificate: Any) -> dict[str, Any]:
    """Name or identifier → parsed value. An extension that stands twice is not a certificate (RFC 5280, 4.2)."""
    found: dict[str, Any] = {}
    for extension in certificate["tbs_certificate"]["extensions"] or []:
        name = extension["extn_id"].native
        if name in found:
            raise Broken(N_("The certificate contradicts itself"))
        found[name] = extension["extn_value"].parsed if name in _KNOWN_CRITICAL else extension["extn_value"]
    return found


def check_critical(certificate: Any) -> None:
    """Raises Doubt where the certificate demands something that we do not understand."""
    for extension in certificate["tbs_certificate"]["extensions"] or []:
        name = extension["extn_id"].native
        if extension["critical"].native and name not in _KNOWN_CRITICAL:
            raise Doubt(N_("The certificate demands a condition that we cannot check: %(name)s"), name=name)


def uses(certificate: Any) -> set[str]:
    """Values of key usage; empty when the certificate does not limit it."""
    value = extensions(certificate).get("key_usage")
    return set() if value is None else set(value.native)


def extended(certificate: Any) -> set[str]:
    value = extensions(certificate).get("extended_key_usage")
    return set() if value is None else set(value.native)


def qualified(certificate: Any) -> bool:
    """Carries the marks of a qualified certificate. Source: 63-ФЗ, ст. 17 ч. 2; приказ ФСБ № 795."""
    said, found = names(certificate.subject), extensions(certificate)
    policies = {p["policy_identifier"].dotted for p in found.get("certificate_policies") or []}
    classed = any(p.startswith(_CLASSES) for p in policies)
    named = bool(said.get(SNILS) or said.get(OGRN) or said.get(OGRNIP))
    return classed and named and ISSUER_TOOL in found


def check_signing(certificate: Any) -> None:
    """May sign documents. Raises Broken. Source: 63-ФЗ, ст. 11; RFC 5280, 4.2.1.3."""
    found = uses(certificate)
    if found and not found & {"digital_signature", "non_repudiation"}:
        raise Broken(N_("The certificate does not allow signing documents"))
    purposes = extended(certificate)
    if purposes and purposes <= {TIME_STAMPING, "ocsp_signing", "server_auth", "code_signing"}:
        raise Broken(N_("The certificate does not allow signing documents"))
    basic = extensions(certificate).get("basic_constraints")
    if basic is not None and basic["ca"].native:
        raise Broken(N_("A certification centre's own certificate does not sign documents"))
    check_critical(certificate)


def check_stamping(certificate: Any) -> None:
    """May make time stamps and nothing else. Source: RFC 3161, 2.3."""
    critical = {e["extn_id"].native for e in certificate["tbs_certificate"]["extensions"] or [] if e["critical"].native}
    if extended(certificate) != {TIME_STAMPING} or "extended_key_usage" not in critical:
        raise Broken(N_("The certificate does not allow making time stamps"))
    found = uses(certificate)
    if found and not found & {"digital_signature", "non_repudiation"}:
        raise Broken(N_("The certificate does not allow making time stamps"))
    check_critical(certificate)
