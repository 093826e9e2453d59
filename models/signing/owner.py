"""Is the owner of a certificate the party that has to sign? Pure. Domain c: certificate owner = expected person."""

from collections.abc import Mapping
from typing import Any

from models.people import sealing
from models.people.tables import PersonKind, User
from models.process.words import N_

NAME = N_("The certificate belongs to the party")


def judged(verdict: Mapping[str, Any], user: User) -> dict[str, Any]:
    """The plain verdict with one check more: whose certificate it is. A valid signature of a stranger is invalid, of
    somebody who cannot be recognised undetermined; a worse status stays as it is."""
    cert = verdict.get("certificate") or {}
    outcome, detail = _compare(cert, user)
    status, reason = verdict.get("status", "invalid"), verdict.get("reason", "")
    if status == "valid" and outcome != "passed":
        status, reason = ("invalid" if outcome == "failed" else "undetermined"), detail
    check = {"code": "owner", "name": NAME, "outcome": outcome, "detail": detail, "facts": {}}
    return {**verdict, "status": status, "reason": reason, "checks": [*verdict.get("checks", []), check]}


def masked(verdict: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict for whoever reads it: of the number of СНИЛС its last four digits. The whole one stands in the certificate,
    inside the signature file, and whoever opens that leaves an audit row."""
    found: dict[str, Any] = sealing.every(dict(verdict), lambda word: f"***{word[-4:]}" if word else "", {"snils"})
    return found


def _compare(cert: Mapping[str, Any], user: User) -> tuple[str, str]:
    legal = user.kind == PersonKind.LEGAL_ENTITY
    known = [(str(cert.get("inn_legal") or ""), user.inn)] if legal else []
    known += [] if legal else [(str(cert.get("snils") or ""), user.snils), (str(cert.get("inn") or ""), user.inn)]
    if legal and not cert.get("inn_legal"):
        known = [(str(cert.get("inn") or ""), user.inn)]
    both = [(a, b) for a, b in known if a and b]
    if any(a.zfill(12) != b.zfill(12) for a, b in both):
        return "failed", N_("The certificate belongs to somebody else: its numbers are not those of the profile")
    if not both:
        return "unknown", N_("The certificate and the profile have no number in common: ИНН or СНИЛС is missing")
    return "passed", ""
