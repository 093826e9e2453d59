"""Time stamps of RFC 3161 inside a signature (CAdES-T): when it surely existed. RSA, ECDSA and GOST.
A stamp that cannot be proved leaves a doubt; it never makes a signature better."""

from datetime import UTC, datetime
from typing import Any

from asn1crypto import tsp

from models.process.words import N_
from signatures import certificates, digests, message
from signatures.cms import Case, Signer, check_signature, check_trust
from signatures.digests import Content
from signatures.revocation import SKEW
from signatures.verdict import Broken, Doubt, Outcome, Protocol, Unusable

_FALSE = N_("The time stamp is damaged or belongs to another signature")


def trusted_time(info: Any, case: Case) -> datetime:
    """The earliest of the stamps over this signature value. Raises Doubt when any of them cannot be proved."""
    tokens = [v.dump() for a in info["unsigned_attrs"] if a["type"].dotted == message.TIME_STAMP for v in a["values"]]
    if not tokens:
        raise Doubt(_FALSE)
    return min(moment(token, bytes(info["signature"].native), case) for token in tokens)


def moment(token: bytes, stamped: bytes, case: Case) -> datetime:
    """When the stamp over `stamped` was made, in UTC. `case` gives whom we believe, and our time. Raises Doubt."""
    try:
        found = message.read(token)
        if found.content is None or len(found.signers) != 1:
            raise Doubt(_FALSE)
        content = found.content
        said = tsp.TSTInfo.load(content, strict=True)
        _check_imprint(said, stamped)
        made: datetime = said["gen_time"].native.astimezone(UTC)
    except Doubt:
        raise
    except (Unusable, Broken, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Doubt(_FALSE) from error
    if made > case.at + SKEW:
        raise Doubt(N_("The time stamp lies in the future"))
    inner = Case(found, Content.of(content), case.trust, case.at, message.TST_INFO)
    _check_signer(found.signers[0], inner, made)
    return made


def _check_imprint(said: Any, stamped: bytes) -> None:
    imprint = said["message_imprint"]
    computed = digests.of(imprint["hash_algorithm"]["algorithm"].dotted, stamped)
    if not digests.same(computed, imprint["hashed_message"].native):
        raise Doubt(_FALSE)
    if said["version"].native != "v1":
        raise Doubt(_FALSE)


def _check_signer(info: Any, case: Case, made: datetime) -> None:
    signer = Signer(info, Protocol(), trusted_time=made)
    check_signature(signer, case)
    if signer.certificate is not None:
        signer.protocol.run("usage", lambda: certificates.check_stamping(signer.certificate))
        check_trust(signer, case)
    needed = ("form", "attributes", "document", "signature", "named", "usage", "chain", "validity", "revocation")
    _, checks, _ = signer.protocol.finish(needed)
    for check in checks:
        if check.outcome in (Outcome.FAILED, Outcome.UNKNOWN):
            raise Doubt(N_("The time stamp cannot be believed"))
