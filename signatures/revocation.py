"""Lists of revoked certificates (CRL): which of them speak about a certificate at a moment, and what they say.
A list that is stale, partial or not signed by the issuer proves nothing. Source: RFC 5280, 5 and 6.3."""

from datetime import datetime, timedelta
from typing import Any

from models.process.words import N_
from signatures import certificates, keys
from signatures.verdict import Broken, Doubt

SKEW = timedelta(minutes=5)  # clocks of others
_NO_LIST = N_("There is no fresh list of revoked certificates of the centre «%(centre)s»")


def check(certificate: Any, issuer: Any, lists: list[Any], moment: datetime, at: datetime) -> None:
    """Raises Broken when revoked by `moment`, Doubt when no usable list covers it."""
    covered = False
    for each in lists:
        if not _speaks_of(each, certificate, issuer, at):
            continue
        _refuse_revoked(each, certificate, moment)
        covered = covered or _covers(each, certificate, moment)
    if not covered:
        raise Doubt(_NO_LIST, centre=certificates.names(issuer.subject).get(certificates.COMMON_NAME, ""))


def _speaks_of(found: Any, certificate: Any, issuer: Any, at: datetime) -> bool:
    body = found["tbs_cert_list"]
    if body["issuer"] != issuer.subject or body["this_update"].native > at + SKEW:
        return False
    return _scope_fits(found, certificate) and signed(found, issuer)


def signed(found: Any, issuer: Any) -> bool:
    """Whether the issuer may sign lists and has signed this one."""
    uses = certificates.uses(issuer)
    if uses and "crl_sign" not in uses:
        return False
    body = found["tbs_cert_list"]
    if body["signature"].dump() != found["signature_algorithm"].dump():
        return False
    key = issuer["tbs_certificate"]["subject_public_key_info"].dump()
    try:
        how = keys.algorithm(found["signature_algorithm"])
        keys.verify(bytes(key), how, body.dump(), bytes(found["signature"]))
    except Broken:
        return False
    return True


def _scope_fits(found: Any, certificate: Any) -> bool:
    """False for delta lists, indirect lists and parts that do not speak of this certificate."""
    seen = set()
    for extension in found["tbs_cert_list"]["crl_extensions"] or []:
        name = extension["extn_id"].native
        if name in seen:
            return False
        seen.add(name)
        if name == "issuing_distribution_point":
            if not _point_fits(extension["extn_value"].parsed, certificate):
                return False
        elif name == "delta_crl_indicator" or extension["critical"].native:
            return False
    return True


def _point_fits(point: Any, certificate: Any) -> bool:
    basic = certificates.extensions(certificate).get("basic_constraints")
    centre = basic is not None and bool(basic["ca"].native)
    if point["indirect_crl"].native or point["only_contains_attribute_certs"].native:
        return False
    if point["only_some_reasons"].native is not None:
        return False
    if point["only_contains_user_certs"].native and centre or point["only_contains_ca_certs"].native and not centre:
        return False
    if point["distribution_point"].native is None:
        return True
    mine = _addresses(
        [p["distribution_point"] for p in certificates.extensions(certificate).get("crl_distribution_points") or []]
    )
    return bool(mine & _addresses([point["distribution_point"]]))


def _addresses(points: list[Any]) -> set[bytes]:
    return {
        name.dump()
        for point in points
        if point.native is not None and point.name == "full_name"
        for name in point.chosen
    }


def _refuse_revoked(found: Any, certificate: Any, moment: datetime) -> None:
    for entry in found["tbs_cert_list"]["revoked_certificates"] or []:
        if entry["user_certificate"].native != certificate.serial_number:
            continue
        when = entry["revocation_date"].native
        if when <= moment:
            raise Broken(N_("The certificate was revoked on %(day)s"), day=f"{when:%d.%m.%Y}")


def _covers(found: Any, certificate: Any, moment: datetime) -> bool:
    """Fresh at the moment, or made later while the certificate still lived (expired ones may leave the list)."""
    body = found["tbs_cert_list"]
    begins, ends = body["this_update"].native, body["next_update"].native
    if ends is None or ends < moment:
        return False
    return bool(begins <= moment + SKEW or begins <= certificates.validity(certificate)[1])
