"""What a list of revoked certificates says about itself, and whether one of our centres has signed it. Fetches nothing."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from models.process.words import N_
from signatures import certificates, revocation
from signatures.trust import Trust, revoked
from signatures.verdict import Unusable


@dataclass(frozen=True)
class ListFacts:
    """`next_update` is the end of its force; moments are aware UTC."""

    issuer: str
    this_update: datetime
    next_update: datetime
    sha256: str
    entries: int


def read(data: bytes, trust: Trust) -> tuple[ListFacts, bytes]:
    """The facts and the DER bytes of one CRL (DER or PEM). Raises Unusable: not one CRL, without an end, or not signed by any of ours."""
    found = revoked(data)
    if len(found) != 1:
        raise Unusable(N_("Give one list of revoked certificates in a file"))
    body = found[0]["tbs_cert_list"]
    begins, ends = body["this_update"].native, body["next_update"].native
    if ends is None:
        raise Unusable(N_("The list does not say until when it is in force"))
    name = certificates.names(found[0].issuer)
    if not any(
        body["issuer"] == c.subject and revocation.signed(found[0], c) for c in (*trust.roots, *trust.intermediates)
    ):
        raise Unusable(N_("The list is not signed by any centre we trust: add the certificate of its centre first"))
    der = bytes(found[0].dump())
    issuer = name.get(certificates.COMMON_NAME) or name.get(certificates.ORGANISATION, "")
    entries = len(body["revoked_certificates"] or [])
    return ListFacts(issuer, begins, ends, hashlib.sha256(der).hexdigest(), entries), der
