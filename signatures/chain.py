"""From a certificate to one of our roots, and whether anything on the way was revoked. Works from what it is given: no
network, no clock. No path or no fresh list of revoked certificates is a doubt, never a yes. Source: RFC 5280, 6."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from models.process.words import N_
from signatures import certificates, keys, revocation
from signatures.trust import Trust
from signatures.verdict import Broken, Doubt

_LONGEST = 8
_MOST_STEPS = 60  # signatures checked while looking for a way: hostile files bring many certificates
_NO_ROOT = N_("The certificate does not lead to a certification centre that we trust")
_UNREAD_LIMITS = {"name_constraints", "policy_constraints", "inhibit_any_policy"}


class _Search:
    def __init__(self, trust: Trust, carried: Iterable[Any]) -> None:
        self.roots = {root.dump() for root in trust.roots}
        self.pool = [*trust.roots, *trust.intermediates, *list(carried)[:_MOST_STEPS]]
        self.left = _MOST_STEPS

    def path(self, found: list[Any]) -> list[Any] | None:
        """The first way from the last certificate of `found` to a root; every signature on it is good."""
        last = found[-1]
        if last.dump() in self.roots:
            return found
        if len(found) >= _LONGEST:
            return None
        for issuer in self.pool:
            if issuer.dump() == last.dump() or not _may_have_issued(issuer, last) or self.left <= 0:
                continue
            self.left -= 1
            if signed_by(last, issuer) and (way := self.path([*found, issuer])):
                return way
        return None


def find(certificate: Any, carried: Iterable[Any], trust: Trust) -> list[Any]:
    """The certificate first, our root last. `carried` came with the signature and is not believed.

    Raises Doubt when there is no way, Broken when a centre on the way was not allowed to issue certificates.
    """
    way = _Search(trust, carried).path([certificate])
    if way is None:
        raise Doubt(_NO_ROOT)
    for place, issuer in enumerate(way[1:]):
        _check_centre(issuer, below=place)
    return way


def _may_have_issued(issuer: Any, certificate: Any) -> bool:
    if issuer.subject != certificate.issuer:
        return False
    wanted, has = certificate.authority_key_identifier, issuer.key_identifier
    return wanted is None or has is None or wanted == has


def signed_by(certificate: Any, issuer: Any) -> bool:
    """Whether the issuer's key made the signature under the certificate; both names of the algorithm must agree."""
    body = certificate["tbs_certificate"]
    if body["signature"].dump() != certificate["signature_algorithm"].dump():
        return False
    try:
        how = keys.algorithm(certificate["signature_algorithm"])
        keys.verify(key_of(issuer), how, body.dump(), bytes(certificate["signature_value"]))
    except Broken:
        return False
    return True


def key_of(certificate: Any) -> bytes:
    return bytes(certificate["tbs_certificate"]["subject_public_key_info"].dump())


def _check_centre(issuer: Any, below: int) -> None:
    """May issue certificates, with `below` other centres under it."""
    found = certificates.extensions(issuer)
    basic = found.get("basic_constraints")
    if basic is None or not basic["ca"].native:
        raise Broken(N_("A certificate on the way does not belong to a certification centre"))
    longest = basic["path_len_constraint"].native
    if longest is not None and below > longest:
        raise Broken(N_("A certificate on the way does not belong to a certification centre"))
    uses = certificates.uses(issuer)
    if uses and "key_cert_sign" not in uses:
        raise Broken(N_("A certificate on the way does not belong to a certification centre"))
    if limits := _UNREAD_LIMITS & set(found):
        raise Doubt(N_("The certificate demands a condition that we cannot check: %(name)s"), name=min(limits))
    certificates.check_critical(issuer)


def check_validity(way: Iterable[Any], moment: datetime) -> None:
    """Every certificate of the way was in force. Raises Broken, with the dates in its facts."""
    for certificate in way:
        begins, ends = certificates.validity(certificate)
        facts = {"day": f"{moment:%d.%m.%Y}", "first": f"{begins:%d.%m.%Y}", "last": f"{ends:%d.%m.%Y}"}
        if moment < begins:
            raise Broken(
                N_("On %(day)s the certificate was not yet in force: it is valid %(first)s to %(last)s"), **facts
            )
        if moment > ends:
            raise Broken(N_("On %(day)s the certificate had expired: it was valid %(first)s to %(last)s"), **facts)


def check_revocation(way: list[Any], trust: Trust, carried: Iterable[Any], moment: datetime, at: datetime) -> None:
    """Nothing on the way was revoked by `moment`, judged by lists known at `at`. Raises Broken (revoked) or Doubt."""
    lists = [*trust.crls, *list(carried)[:_MOST_STEPS]]
    doubt: Doubt | None = None
    for certificate, issuer in zip(way, way[1:], strict=False):
        try:
            revocation.check(certificate, issuer, lists, moment, at)
        except Doubt as found:
            doubt = doubt or found
    if doubt:
        raise doubt
