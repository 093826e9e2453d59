"""Verbs on trust: propose, confirm and withdraw a centre; add, record and remove a list; certificates of customers; powers.

Nothing here reads a certificate: its facts are brought by the caller. Flushes, never commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.people import actions as people
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotAllowed, NotFound, NotReady, Stale
from models.process.tables import Setting
from models.process.words import N_
from models.process.work import TIMER, alarm, wake
from models.trust import queries, rules
from models.trust.tables import CERTIFICATES, LISTS, Centre, Place, RevocationList, Standing, UserCertificate

_KEEPERS = frozenset({Role.ADMIN})
_SECOND = frozenset({Role.ADMIN, Role.MANAGER})
_TAIL = 8  # last characters of the fingerprint that are typed anew


def propose(
    session: Session, actor: Actor, facts: Mapping[str, Any], der: bytes, place: Place, now: datetime
) -> Centre:
    """A centre that is not believed yet. `facts`: owner, issuer, number, not_before, not_after, sha256."""
    _only(actor, _KEEPERS, N_("Trust a centre"))
    if facts["not_after"] <= now:
        raise Invalid("file", "The certificate has expired: nothing can be proved by it")
    query = select(Centre.id).where(Centre.sha256 == facts["sha256"], Centre.state != Standing.WITHDRAWN)
    if session.exec(query).first() is not None:
        raise Invalid("file", "This certificate stands in the list already")
    keep = {n: facts[n] for n in ("sha256", "owner", "issuer", "number", "not_before", "not_after")}
    row = Centre(place=place, der=der, proposed_by=actor.person, proposed_at=now, **keep)
    session.add(row)
    session.flush()
    people.note(session, actor, "desk:trust:propose", now, process=LISTS, subject_id=row.id, sha256=row.sha256)
    return row


def confirm(session: Session, actor: Actor, centre_id: int, typed: str, now: datetime) -> Centre:
    """The second look: another employee types the last eight characters of the fingerprint from the centre's own page."""
    _only(actor, _SECOND, N_("Trust a centre"))
    row = _centre(session, centre_id)
    if row.state != Standing.PROPOSED:
        raise Stale
    if row.proposed_by == actor.user_id:
        raise NotReady("Another employee has to look at it")
    if "".join(typed.split()).replace(":", "").lower()[-_TAIL:] != row.sha256[-_TAIL:]:
        raise Invalid("typed", "The fingerprint is another one: compare it with the page of the centre")
    row.state, row.confirmed_by, row.confirmed_at = Standing.TRUSTED, actor.person, now
    session.add(row)
    people.note(session, actor, "desk:trust:confirm", now, process=LISTS, subject_id=row.id, sha256=row.sha256)
    return row


def withdraw(session: Session, actor: Actor, centre_id: int, reason: str, now: datetime) -> Centre:
    """From now on nothing is proved by it; verdicts given before stay as they were recorded."""
    _only(actor, _KEEPERS, N_("Trust a centre"))
    row = _centre(session, centre_id)
    if row.state == Standing.WITHDRAWN:
        raise Stale
    if not reason.strip():
        raise Invalid("reason", "Write why")
    row.state, row.withdrawn_by, row.withdrawn_at, row.reason = Standing.WITHDRAWN, actor.person, now, reason.strip()
    session.add(row)
    people.note(session, actor, "desk:trust:withdraw", now, process=LISTS, subject_id=row.id, reason=row.reason)
    return row


def _centre(session: Session, centre_id: int) -> Centre:
    row = session.exec(select(Centre).where(Centre.id == centre_id).with_for_update()).first()
    if row is None:
        raise NotFound
    return row


def _only(actor: Actor, roles: frozenset[Role], what: str) -> None:
    if actor.role not in roles:
        raise NotAllowed(move=what)


# ------------------------------------------------------------------------------------------------ lists of revoked ones
def add_address(session: Session, actor: Actor, address: str, now: datetime) -> RevocationList:
    """A list that is fetched by its flow from now on."""
    _only(actor, _KEEPERS, N_("Add a list of revoked certificates"))
    plain = address.strip()
    if (
        not plain.startswith(("http://", "https://", rules.DEMONSTRATION))
        or len(plain) > 500
        or not plain.isprintable()
    ):
        raise Invalid("address", "Write the whole address of the list: it begins with http:// or https://")
    query = select(RevocationList.id).where(RevocationList.address == plain, col(RevocationList.removed_at).is_(None))
    if session.exec(query).first() is not None:
        raise Invalid("address", "This address stands in the list already")
    row = RevocationList(address=plain, added_by=actor.user_id, added_at=now)
    session.add(row)
    session.flush()
    wake(session, LISTS, row.id or 0)
    return row


def add_file(session: Session, actor: Actor, facts: Mapping[str, Any], der: bytes, now: datetime) -> RevocationList:
    """A list that came as a file; a newer one of the same centre takes the place of the older."""
    _only(actor, _KEEPERS, N_("Add a list of revoked certificates"))
    query = select(RevocationList).where(
        RevocationList.address == "", RevocationList.issuer == facts["issuer"], col(RevocationList.removed_at).is_(None)
    )
    row = session.exec(query.with_for_update()).first() or RevocationList(added_by=actor.user_id, added_at=now)
    fetched(session, row, facts, der, now)
    return row


def fetched(session: Session, row: RevocationList, facts: Mapping[str, Any], der: bytes, now: datetime) -> None:
    """A good list came. An older one than ours is refused: it could hide a revocation. Raises Invalid("file")."""
    row.tried_at = now
    if row.this_update is not None and facts["this_update"] < row.this_update:
        raise Invalid("file", "The list is older than the one we have")
    row.issuer, row.sha256, row.entries = facts["issuer"], facts["sha256"], facts["entries"]
    row.this_update, row.next_update, row.der = facts["this_update"], facts["next_update"], der
    row.fetched_at, row.failures, row.error = now, 0, ""
    session.add(row)
    session.flush()


def not_fetched(session: Session, row: RevocationList, error: str, now: datetime) -> None:
    """A try that came to nothing; the list we have stays in force until its own end."""
    row.tried_at, row.failures, row.error = now, row.failures + 1, error[:500]
    session.add(row)


def arm_list(session: Session, row: RevocationList, now: datetime) -> None:
    if row.removed_at is None and row.address:
        after = rules.next_refresh(row, now) - now
        wake(session, LISTS, row.id or 0, after=after, lane=TIMER)


def remove_list(session: Session, actor: Actor, list_id: int, now: datetime) -> None:
    _only(actor, _KEEPERS, N_("Remove a list of revoked certificates"))
    row = session.exec(select(RevocationList).where(RevocationList.id == list_id).with_for_update()).first()
    if row is None or row.removed_at is not None:
        raise NotFound
    row.removed_at = now
    session.add(row)
    people.note(session, actor, "desk:trust:remove_list", now, process=LISTS, subject_id=list_id, address=row.address)


def set_power_codes(session: Session, actor: Actor, codes: list[str], now: datetime) -> None:
    """Which codes of powers cover signing: written down by people, never guessed."""
    _only(actor, _KEEPERS, N_("Change codes of powers"))
    row = session.get(Setting, queries.POWER_CODES) or Setting(name=queries.POWER_CODES)
    row.value = {"codes": sorted({c.strip() for c in codes if c.strip()})}
    session.add(row)
    people.note(session, actor, "desk:trust:power_codes", now, codes=row.value["codes"])


# ------------------------------------------------------------------------------------------------ certificates of customers
def register(
    session: Session, actor: Actor, facts: Mapping[str, Any], der: bytes, source: str, doubt: str, now: datetime
) -> UserCertificate:
    """Keep a certificate; once a person and certificate. An expired one is refused."""
    if facts["not_after"] <= now:
        raise Invalid("file", "The certificate has expired. Get a new one at your certification centre")
    same = next((c for c in queries.certificates_of(session, actor.person) if c.sha256 == facts["sha256"]), None)
    if same is not None:
        same.doubt = doubt
        session.add(same)
        return same
    row = UserCertificate(user_id=actor.person, der=der, source=source, doubt=doubt, registered_at=now, **_facts(facts))
    session.add(row)
    session.flush()
    people.note(session, actor, "cabinet:certificate:register", now, process=CERTIFICATES, subject_id=row.id)
    arm_warning(session, row, now)
    return row


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    names = ("sha256", "owner", "organisation", "inn", "inn_legal", "ogrn", "snils", "number", "issuer", "not_before")
    return {name: facts[name] for name in (*names, "not_after", "qualified")}


def arm_warning(session: Session, row: UserCertificate, now: datetime) -> None:
    if rules.due_warnings(row, now):
        wake(session, CERTIFICATES, row.id or 0)
    elif (at := rules.next_warning(row, now)) is not None:
        alarm(session, CERTIFICATES, row.id or 0, at, now)


def remove(session: Session, actor: Actor, certificate_id: int, now: datetime) -> None:
    row = session.get(UserCertificate, certificate_id)
    if row is None or row.user_id != actor.user_id or row.removed_at is not None:
        raise NotFound
    row.removed_at = now
    session.add(row)
    people.note(session, actor, "cabinet:certificate:remove", now, process=CERTIFICATES, subject_id=row.id)
