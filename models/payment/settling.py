"""Where money of a case goes: receipts cover the parts in their order, interest first grows and then is covered too.

Nothing else writes `covered` and `credited_at`. A part that is credited stays so unless its money turns out not to be ours."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.connection.tables import CLOSED_STAGES
from models.integration import events
from models.payment import queries
from models.payment.instalments import ONE_DAY, Stretch, interest, stretches
from models.payment.ledger_tables import Interest, Receipt
from models.payment.tables import Instalment, Invoice
from models.process.errors import NotFound
from models.process.work import wake

CASE = "connection"
_LOCK = text("select stage from connection where id = :id for update")
_OWNER = text("select applicant_id from connection where id = :id")


def lock(session: Session, application_id: int) -> str:
    """Holds the case and gives its stage: it is not withdrawn in the same moment without seeing the money. Raises NotFound."""
    stage = session.execute(_LOCK, {"id": application_id}).scalar()
    if stage is None:
        raise NotFound
    return str(stage)


def receive(session: Session, found: Receipt, now: datetime) -> list[Instalment]:
    """Note money and cover what it covers; the case is woken to look at it. Returns the parts that are whole now."""
    stage = lock(session, found.application_id)
    session.add(found)
    session.flush()
    accrue(session, found.application_id, queries.local_day(session, found.application_id, found.credited_at), now)
    covered = settle(session, found.application_id, found) if stage not in CLOSED_STAGES else []
    _tell(session, found, covered, now)
    wake(session, CASE, found.application_id)
    return covered


def _tell(session: Session, found: Receipt, covered: list[Instalment], now: datetime) -> None:
    """The payer's program hears of the money, and which parts are whole now."""
    owner = session.execute(_OWNER, {"id": found.application_id}).scalar_one()
    parts = [row.seq for row in covered]
    facts = {"application_id": found.application_id, "amount": f"{found.amount:.2f}", "parts_paid": parts}
    events.tell(session, int(owner), events.Event.PAYMENT_CREDITED, facts, now)


def settle(session: Session, application_id: int, last: Receipt | None = None) -> list[Instalment]:
    """Spread all money of the case over the parts of its invoice. `last` is what completes a part: its days count."""
    invoice = queries.invoice_of(session, application_id)
    if invoice is None or invoice.id is None:
        return []
    pool = queries.pool(session, application_id)
    completed = []
    for row in _locked(session, invoice.id):
        row.covered = min(pool, row.whole)
        pool -= row.covered
        if row.credited_at is None and last is not None and row.covered == row.whole:
            row.paid_at, row.credited_at = last.paid_at, last.credited_at
            completed.append(row)
        elif row.credited_at is not None and row.covered < row.whole:
            row.paid_at = row.credited_at = None
        session.add(row)
    session.flush()
    return completed


def _locked(session: Session, invoice_id: int) -> list[Instalment]:
    query = select(Instalment).where(Instalment.invoice_id == invoice_id).order_by(col(Instalment.seq))
    return list(session.exec(query.with_for_update().execution_options(populate_existing=True)))


def newest(session: Session, application_id: int) -> Receipt | None:
    """The last live money of the case: what completes parts of a new invoice."""
    query = select(Receipt).where(Receipt.application_id == application_id, col(Receipt.reversed_at).is_(None))
    return session.exec(query.order_by(col(Receipt.credited_at).desc(), col(Receipt.id).desc())).first()


def reverse(session: Session, found: Receipt, reason: str, now: datetime) -> None:
    """It was not this case's money: as if it had never come. Parts that it covered are open again."""
    lock(session, found.application_id)
    found.reversed_at, found.reason = now, reason
    session.add(found)
    session.flush()
    settle(session, found.application_id)
    wake(session, CASE, found.application_id)


# ------------------------------------------------------------------------------------------------ interest
def accrue(session: Session, application_id: int, last: date, now: datetime) -> Decimal:
    """Write the interest of days up to `last` on what is outstanding, to be paid with the first open part.

    A day is written once; nothing for invoices without instalments. Called before money is counted. ПП 861, п. 104."""
    invoice = queries.invoice_of(session, application_id)
    if invoice is None or invoice.id is None or invoice.interest_from is None:
        return Decimal(0)
    rows = _locked(session, invoice.id)
    grown = Decimal(0)
    first = _first_open_day(session, invoice)
    for begin, end, part in _periods(rows, first, last):
        principal = sum((_principal(r) for r in rows if r.bears_interest), Decimal(0))
        for piece in stretches(begin, end, queries.interest_rates(session)):
            row = _row(part, piece, principal)
            part.interest += row.amount
            grown += row.amount
            session.add(row)
    session.flush()
    return grown


def recount(session: Session, application_id: int) -> tuple[Decimal, Decimal] | None:
    """Interest whose days have another key rate by now than the one it was counted by, counted anew: (was, is) of what
    changed, nothing when all of it stands. For a row of the key rate that comes later than its first day.

    The principal stays as it was on those days. For a part that is paid whole nothing more is asked; what was too much for
    it goes to the next one. The case is locked by whoever calls."""
    invoice = queries.invoice_of(session, application_id)
    if invoice is None or invoice.id is None:
        return None
    parts, rates = {part.id: part for part in _locked(session, invoice.id)}, queries.interest_rates(session)
    was = becomes = Decimal(0)
    for row in queries.interest_rows(session, invoice.id):
        pieces, part = stretches(row.day_from, row.day_to, rates), parts[row.instalment_id]
        fresh = sum((interest(row.principal, p.percent, p.first, p.last) for p in pieces), Decimal(0))
        if [p.percent for p in pieces] == [row.percent] or (part.credited_at and fresh > row.amount):
            continue
        session.delete(row)
        session.flush()  # a day is written once: the room is made before it is taken
        session.add_all(_row(part, p, row.principal) for p in pieces)
        part.interest += fresh - row.amount
        was, becomes = was + row.amount, becomes + fresh
    if was == becomes == 0:
        return None
    session.flush()
    settle(session, application_id, newest(session, application_id))
    return was, becomes


def _row(part: Instalment, piece: Stretch, principal: Decimal) -> Interest:
    """Interest of one stretch, paid with `part`."""
    return Interest(
        invoice_id=part.invoice_id, instalment_id=part.id or 0, day_from=piece.first, day_to=piece.last,
        days=(piece.last - piece.first).days + 1, principal=principal, percent=piece.percent,
        amount=interest(principal, piece.percent, piece.first, piece.last),
    )  # fmt: skip


def _first_open_day(session: Session, invoice: Invoice) -> date:
    written = queries.interest_rows(session, invoice.id or 0)
    assert invoice.interest_from is not None
    return written[-1].day_to + ONE_DAY if written else invoice.interest_from


def _principal(row: Instalment) -> Decimal:
    """What is outstanding of a part: money covers its interest first (ГК РФ, ст. 319)."""
    covered = max(row.covered - row.interest, Decimal(0))
    return Decimal(0) if row.credited_at else max(row.amount - covered, Decimal(0))


def _periods(rows: list[Instalment], first: date, last: date) -> list[tuple[date, date, Instalment]]:
    """Days first…last cut at the last days of open parts; each piece is paid with the part whose time it is."""
    open_rows = [r for r in rows if r.bears_interest and r.credited_at is None]
    found: list[tuple[date, date, Instalment]] = []
    begin = first
    for n, row in enumerate(open_rows):
        final = n + 1 == len(open_rows)
        end = last if final or row.due_on is None else min(row.due_on, last)
        if begin <= end:
            found.append((begin, end, row))
            begin = end + timedelta(days=1)
    return found
