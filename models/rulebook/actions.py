"""Verbs on rules: propose an edition, confirm it as somebody else, decline, take back. Running clocks are never touched."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Numeric, func
from sqlmodel import Session, select

from models.connection import late_rates
from models.people import actions as people
from models.process.actor import Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotFound, Stale
from models.process.tables import CalendarOverride
from models.process.terms import calendar
from models.process.words import N_
from models.rulebook import editions, rules
from models.rulebook.editions import BOOKS
from models.rulebook.limits import LIMITS
from models.rulebook.tables import ChangeState, Kind, RuleChange

EDITORS = frozenset({Role.MANAGER, Role.ADMIN})


def snapshot(kind: Kind, row: Any) -> dict[str, Any]:
    """What an edition says, as JSON keeps it; nothing for no edition."""
    if row is None:
        return {}
    said = {name: getattr(row, name) for name in BOOKS[kind].says}
    return {name: f"{value:f}" if isinstance(value, Decimal) else value for name, value in said.items()}


def read(
    session: Session, kind: Kind, code: str, typed: Mapping[str, Any], was: Any
) -> tuple[dict[str, Any], list[Invalid]]:
    """(values, faults) of what was typed. Raises NotFound for a rule that is not there."""
    if kind is Kind.CALENDAR:
        day = _day(code)
        same = calendar(session).is_working(day) is bool(typed["working"])
        told = N_("This day is a working day already") if typed["working"] else N_("This day is a day off already")
        return {"working": bool(typed["working"]), "note": str(typed["note"]).strip()}, [
            Invalid("working", told)
        ] if same else []
    if kind is Kind.LIMIT:
        if code not in LIMITS:
            raise NotFound
        return rules.limit(code, typed)
    if kind in (Kind.VAT, Kind.KEY_RATE):
        return rules.percent(kind, typed)
    if kind is Kind.RETENTION and was is not None:
        return rules.retention(typed, was)
    if kind is Kind.RATE:
        values, faults = rules.rate(typed)
        return values, faults + ([] if was is not None else rules.code_faults(code))
    if was is None:
        raise NotFound
    return rules.term(typed, was)


def look(
    session: Session, kind: Kind, code: str, typed: Mapping[str, Any], valid_from: date, reason: str, today: date
) -> tuple[dict[str, Any], list[Invalid]]:
    """(values, everything that is wrong by field), nothing written: a form asks before anybody presses. Raises NotFound."""
    day = _day(code) if kind is Kind.CALENDAR else valid_from
    was = base(session, kind, code, day)
    values, faults = read(session, kind, code, typed, was)
    if was is not None and not faults and _same(kind, values, _before(session, kind, code, was)):
        faults = [Invalid("values", N_("Nothing was changed: the edition in force says the same"))]
    faults = faults + _dates(session, kind, code, day, today)
    if not reason.strip():
        faults.append(Invalid("reason", N_("Write why the rule is changed")))
    if waiting(session, kind, code):
        faults.append(Invalid("values", N_("Another change of this rule waits for the second person already")))
    return values, faults


def propose(
    session: Session, kind: Kind, code: str, typed: Mapping[str, Any], valid_from: date, reason: str, actor: Actor,
    today: date, now: datetime,
) -> RuleChange:  # fmt: skip
    """A new edition from `valid_from` on. It waits for a second person. Raises NotAllowed, NotFound, ManyInvalid."""
    _may(actor)
    kind = Kind(kind)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"rule:{kind}:{code}", 0))))
    values, faults = look(session, kind, code, typed, valid_from, reason, today)
    if faults:
        raise ManyInvalid(faults)
    day = _day(code) if kind is Kind.CALENDAR else valid_from
    row = RuleChange(
        kind=kind, code=code, values=values, before=_before(session, kind, code, base(session, kind, code, day)),
        valid_from=day, reason=reason.strip()[:1000], proposed_by=actor.person, proposed_at=now,
    )  # fmt: skip
    return _kept(session, row, actor, now, "propose")


def confirm(session: Session, change_id: int, actor: Actor, today: date, now: datetime) -> RuleChange:
    """The second person agrees: the edition stands in the rows. Raises NotAllowed, Invalid, Stale when the rule is not any
    more what it was when it was proposed."""
    _may(actor)
    row = _locked(session, change_id)
    if actor.person == row.proposed_by:
        raise Invalid("approver", N_("A second person confirms it: you proposed this change yourself"))
    kind = Kind(row.kind)
    if row.valid_from < today and kind is not Kind.KEY_RATE:
        raise Invalid("valid_from", N_("The day has passed: decline it and propose another one"))
    was = base(session, kind, row.code, row.valid_from)
    if _before(session, kind, row.code, was) != row.before:
        raise Stale
    _put(session, row, kind, was)
    row.state, row.decided_by, row.decided_at = ChangeState.CONFIRMED, actor.person, now
    forget(session)
    if kind is Kind.KEY_RATE:
        late_rates.came(session, row.valid_from, actor, now)
    return _kept(session, row, actor, now, "confirm")


def decline(session: Session, change_id: int, remark: str, actor: Actor, now: datetime) -> RuleChange:
    """The second person does not agree and says why, or the first one takes it back."""
    _may(actor)
    row = _locked(session, change_id)
    mine = actor.person == row.proposed_by
    if not mine and not remark.strip():
        raise Invalid("remark", N_("Say why you do not agree"))
    row.state = ChangeState.WITHDRAWN if mine else ChangeState.DECLINED
    row.decided_by, row.decided_at, row.remark = actor.person, now, remark.strip()[:1000]
    return _kept(session, row, actor, now, "withdraw" if mine else "decline")


def forget(session: Session) -> None:
    """What was read of the rules in this transaction is read anew."""
    for key in [k for k in session.info if k == "calendar" or (isinstance(k, tuple) and k[0] in ("rules", "rules_on"))]:
        del session.info[key]


# ------------------------------------------------------------------------------------------------ inside
def base(session: Session, kind: Kind, code: str, day: date) -> Any | None:
    """The edition in force on `day`, else the last one there was: the new one is written from it."""
    if kind is Kind.CALENDAR:
        return session.get(CalendarOverride, day)
    rows = editions.of(session, kind, code)
    return editions.on(rows, day) or (rows[-1] if rows else None)


def waiting(session: Session, kind: Kind, code: str) -> RuleChange | None:
    query = select(RuleChange).where(RuleChange.kind == kind, RuleChange.code == code)
    return session.exec(query.where(RuleChange.state == ChangeState.PROPOSED)).first()


def _may(actor: Actor) -> None:
    if actor.role not in EDITORS:
        raise NotAllowed(move=N_("change of the rules"))


def _before(session: Session, kind: Kind, code: str, was: Any | None) -> dict[str, Any]:
    if kind is Kind.CALENDAR:
        return {"working": calendar(session).is_working(_day(code)), "note": was.note if was else ""}
    return snapshot(kind, was)


def _same(kind: Kind, values: dict[str, Any], before: dict[str, Any]) -> bool:
    numeric = {c for c in ("amount", "percent", "value") if c in values and kind is not Kind.TERM}
    return all(Decimal(values[n]) == Decimal(before[n]) if n in numeric else values[n] == before.get(n) for n in values)


def _dates(session: Session, kind: Kind, code: str, valid_from: date, today: date) -> list[Invalid]:
    if valid_from < today and kind is not Kind.KEY_RATE:  # the Bank of Russia sets its day, we may hear of it later
        return [Invalid("valid_from", N_("The day has passed: choose today or a later one"))]
    if kind is not Kind.CALENDAR and any(e.valid_from == valid_from for e in editions.of(session, kind, code)):
        return [Invalid("valid_from", N_("An edition begins on this day already: choose another one"))]
    return []


def _put(session: Session, change: RuleChange, kind: Kind, was: Any | None) -> None:
    if kind is Kind.CALENDAR:
        row = was or CalendarOverride(day=change.valid_from, working=True)
        row.working, row.note = bool(change.values["working"]), str(change.values["note"])
        session.add(row)
        session.flush()
        return
    editions.place(
        session, made(kind, change.code, change.values, change.valid_from, was), editions.of(session, kind, change.code)
    )


def made(kind: Kind, code: str, values: Mapping[str, Any], valid_from: date, was: Any | None) -> Any:
    """The edition as a row that stands in no database yet: what the old one says, under what is new."""
    table = BOOKS[kind].table
    kept = was.model_dump(exclude={"id", "valid_from", "valid_to"}) if was is not None else editions.key_of(kind, code)
    columns = table.__table__.columns  # type: ignore[attr-defined]
    told = {n: Decimal(v) if isinstance(columns[n].type, Numeric) else v for n, v in values.items()}
    return table(**kept | told | {"valid_from": valid_from})


def _day(code: str) -> date:
    try:
        return date.fromisoformat(code)
    except ValueError as error:
        raise NotFound from error


def _locked(session: Session, change_id: int) -> RuleChange:
    row = session.get(RuleChange, change_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    if row.state != ChangeState.PROPOSED:
        raise Stale
    return row


def _kept(session: Session, row: RuleChange, actor: Actor, now: datetime, verb: str) -> RuleChange:
    session.add(row)
    session.flush()
    told: dict[str, Any] = {
        "kind": str(row.kind),
        "code": row.code,
        "valid_from": row.valid_from.isoformat(),
        "reason": row.reason,
    }
    people.note(session, actor, f"desk:rules:{verb}", now, **told)
    session.flush()
    return row
