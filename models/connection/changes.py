"""Changes of a running contract: agreed to, made anew, given up, in force when both have signed. Rows only; what their
agreement says is in agreements.py, the moves that carry them are in moves.py. Domain b.9 (14), b.10 TU-EXP, CTR-12."""

from datetime import datetime
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from sqlmodel import Session

from models.connection import bills, envelopes, form, kinds, queries, rules
from models.connection.contract import Change, ChangeKind, ChangeState
from models.connection.tables import PROCESS, Application, Conditions
from models.document import actions as document
from models.document.tables import Document
from models.network import actions as network
from models.payment import actions as payment
from models.payment import queries as payments
from models.people.tables import User
from models.process import terms
from models.process.actor import SYSTEM, Actor
from models.signing.tables import EnvelopeState

SIGNING = ("TP-24",)


# ------------------------------------------------------------------------------------------------ decided
def _open(session: Session, case: Application) -> Change:
    row = queries.change(session, case.id or 0)
    assert row is not None, "the needs of the move see to it"
    return row


def purpose(row: Change) -> str:
    """The kind of its paper and the purpose of its envelope."""
    return "termination" if row.kind == ChangeKind.TERMINATION else "supplement"


def accept(session: Session, case: Application, actor: Actor, now: datetime) -> Change:
    """The manager agrees: the paper may be made."""
    row = _open(session, case)
    row.state, row.decided_by, row.decided_at = ChangeState.ACCEPTED, actor.user_id, now
    session.add(row)
    _hold(session, case, row, now)
    return row


def remake(session: Session, case: Application, reason: str, now: datetime) -> Change:
    """The agreement is made anew: its signing stops, the next version of the paper may be made."""
    row = _open(session, case)
    envelopes.cancel(session, case, purpose(row), now, reason)
    _signing_over(session, case, now)
    row.state = ChangeState.ACCEPTED
    session.add(row)
    _hold(session, case, row, now)
    return row


def _hold(session: Session, case: Application, row: Change, now: datetime) -> None:
    """More power is held at once; less is given back only when both have signed: until then the contract is in force as
    it was."""
    if row.kind == ChangeKind.POWER and case.centre_id is not None and kinds.takes_power(case):
        most = max(case.power_kw, Decimal(row.values["power_kw"]))
        network.reserve(session, case.centre_id, case.id or 0, most, now)


def made(session: Session, row: Change, paper: Document) -> None:
    """This is the paper of the change from now on."""
    row.document_id = paper.id
    session.add(row)
    session.flush()


def paper_of(session: Session, row: Change) -> Document | None:
    return session.get(Document, row.document_id) if row.document_id else None


def keep_time(session: Session, case: Application, now: datetime) -> None:
    """The signing of a change ends with its clock (TP-24), also when that stands still or was moved; the clock has lost its
    object when the signing was declined. Asked by every leg of the case."""
    row, clocks = queries.change(session, case.id or 0), terms.unfulfilled(session, PROCESS, case.id or 0, SIGNING)
    if row is None or row.state != ChangeState.OFFERED or not clocks:
        return
    state = envelopes.expect(session, case, purpose(row), None if clocks[-1].paused_at else clocks[-1].due_at)
    if state in (EnvelopeState.DECLINED, EnvelopeState.CANCELLED):
        terms.drop(session, PROCESS, case.id or 0, SIGNING, now)


def _signing_over(session: Session, case: Application, now: datetime) -> None:
    """Somebody has decided on what was not signed: its clock is over, a lapsed one too."""
    terms.drop(session, PROCESS, case.id or 0, SIGNING, now)
    terms.fulfil(session, PROCESS, case.id or 0, SIGNING, now)


def offer(session: Session, case: Application) -> str:
    row = _open(session, case)
    row.state = ChangeState.OFFERED
    session.add(row)
    return purpose(row)


def end(session: Session, case: Application, what: str, actor: Actor, reason: str, now: datetime) -> None:
    """Declined or given up: its signing stops, its paper loses force, the power that was held for it goes back."""
    row = queries.change(session, case.id or 0)
    if row is None:
        return
    held = row.kind == ChangeKind.POWER and row.state in (ChangeState.ACCEPTED, ChangeState.OFFERED)
    if row.state == ChangeState.OFFERED:
        envelopes.cancel(session, case, purpose(row), now, reason or "Изменение отменено")
        _signing_over(session, case, now)
    if (paper := paper_of(session, row)) is not None:
        document.lose_force(session, [paper], now)
    row.state = ChangeState.DECLINED if what == "decline" else ChangeState.CANCELLED
    row.remark, row.decided_by, row.decided_at = reason, actor.user_id, now
    session.add(row)
    session.flush()
    held = held and kinds.takes_power(case)
    if held and case.centre_id is not None and case.ended_at is None and network.standing(session, case.id or 0):
        network.reserve(session, case.centre_id, case.id or 0, case.power_kw, now)


def before_voltage(session: Session, case: Application, now: datetime) -> bool:
    """The voltage is supplied by the contract in force: another power that nobody has signed yet is given up, or what is
    connected would not be what was agreed on. True when there was one."""
    row = queries.change(session, case.id or 0)
    if row is None or row.kind != ChangeKind.POWER:
        return False
    end(session, case, "cancel", SYSTEM, UNSIGNED, now)
    return True


UNSIGNED = "Напряжение подано по действующему договору: изменение мощности не подписано обеими сторонами"
FINISHED = "Присоединение завершено: изменение договора не подписано обеими сторонами"


# ------------------------------------------------------------------------------------------------ in force
def apply(session: Session, case: Application, now: datetime) -> None:
    """Both have signed."""
    row = _open(session, case)
    row.state, row.done_at = ChangeState.DONE, now
    session.add(row)
    session.flush()
    _EFFECTS[ChangeKind(row.kind)](session, case, row, now)


def _extend(session: Session, case: Application, row: Change, now: datetime) -> None:
    set_validity(session, case, int(row.values["years"]))


def lengthen(session: Session, case: Application, now: datetime) -> None:
    """Works take longer when the applicant himself has asked so, as far as the rule allows (п. 16 б)."""
    zone = queries.zone_of(session, case)
    today = now.astimezone(zone).date()
    table = queries.rules_today(session, today)
    for term in terms.unfulfilled(session, PROCESS, case.id or 0, ["TP-12"]):
        if years := rules.asked_longer(case, table[term.rule]).rstrip("y"):
            terms.move_to(session, term, terms.calendar(session).end_of_term(today, int(years), "y"), zone)


def set_validity(session: Session, case: Application, years: int) -> None:
    """The clock of the conditions ends so many years after the contract."""
    zone = queries.zone_of(session, case)
    for term in terms.unfulfilled(session, PROCESS, case.id or 0, ["TU-EXP"]):
        last = term.starts_at.astimezone(zone).date() + relativedelta(years=years)
        terms.move_to(session, term, terms.calendar(session).working_on_or_after(last), zone)
        term.lapsed_at = None


def _more_power(session: Session, case: Application, row: Change, now: datetime) -> None:
    before, case.power_kw = case.power_kw, Decimal(row.values["power_kw"])
    session.add(case)
    session.flush()
    _part_points(session, case, row, now)
    if case.centre_id is not None and kinds.takes_power(case) and network.standing(session, case.id or 0):
        network.reserve(session, case.centre_id, case.id or 0, case.power_kw, now)
    if case.power_kw != before:
        _new_invoice(session, case, row, now)


def _part_points(session: Session, case: Application, row: Change, now: datetime) -> None:
    """Powers of the points of connection, as the supplement tells them: the next version of the conditions."""
    was, further = queries.conditions(session, case.id or 0), (row.values.get("points") or ())[1:]
    if was is None or not further:
        return
    named = [p | {"kw": kw} for p, kw in zip(was.values.get("more_points") or [], further, strict=False)]
    paper = paper_of(session, row)
    fresh = Conditions(
        application_id=was.application_id, version=was.version + 1, state=was.state, author_id=was.author_id,
        approver_id=row.decided_by, values=was.values | {"more_points": named}, saved_at=now, approved_at=now,
        remark=f"По дополнительному соглашению № {paper.number if paper else ''}".strip(),
    )  # fmt: skip
    session.add(fresh)
    session.flush()


def _new_invoice(session: Session, case: Application, row: Change, now: datetime) -> None:
    """The fee is another one from now on; what is paid above it goes back. Parts that wait for a supplement begin
    (п. 15)."""
    bills.issue(session, case, now)
    bills.restart_clocks(session, case, now)
    bills.happened(session, case, "suppl_agreement.signed", now)
    over = payments.balance(session, case.id or 0)
    back = min(over.overpaid, over.returnable)
    if back > 0:
        payment.refund(session, case.id or 0, back, "Плата уменьшена дополнительным соглашением", now)


def _hand_over(session: Session, case: Application, row: Change, now: datetime) -> None:
    user = session.get(User, int(row.values["user_id"]))
    assert user is not None, "a user is never deleted"
    told = form.prefilled(user, None)
    case.applicant_id, case.passport = user.id or 0, None
    case.person = {name: str(told.get(name) or "") for name in form.PERSON_FIELDS} | {"kind": told["kind"]}
    session.add(case)


def _end_contract(session: Session, case: Application, row: Change, now: datetime) -> None:
    case.end_reason = row.reason
    costs = Decimal(str(row.values.get("costs", "0")))
    back = min(payments.balance(session, case.id or 0).returnable, max(_kept(session, case) - costs, Decimal(0)))
    if back > 0:
        payment.refund(session, case.id or 0, back, "Договор расторгнут по соглашению сторон", now)


def _kept(session: Session, case: Application) -> Decimal:
    money = payments.balance(session, case.id or 0)
    return money.paid - money.returned


_EFFECTS = {
    ChangeKind.EXTENSION: _extend,
    ChangeKind.POWER: _more_power,
    ChangeKind.FEE: _new_invoice,
    ChangeKind.OWNER: _hand_over,
    ChangeKind.TERMINATION: _end_contract,
}
