"""What is true about trust: ages of lists, warnings before the end, the level a document needs, when a power holds. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from models.process.words import N_
from models.trust.tables import Place, Power, RevocationList, Standing, UserCertificate

WARN_DAYS = (30, 7, 1)
EVERY = timedelta(hours=6)  # a list that is fresh is asked for again
SOONEST = timedelta(minutes=10)
LATEST = timedelta(hours=2)  # after failures
ANSWER_LIFE = timedelta(days=1)  # an answer of the register of powers is as old as a day at signing; domain c
LARGEST = 1 << 20  # bytes of a certificate, of a power
LARGEST_LIST = 32 << 20
DEMONSTRATION = "demonstration:"  # address of the list of the demonstration centre, development only
PURPOSE_ENHANCED: frozenset[str] = frozenset()  # purposes for which an enhanced signature is enough; domain b.9: none

PLACE_NAMES = {
    Place.ROOT: N_("root"),
    Place.BETWEEN: N_("intermediate"),
}
STANDING_NAMES = {
    Standing.PROPOSED: N_("waits for the second look"),
    Standing.TRUSTED: N_("trusted"),
    Standing.WITHDRAWN: N_("not trusted any more"),
}
LEVEL = N_("The level of the signature is the one this document needs")
LEVEL_LOW = N_("This document needs a qualified signature: the certificate has no marks of a qualified one")
OWNER_BY_POWER = N_("by the power of attorney № %(number)s")


def stale(row: RevocationList, now: datetime) -> bool:
    """Out of force: signatures of its centre cannot be established."""
    return row.next_update is None or row.next_update <= now


def next_refresh(row: RevocationList, now: datetime) -> datetime:
    """When the list is asked for next. A failure waits longer each time; a fresh one a quarter of its life at most."""
    if row.failures:
        return now + min(SOONEST * float(2 ** min(row.failures - 1, 8)), LATEST)
    if row.next_update is None or row.this_update is None:
        return now + SOONEST
    quarter = (row.next_update - row.this_update) / 4
    return now + max(min(quarter, EVERY, row.next_update - now), SOONEST)


def due_warnings(row: UserCertificate, now: datetime) -> list[int]:
    """Days before the end that have come and were not told; of several only the nearest to the end is worth a letter."""
    if row.removed_at is not None or row.not_after <= now:
        return []
    return [d for d in WARN_DAYS if row.not_after - timedelta(days=d) <= now and d not in row.warned]


def next_warning(row: UserCertificate, now: datetime) -> datetime | None:
    times = [row.not_after - timedelta(days=d) for d in WARN_DAYS]
    return min((t for t in times if t > now), default=None) if row.removed_at is None else None


def levelled(verdict: Mapping[str, Any], purpose: str) -> dict[str, Any]:
    """The plain verdict with one check more: is its level enough for papers of this purpose (63-ФЗ, ст. 5 ч. 4)."""
    enough = purpose in PURPOSE_ENHANCED or bool((verdict.get("certificate") or {}).get("qualified"))
    detail = "" if enough else LEVEL_LOW
    check: dict[str, Any] = {
        "code": "level",
        "name": LEVEL,
        "outcome": "passed" if enough else "failed",
        "detail": detail,
        "facts": {},
    }
    status, reason = verdict.get("status", "invalid"), verdict.get("reason", "")
    if status == "valid" and not enough:
        status, reason = "invalid", LEVEL_LOW
    return {**verdict, "status": status, "reason": reason, "checks": [*verdict.get("checks", []), check]}


def register_answer(power: Power, now: datetime) -> bool | None:
    """Revoked? None when nobody has asked the register lately."""
    if power.revoked_at is not None and power.revoked_at <= now:
        return True
    fresh = power.asked_at is not None and now - power.asked_at <= ANSWER_LIFE
    return False if fresh else None


def names_owner(power: Power, certificate: Mapping[str, Any]) -> bool:
    """Was the power given to the owner of this certificate? Every number both sides name agrees, and one is named by both."""
    for person in power.representatives:
        both = [(person.get(n), certificate.get(n)) for n in ("inn", "snils")]
        named = [(a, b) for a, b in both if a and b]
        if named and all(a == b for a, b in named):
            return True
    return False


def only_text_in_doubt(report: Mapping[str, Any]) -> bool:
    """Every check passed but the one of powers written as text: a person can settle that."""
    open_ = [c["code"] for c in report.get("checks", []) if c["outcome"] not in ("passed", "noted")]
    return open_ == ["poa_power"] and report.get("status") == "undetermined"
