"""The verdict on one signer: his signature, its time stamps, trust at the trusted time, and marks worth telling."""

from collections.abc import Callable
from typing import Any

from asn1crypto import core

from models.process.words import N_
from signatures import certificates, cms, message, timestamps
from signatures.cms import Case, Signer
from signatures.revocation import SKEW
from signatures.verdict import REQUIRED, Broken, Doubt, Protocol, Verdict


def check(
    info: Any, case: Case, more: Callable[[Protocol], None] | None = None, required: tuple[str, ...] = REQUIRED
) -> Verdict:
    """The verdict on one signer. `more` adds checks of the file around the signature (a PDF)."""
    signer = Signer(info, Protocol())
    cms.check_signature(signer, case)
    protocol = signer.protocol
    signer.trusted_time = case.at
    if message.TIME_STAMP in _unsigned_names(info):
        made = protocol.run("stamp", lambda: timestamps.trusted_time(info, case))
        signer.trusted_time, signer.stamped = made or case.at, made is not None
    if signer.certificate is not None:
        protocol.run("usage", lambda: certificates.check_signing(signer.certificate))
        cms.check_trust(signer, case)
    protocol.run("time", lambda: _check_time(signer))
    if signer.facts is not None:
        protocol.note(
            "qualified", N_("Yes") if signer.facts.qualified else N_("No: the marks of a qualified one are missing")
        )
    if more:
        more(protocol)
    return cms.finish(signer, case, required)


def _check_time(signer: Signer) -> bool:
    stated, trusted = signer.signed_at, signer.trusted_time
    if signer.attributes is None:
        raise Doubt(N_("There are no signed attributes: the form is too simple to prove who signed what"))
    if message.SIGNING_TIME in signer.attributes and stated is None:
        raise Broken(N_("The stated time of signing cannot be read"))
    if stated and trusted and stated > trusted + SKEW:
        raise Doubt(N_("The stated time of signing lies in the future"))
    return True


def _unsigned_names(info: Any) -> set[str]:
    given = info["unsigned_attrs"]
    return set() if isinstance(given, core.Void) else {a["type"].dotted for a in given}
