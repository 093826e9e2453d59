"""Whom this installation believes, for everything that verifies: rows of the trust store and our own seal. Fetches nothing.

The utility's seal certificate is a root for our own papers; everybody else leads to a centre that two people have looked at."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from infra import clock, storage
from infra.database import database
from infra.settings import settings
from models.people.tables import PersonKind, User
from models.process.words import N_
from models.signing import owner
from models.trust import queries, rules
from models.trust.tables import Power
from signatures import grounds as reasons
from signatures import poa, seal
from signatures.seal import Seal
from signatures.trust import Trust
from signatures.verdict import Certificate, Status, Unusable, Verdict

BROKEN_SEAL = N_("The seal of this installation cannot be read")


def believed() -> Trust:
    """Roots, intermediates and lists as they stand now. Stale lists stay in: what they revoke stays revoked, what they
    do not cover becomes undetermined."""
    with database().transaction() as session:
        told = queries.believed(session)
    own = own_certificate()
    return Trust.of((*told.roots, *((own,) if own else ())), told.between, told.lists)


def own_certificate() -> bytes | None:
    """DER of the certificate papers are sealed with; None until the first paper was issued."""
    found = own_seal()
    return found.chain[0] if found else None


def own_seal() -> Seal | None:
    """The seal papers are issued with; None until whoever issues the first paper has made it. Raises Unusable."""
    given = settings()
    if given.seal_file.startswith("pkcs11:"):
        return _own(given.seal_file, 0, given.seal_password)
    path = Path(given.seal_file or given.home / "seal.p12")
    password = given.seal_password if given.seal_file else "demonstration"
    return _own(str(path), path.stat().st_mtime_ns, password) if path.exists() else None


@cache
def _own(place: str, _changed: int, password: str) -> Seal:
    try:
        return seal.open_seal(place, password)
    except (ValueError, OSError) as error:
        raise Unusable(BROKEN_SEAL) from error


def plain(found: Verdict) -> dict[str, Any]:
    """A verdict as JSON, as it is kept with a signature."""
    told: dict[str, Any] = json.loads(json.dumps(asdict(found), default=str))
    return told


def grounds(paper: bytes, signature: bytes, trust: Trust, at: datetime) -> dict[str, Any]:
    """Roots, certificates between and lists of a valid verdict as keys of the store, and its time: a list is replaced by
    the next one within days, so what was asked is kept with the signature."""
    found, store = reasons.of(paper, signature, trust, at), storage.storage()
    kept = {name: [store.put(der) for der in getattr(found, name)] for name in ("roots", "between", "lists")}
    return kept | {"at": at.isoformat()}


def of_party(found: Verdict, user: User, purpose: str, trust: Trust, at: datetime) -> dict[str, Any]:
    """The verdict with the checks that concern the party: whose certificate it is (its own, or by a power of attorney of
    the organisation) and whether its level is enough for papers of this purpose."""
    told = owner.judged(plain(found), user)
    return rules.levelled(_by_power(told, found, user, trust, at), purpose)


def _by_power(told: dict[str, Any], found: Verdict, user: User, trust: Trust, at: datetime) -> dict[str, Any]:
    """Only where nothing but the owner stands in the way of an organisation's signature."""
    own = next(c for c in told["checks"] if c["code"] == "owner")
    if found.status is not Status.VALID or own["outcome"] == "passed" or found.certificate is None:
        return told
    power = _power_for(user, found.certificate)
    if power is None or user.kind != PersonKind.LEGAL_ENTITY:
        return told
    answer = asked(power, found.certificate, user, trust, at)
    checks = [c for c in told["checks"] if c is not own] + answer["checks"]
    if not answer["holds"]:
        return {**told, "checks": [*checks, own], "status": answer["status"], "reason": answer["reason"]}
    mended = own | {"outcome": "passed", "detail": rules.OWNER_BY_POWER, "facts": {"number": power.number}}
    return {**told, "checks": [*checks, mended], "status": "valid", "reason": found.reason}


def _power_for(user: User, certificate: Certificate) -> Power | None:
    with database().transaction() as session:
        rows = queries.powers_of(session, user.id or 0)
    numbers = asdict(certificate)
    return next((p for p in rows if p.revoked_at is None and rules.names_owner(p, numbers)), None)


def asked(power: Power, certificate: Certificate, user: User, trust: Trust, at: datetime) -> dict[str, Any]:
    """The report on a power that stands in the register, today: status, reason, checks, and whether it `holds`."""
    store = storage.storage()
    with database().transaction() as session:
        codes, revoked = queries.power_codes(session), queries.revoked_anywhere(session, power.number)
    answer = True if revoked is not None else rules.register_answer(power, at)
    return report(store.get(power.xml_key), store.get(power.signature_key), certificate, user, codes, answer, trust, at,
                  read=power.read_at is not None)  # fmt: skip


def report(
    xml: bytes, signature: bytes, certificate: Certificate, user: User, codes: frozenset[str], revoked: bool | None,
    trust: Trust, at: datetime, *, read: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """poa.check as JSON. A person's reading settles powers written as text, and nothing else."""
    day = at.astimezone(clock.zone()).date()
    found = poa.check(xml, signature, poa.Question(certificate, user.inn, codes, day, revoked), trust, at)
    told: dict[str, Any] = json.loads(json.dumps(asdict(found), default=str))
    return told | {"holds": found.status is Status.VALID or (read and rules.only_text_in_doubt(told))}


def owner_known(certificate: Certificate, user: User) -> Mapping[str, Any]:
    """The one check of models.signing.owner, about a certificate alone."""
    empty = {"status": "valid", "reason": "", "checks": [], "certificate": asdict(certificate)}
    return next(iter(owner.judged(empty, user)["checks"]))
