"""Returns of money: ordered as rows, carried to the bank by the payment process, their outcome recorded.

Money that came by card goes back to the card through the bank; money of a transfer goes back by the accountant."""

from datetime import datetime
from decimal import Decimal

from sqlmodel import Session, col, func, select

from models.payment import queries
from models.payment.calculation import kopecks
from models.payment.ledger_tables import OPEN_REFUNDS, Receipt, Refund, RefundState
from models.payment.settling import CASE, lock
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotAllowed, NotFound, NotReady
from models.process.typed import number
from models.process.work import wake

PROCESS = "payment"


def refund(
    session: Session, application_id: int, amount: Decimal, ground: str, now: datetime, *, actor: Actor | None = None
) -> list[Refund]:
    """Order the return of `amount`. One row for each payment it came by, newest payment first.

    `actor`: who asks for it by hand: then a second person has to agree. Without him a move has ordered it (a
    termination), and its own approval stands. Raises Invalid("amount"…), Invalid("ground"…)."""
    lock(session, application_id)
    ready = queries.balance(session, application_id).returnable
    if amount <= 0 or amount > ready:
        raise Invalid("amount", "At most %(sum)s can be returned", sum=f"{ready:.2f}")
    if not ground.strip():
        raise Invalid("ground", "Say on what ground the money is returned")
    made, left = [], amount
    for receipt in reversed(queries.receipts(session, application_id)):
        piece = min(left, _left_of(session, receipt))
        if piece > 0:
            state = RefundState.PROPOSED if actor else _way(receipt.order_id)
            by = actor.user_id if actor else None
            row = Refund(application_id=application_id, order_id=receipt.order_id, amount=piece, ground=ground.strip(),
                         state=state, ordered_by=by, ordered_at=now)  # fmt: skip
            session.add(row)
            session.flush()
            _go(session, row)
            made.append(row)
            left -= piece
    return made


def typed_sum(text: str, field: str = "amount", *, least: Decimal = Decimal("0.01")) -> Decimal:
    """'14 850,00' as a person types it, at least `least` roubles. Raises Invalid beside `field`."""
    found = number(text.replace("₽", ""), 2)
    if found is None or found < least:
        raise Invalid(field, "Write the sum as roubles and kopecks, for example 14850,00")
    return kopecks(found)


def _left_of(session: Session, receipt: Receipt) -> Decimal:
    """Of this payment, not yet given back; transfers are one purse, because they go back by one payment order."""
    same = Refund.order_id == receipt.order_id if receipt.order_id else col(Refund.order_id).is_(None)
    query = select(func.coalesce(func.sum(Refund.amount), 0)).where(
        Refund.application_id == receipt.application_id, same, Refund.state != RefundState.REFUSED
    )
    gone = Decimal(session.exec(query).one())
    if receipt.order_id:
        return max(receipt.amount - gone, Decimal(0))
    purse = [r.amount for r in queries.receipts(session, receipt.application_id) if r.order_id is None]
    return max(sum(purse, Decimal(0)) - gone, Decimal(0))


def _way(order_id: int | None) -> RefundState:
    return RefundState.ORDERED if order_id else RefundState.TRANSFER


def _go(session: Session, row: Refund) -> None:
    """An ordered return wakes the payment process; the case looks at its money."""
    if row.state == RefundState.ORDERED and row.order_id:
        wake(session, PROCESS, row.order_id)
    wake(session, CASE, row.application_id)


def _of(session: Session, refund_id: int, *states: RefundState) -> Refund:
    row = session.get(Refund, refund_id)
    if row is None:
        raise NotFound
    lock(session, row.application_id)
    session.refresh(row, with_for_update=True)
    if row.state not in states:
        raise NotReady("Somebody has decided on this return already")
    return row


def approve(session: Session, refund_id: int, actor: Actor, now: datetime) -> Refund:
    """The second person agrees. Raises NotAllowed for the one who asked, and for everybody but a manager."""
    row = _of(session, refund_id, RefundState.PROPOSED)
    if actor.role != Role.MANAGER or row.ordered_by == actor.user_id:
        raise NotAllowed("A return is approved by a manager who did not ask for it himself")
    row.state, row.approved_by = _way(row.order_id), actor.user_id
    session.add(row)
    session.flush()
    _go(session, row)
    return row


def decline(session: Session, refund_id: int, actor: Actor, reason: str, now: datetime) -> Refund:
    """The second person does not agree."""
    row = _of(session, refund_id, RefundState.PROPOSED)
    if actor.role != Role.MANAGER:
        raise NotAllowed("A return is approved by a manager who did not ask for it himself")
    if not reason.strip():
        raise Invalid("reason", "Say why")
    row.state, row.approved_by, row.error, row.done_at = RefundState.REFUSED, actor.user_id, reason.strip(), now
    session.add(row)
    session.flush()
    return row


def transferred(session: Session, refund_id: int, actor: Actor, paper: str, now: datetime) -> Refund:
    """The accountant has sent it by a payment order of this number."""
    row = _of(session, refund_id, RefundState.TRANSFER)
    if not paper.strip():
        raise Invalid("paper", "Write the number and the day of the payment order")
    row.state, row.paper, row.done_at = RefundState.DONE, paper.strip(), now
    session.add(row)
    session.flush()
    return row


def again(session: Session, refund_id: int, actor: Actor, now: datetime) -> Refund:
    """Try once more after the bank refused. The money may have gone elsewhere meanwhile: it is counted anew."""
    row = _of(session, refund_id, RefundState.REFUSED)
    if row.order_id is None or row.approved_by is None and row.ordered_by is not None:
        raise NotReady("This return was not agreed to: ask for a new one")
    ready = queries.balance(session, row.application_id).returnable
    if row.amount > ready:
        raise Invalid("amount", "At most %(sum)s can be returned", sum=f"{ready:.2f}")
    row.state, row.error, row.done_at = RefundState.ORDERED, "", None
    session.add(row)
    session.flush()
    _go(session, row)
    return row


# ------------------------------------------------------------------------------------------------ the process' side
def waiting(session: Session, order_id: int) -> Refund | None:
    """The first return of this payment that the bank has not been told of."""
    query = select(Refund).where(Refund.order_id == order_id, Refund.state == RefundState.ORDERED)
    return session.exec(query.order_by(col(Refund.id))).first()


def given_back(session: Session, order_id: int) -> Decimal:
    """What the bank has carried out already of this payment, as we know it."""
    query = select(func.coalesce(func.sum(Refund.amount), 0)).where(
        Refund.order_id == order_id, Refund.state == RefundState.DONE
    )
    return Decimal(session.exec(query).one())


def settled(session: Session, row: Refund, now: datetime, *, refused: str = "") -> None:
    """The bank's answer. Twice is once: only an ordered return changes. Another one of the payment is taken up at once."""
    if row.state != RefundState.ORDERED:
        return
    row.tries += 1
    row.state, row.error, row.done_at = (RefundState.REFUSED, refused, now) if refused else (RefundState.DONE, "", now)
    session.add(row)
    session.flush()
    if row.order_id and waiting(session, row.order_id):
        wake(session, PROCESS, row.order_id)
    wake(session, CASE, row.application_id)


def open_of(session: Session, application_id: int) -> list[Refund]:
    return [r for r in queries.refunds(session, application_id) if r.state in OPEN_REFUNDS]
