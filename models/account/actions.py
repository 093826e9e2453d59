"""Verbs of a customer on personal accounts: find, bind, unbind, enter a reading. They flush, never commit, and never tell
anything of an account to somebody who knows its number alone."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models.account import queries, rules
from models.account.tables import SUBJECT, Account, AccountBinding, Meter, Reading, Source
from models.people import access
from models.people.access import Right, Subject
from models.people.actions import count_attempt, note
from models.people.tables import Branch
from models.process.actor import Actor
from models.process.errors import NotFound

ZONE = "Europe/Moscow"  # of an account that belongs to no branch


@dataclass(frozen=True)
class Found:
    """What the window «Привязать адрес» shows before the account is bound (row R-22)."""

    number: str
    address: str


@dataclass(frozen=True)
class Proposal:
    """What the person is asked before a reading is taken (row R-73). `consumed` since `previous`, in units of the meter."""

    meter_id: int
    value: Decimal
    previous: Decimal | None
    consumed: Decimal
    rolled: bool
    day: date


# ------------------------------------------------------------------------------------------------ binding
def found(session: Session, actor: Actor, number: str, proof: str, now: datetime) -> Found | None:
    """The object of an account, to somebody who proves to know it (rules.fits). None says the same for an unknown number and
    for a wrong proof; the try is counted, so commit it. Raises NotAllowed, Invalid("number"), TooMany."""
    row = _proved(session, actor, number, proof, now)
    return Found(row.number, row.address) if row else None


def bind(session: Session, actor: Actor, number: str, proof: str, now: datetime) -> AccountBinding | None:
    """Row R-21: from now on the account stands in his cabinet. None and errors as of `found`. Binding twice is binding once."""
    row = _proved(session, actor, number, proof, now)
    if row is None:
        return None
    living = queries.binding(session, actor.person, row.id or 0)
    if living is not None:
        return living
    made = AccountBinding(account_id=row.id or 0, user_id=actor.person, bound_at=now)
    session.add(made)
    session.flush()
    _noted(session, actor, "bound", row.id, now)
    return made


def _proved(session: Session, actor: Actor, number: str, proof: str, now: datetime) -> Account | None:
    """Tries of one person and of one account are counted before anything is looked up: neither can be walked through."""
    access.need(actor, Subject.ACCOUNT, Right.CREATE)
    number = rules.number(number)
    count_attempt(session, "account", str(actor.person), now)
    count_attempt(session, "account-number", number, now)
    row = queries.by_number(session, number)
    fits = row is not None and rules.fits(proof, row.holder, queries.newest_total(session, row.id or 0))
    _noted(session, actor, "looked", row.id if row else None, now, fits=fits)
    return row if fits else None


def unbind(session: Session, actor: Actor, account_id: int, now: datetime) -> None:
    """The account leaves his cabinet; whoever else has bound it keeps it. Raises NotFound."""
    access.need(actor, Subject.ACCOUNT, Right.CREATE)
    row = queries.binding(session, actor.person, account_id)
    if row is None:
        raise NotFound
    row.ended_at = now
    session.add(row)
    session.flush()
    _noted(session, actor, "unbound", account_id, now)


def _noted(session: Session, actor: Actor, what: str, account_id: int | None, now: datetime, **facts: object) -> None:
    note(session, actor, f"cabinet:account:{what}", now, process=SUBJECT, subject_id=account_id, **facts)


# ------------------------------------------------------------------------------------------------ readings
def check(session: Session, actor: Actor, meter_id: int, value: str, now: datetime) -> Proposal:
    """What would be taken if he agreed; nothing is written. Raises NotAllowed, NotFound, NotReady, Invalid("value")."""
    return _judged(session, actor, _meter(session, actor, meter_id), value, now)


def enter(session: Session, actor: Actor, meter_id: int, value: str, now: datetime, *, rolled: bool = False) -> Reading:
    """Rows R-72…R-75: today's reading; another one of the same day replaces it. `rolled`: he has said that the counter began
    anew from zero. Raises as `check`, and rules.TurnedOver when nobody has said so."""
    meter = _meter(session, actor, meter_id, lock=True)
    told = _judged(session, actor, meter, value, now)
    if told.rolled and not rolled:
        raise rules.TurnedOver(told.consumed)
    made = Reading(
        meter_id=meter_id, day=told.day, value=told.value, source=Source.CABINET, user_id=actor.person, entered_at=now
    )
    kept = put(session, made, queries.holding(session, meter_id, told.day, made.source), now)
    session.flush()
    facts = {"meter": meter_id, "value": str(told.value), "rolled": told.rolled}
    _noted(session, actor, "reading", meter.account_id, now, **facts)
    return kept


def put(session: Session, made: Reading, older: Reading | None, now: datetime) -> Reading:
    """Write a reading. `older` is what holds for its day and source: it is replaced and stays; the same value again changes
    nothing. The meter must be locked; the caller flushes."""
    if older is not None:
        if older.value == made.value:
            return older
        older.replaced_at = now
        session.add(older)
        session.flush()  # before the new one: the database lets one hold at a time
    session.add(made)
    return made


def _meter(session: Session, actor: Actor, meter_id: int, *, lock: bool = False) -> Meter:
    """Raises NotFound when it stands at an account that is not bound to him: the number of a meter is no key."""
    access.need(actor, Subject.ACCOUNT, Right.CREATE)
    row = session.get(Meter, meter_id, with_for_update=lock or None)
    if row is None or queries.binding(session, actor.person, row.account_id) is None:
        raise NotFound
    return row


def _judged(session: Session, actor: Actor, meter: Meter, value: str, now: datetime) -> Proposal:
    today = local_day(session, meter.account_id, now)
    if why := rules.refusal(meter, today):
        raise why
    number = rules.decimal(value)
    before = queries.before_today(session, meter.id or 0, today)
    told = rules.judge(meter, before.value if before else None, number)
    return Proposal(meter.id or 0, number, before.value if before else None, told.volume, told.rolled, today)


def local_day(session: Session, account_id: int, now: datetime) -> date:
    """Today where the account is."""
    row = session.get_one(Account, account_id)
    branch = session.get(Branch, row.branch_id) if row.branch_id else None
    return now.astimezone(ZoneInfo(branch.time_zone if branch else ZONE)).date()
