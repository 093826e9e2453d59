"""What a line of a register becomes: a new row, a changed one, or nothing new. Raises Invalid with what to do; a refused line
leaves no trace."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from models.account import actions, lines, rules
from models.account.lines import AccountLine, ChargeLine, Line, MeterLine, PaymentLine
from models.account.tables import Account, AccountPayment, Charge, Meter, Reading, RegisterKind, Source
from models.people import branches
from models.people.tables import Branch
from models.process.actor import Actor
from models.process.errors import Invalid

_BLOCK = 1_000  # numbers of one question
Told = Mapping[str, Any]  # columns and their values


class Became(StrEnum):
    """In the order of how much it is."""

    MADE = "made"
    CHANGED = "changed"
    SAME = "same"


@dataclass
class Work:
    """One load under way: what was found before, by the keys of lines."""

    session: Session
    actor: Actor
    now: datetime
    accounts: dict[str, Account]
    branches: dict[str, Branch]
    known: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    held: dict[tuple[Any, ...], Reading] = field(default_factory=dict)  # readings that hold, by meter, day and source
    seen: dict[tuple[Any, ...], int] = field(default_factory=dict)


def begin(session: Session, actor: Actor, kind: RegisterKind, told: Sequence[Line], now: datetime) -> Work:
    """Locks the accounts that the lines name, and reads what is there of their kind."""
    accounts: dict[str, Account] = {}
    wanted = sorted({line.number for line in told})
    for start in range(0, len(wanted), _BLOCK):
        query = select(Account).where(col(Account.number).in_(wanted[start : start + _BLOCK]))
        accounts |= {
            row.number: row for row in session.exec(query.order_by(col(Account.id)).with_for_update(key_share=True))
        }
    known = {lines.plain(row.name): row for row in session.exec(select(Branch))}
    work = Work(session, actor, now, accounts, known)
    if kind in _KNOW:
        _KNOW[kind](work, told)
    return work


def take(work: Work, kind: RegisterKind, line: Line) -> Became:
    """Raises Invalid."""
    return _TAKE[kind](work, line)


def _ids(work: Work) -> list[int]:
    return [row.id or 0 for row in work.accounts.values()]


def _know_charges(work: Work, told: Sequence[Line]) -> None:
    months: set[date] = {line.month for line in told if isinstance(line, ChargeLine)}
    query = select(Charge).where(col(Charge.account_id).in_(_ids(work)), col(Charge.month).in_(months))
    work.known = {(c.account_id, c.month, c.service): c for c in work.session.exec(query)}


def _know_payments(work: Work, _told: Sequence[Line]) -> None:
    query = select(AccountPayment).where(col(AccountPayment.account_id).in_(_ids(work)))
    work.known = {(p.account_id, p.number): p for p in work.session.exec(query)}


def _know_meters(work: Work, told: Sequence[Line]) -> None:
    query = (
        select(Meter)
        .where(col(Meter.account_id).in_(_ids(work)))
        .order_by(col(Meter.id))
        .with_for_update(key_share=True)
    )
    work.known = {(m.account_id, m.serial, m.zone): m for m in work.session.exec(query)}
    days = {line.reading[0] for line in told if isinstance(line, MeterLine) and line.reading}
    meters = [m.id for m in work.known.values()]
    held = select(Reading).where(col(Reading.meter_id).in_(meters), col(Reading.day).in_(days))
    found = work.session.exec(held.where(col(Reading.replaced_at).is_(None)))
    work.held = {(r.meter_id, r.day, r.source): r for r in found}


# ------------------------------------------------------------------------------------------------ taking
def _taken(work: Work, table: type[SQLModel], row: SQLModel | None, keys: Told, values: Told) -> Became:
    """A new row, or the old one with what is told now."""
    if row is None:
        work.session.add(table(**keys, **values))
        return Became.MADE
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    work.session.add(row)
    return Became.CHANGED if changed else Became.SAME


def _account_of(work: Work, number: str, day: date | None) -> Account:
    """The account that a line of this day is told of."""
    row = work.accounts.get(number)
    if row is None:
        raise Invalid("number", "There is no account %(number)s: load the register of accounts first", number=number)
    _reached(work, row.branch_id)
    if day is not None and day > actions.local_day(work.session, row.id or 0, work.now):
        raise Invalid("day", "The day %(day)s has not come yet: check the date", day=f"{day:%d.%m.%Y}")
    row.updated_at = work.now
    return row


def _reached(work: Work, branch_id: int | None) -> None:
    if not branches.reaches(work.session, work.actor, branch_id):
        name = next((b.name for b in work.branches.values() if b.id == branch_id), "")
        raise Invalid(
            "number", "The account belongs to the branch «%(branch)s»: its staff load it, or a head", branch=name
        )


def _take_account(work: Work, line: Line) -> Became:
    assert isinstance(line, AccountLine)
    row = work.accounts.get(line.number)
    branch = work.branches.get(lines.plain(line.branch))
    if line.branch and branch is None:
        raise Invalid(
            "branch", "There is no branch «%(branch)s»: write it as our list of branches does", branch=line.branch
        )
    if row is not None:
        _reached(work, row.branch_id)
    kept = row.branch_id if row else work.actor.branch_id
    branch_id = branch.id if branch else kept
    _reached(work, branch_id)
    values = {"holder": line.holder, "address": line.address, "branch_id": branch_id}
    if row is None:
        return _taken(work, Account, None, {"number": line.number, "updated_at": work.now}, values)
    row.updated_at = work.now
    return _taken(work, Account, row, {}, values)


def _take_charge(work: Work, line: Line) -> Became:
    assert isinstance(line, ChargeLine)
    account = _account_of(work, line.number, line.month)
    keys = {"account_id": account.id, "month": line.month, "service": line.service}
    return _taken(work, Charge, work.known.get(tuple(keys.values())), keys, line.told)


def _take_payment(work: Work, line: Line) -> Became:
    assert isinstance(line, PaymentLine)
    account = _account_of(work, line.number, line.told["paid_on"])
    keys = {"account_id": account.id, "number": line.payment}
    return _taken(work, AccountPayment, work.known.get(tuple(keys.values())), keys, line.told)


def _take_meter(work: Work, line: Line) -> Became:
    """The meter, and its reading when the line tells one."""
    assert isinstance(line, MeterLine)
    if line.reading is not None:
        rules.judge(Meter(**line.told), None, line.reading[1])
    account = _account_of(work, line.number, line.reading[0] if line.reading else None)
    keys: dict[str, Any] = {"account_id": account.id, "serial": line.serial, "zone": line.zone}
    meter = Meter(**keys, **line.told)
    known: Meter | None = work.known.get(tuple(keys.values()))
    became = Became.MADE
    if known is None:
        work.session.add(meter)
        work.session.flush()
    else:
        meter, became = known, _taken(work, Meter, known, {}, line.told)
    work.known[tuple(keys.values())] = meter
    read = _read(work, meter, line.reading) if line.reading else Became.SAME
    return min(became, read, key=list(Became).index)  # the most that has become of the line


def _read(work: Work, meter: Meter, reading: tuple[date, Decimal, Source]) -> Became:
    day, value, source = reading
    key = (meter.id, day, str(source))
    older = work.held.get(key)
    told = Reading(meter_id=meter.id or 0, day=day, value=value, source=source, entered_at=work.now)
    work.held[key] = actions.put(work.session, told, older, work.now)
    if older is None:
        return Became.MADE
    return Became.CHANGED if work.held[key] is told else Became.SAME


_KNOW: Mapping[RegisterKind, Callable[[Work, Sequence[Line]], None]] = {
    RegisterKind.CHARGES: _know_charges, RegisterKind.PAYMENTS: _know_payments,
    RegisterKind.METERS: _know_meters,
}  # fmt: skip
_TAKE: Mapping[RegisterKind, Callable[[Work, Line], Became]] = {
    RegisterKind.ACCOUNTS: _take_account, RegisterKind.CHARGES: _take_charge, RegisterKind.PAYMENTS: _take_payment,
    RegisterKind.METERS: _take_meter,
}  # fmt: skip
