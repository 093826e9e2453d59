"""Verbs on bank statements: import once, credit what is exact, propose what is doubtful, match and undo by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.connection.tables import CLOSED_STAGES
from models.payment import matching, queries, settling
from models.payment.ledger_tables import WAITING_LINES, BankLine, BankStatement, Receipt, StatementState
from models.people.actions import note
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotAllowed, NotFound, NotReady

MAY = frozenset({Role.BILLING, Role.MANAGER})
ONE_IMPORT = 7130904  # files that overlap would wait for each other in a circle
_NOON = time(12, tzinfo=UTC)


class Paper(Protocol):
    """One payment document, as the reader of the file gives it."""

    @property
    def key(self) -> str: ...

    row: int
    number: str
    day: date
    amount: Decimal
    payer: str
    payer_inn: str
    payer_account: str
    payee_account: str
    purpose: str
    came_on: date | None


@dataclass(frozen=True)
class Outcome:
    """What an import did, in documents."""

    statement_id: int
    lines: int
    known: int
    credited: int
    proposed: int
    unmatched: int
    outgoing: int


def load(
    session: Session, name: str, sha256: str, account: str, days: tuple[date | None, date | None],
    documents: Sequence[Any], actor: Actor, now: datetime,
) -> Outcome:  # fmt: skip
    """Take a file in. A document that is known by its key changes nothing, whichever file brings it again.

    Raises NotAllowed, Invalid("file"…) for an account that is not ours."""
    _may(actor)
    session.execute(text("select pg_advisory_xact_lock(:one)"), {"one": ONE_IMPORT})
    if account != our_account(session):
        raise Invalid("file", "The statement is of the account %(account)s, ours is another one", account=account)
    values = {"name": name[:200], "sha256": sha256, "account": account, "day_from": days[0], "day_to": days[1],
              "lines": len(documents), "known": 0, "imported_by": actor.person, "imported_at": now}  # fmt: skip
    made = insert(BankStatement).values(**values).on_conflict_do_nothing().returning(col(BankStatement.id))
    statement_id = session.execute(made).scalar()
    if statement_id is None:
        old = session.exec(select(BankStatement).where(BankStatement.sha256 == sha256)).one()
        return Outcome(old.id or 0, len(documents), len(documents), 0, 0, 0, 0)
    states = [_line(session, statement_id, account, paper, actor, now) for paper in documents]
    known = states.count(None)
    session.execute(
        text("update bank_statement set known = :known where id = :id"), {"known": known, "id": statement_id}
    )
    note(session, actor, "billing:statement:import", now, subject_id=statement_id, lines=len(documents), known=known)
    count = states.count
    return Outcome(statement_id, len(documents), known, count(StatementState.CREDITED), count(StatementState.PROPOSED),
                   count(StatementState.UNMATCHED), count(StatementState.OUTGOING))  # fmt: skip


def our_account(session: Session) -> str:
    found = session.execute(text("select value -> 'bank' ->> 'account' from setting where name = 'org'")).scalar()
    return str(found or "")


def _line(
    session: Session, statement_id: int, account: str, paper: Paper, actor: Actor, now: datetime
) -> StatementState | None:
    values = {
        "statement_id": statement_id, "key": paper.key, "row": paper.row, "number": paper.number,
        "day": paper.came_on or paper.day, "amount": paper.amount, "payer": paper.payer, "payer_inn": paper.payer_inn,
        "payer_account": paper.payer_account, "purpose": paper.purpose, "state": StatementState.UNMATCHED, "score": 0,
        "reason": "",
    }  # fmt: skip
    made = session.execute(
        insert(BankLine).values(**values).on_conflict_do_nothing(index_elements=["key"]).returning(col(BankLine.id))
    ).scalar()
    if made is None:
        return None
    row = session.get_one(BankLine, made)
    if paper.payer_account == account or paper.payee_account not in ("", account):
        row.state = StatementState.OUTGOING
    else:
        _judge(session, row, now)
    session.add(row)
    session.flush()
    return StatementState(row.state)


def _judge(session: Session, row: BankLine, now: datetime) -> None:
    told = matching.match(row.amount, row.payer_inn, row.purpose, candidates(session, row))
    row.application_id, row.score, row.reason = told.application_id, told.score, ",".join(told.reasons)
    if told.exact and told.application_id:
        _credit(session, row, told.application_id, now)
    elif told.application_id:
        row.state = StatementState.PROPOSED


def candidates(session: Session, row: BankLine) -> list[matching.Candidate]:
    """Cases that the numbers of the purpose or the payer's INN name."""
    stems = [f"ТП-{stem}" for stem in matching.stems_in(row.purpose)]
    found = session.execute(
        text("""select id, number, stage, person ->> 'inn' as inn from connection where number is not null
                and (number = any(:stems) or (:inn <> '' and person ->> 'inn' = :inn)) order by id limit 50"""),
        {"stems": stems, "inn": row.payer_inn},
    )
    return [_candidate(session, c.id, c.number, c.stage, c.inn or "") for c in found.all()]


def _candidate(session: Session, case_id: int, number: str, stage: str, inn: str) -> matching.Candidate:
    invoice = queries.invoice_of(session, case_id)
    parts = queries.unpaid(session, case_id)
    nothing = Decimal(0)
    return matching.Candidate(
        application_id=case_id,
        stem=number.removeprefix("ТП-"),
        invoice=invoice.number if invoice else "",
        inn=inn,
        next_part=parts[0].left if parts else nothing,
        whole_rest=sum((p.left for p in parts), nothing),
        is_open=stage not in CLOSED_STAGES and invoice is not None,
    )


def _credit(session: Session, row: BankLine, application_id: int, now: datetime) -> None:
    settling.lock(session, application_id)  # before the line names it: a share of the lock could not be raised later
    row.state, row.application_id = StatementState.CREDITED, application_id
    paid = datetime.combine(row.day, _NOON)
    receipt = Receipt(application_id=application_id, amount=row.amount, line_id=row.id, paid_at=min(paid, now),
                      credited_at=min(paid, now))  # fmt: skip
    settling.receive(session, receipt, now)


# ------------------------------------------------------------------------------------------------ by hand
def _may(actor: Actor) -> None:
    if actor.role not in MAY:
        raise NotAllowed("Statements are handled by billing")


def _held(session: Session, line_id: int, *states: StatementState) -> BankLine:
    row = session.get(BankLine, line_id)
    if row is None:
        raise NotFound
    session.refresh(row, with_for_update=True)
    if row.state not in states:
        raise NotReady("Somebody has decided on this payment already")
    return row


def assign(session: Session, line_id: int, application_id: int, actor: Actor, now: datetime) -> BankLine:
    """Billing says whose money it is. Raises NotFound, NotReady."""
    _may(actor)
    settling.lock(session, application_id)
    row = _held(session, line_id, *WAITING_LINES)
    if row.application_id != application_id:
        row.score, row.reason = 0, "by_hand"
    _credit(session, row, application_id, now)
    return _decided(session, row, actor, now, "match")


def undo(session: Session, line_id: int, actor: Actor, reason: str, now: datetime) -> BankLine:
    """It was matched wrongly: the money leaves the case and the line waits again. Raises Invalid("reason"…)."""
    _may(actor)
    if not reason.strip():
        raise Invalid("reason", "Say why")
    row = _held(session, line_id, StatementState.CREDITED)
    receipt = session.exec(select(Receipt).where(Receipt.line_id == line_id, col(Receipt.reversed_at).is_(None))).one()
    settling.lock(session, receipt.application_id)
    if queries.pool(session, receipt.application_id) < receipt.amount:
        raise NotReady("This money has been returned already: it cannot be taken back")
    settling.reverse(session, receipt, reason.strip(), now)
    row.state, row.application_id, row.score, row.reason = StatementState.UNMATCHED, None, 0, ""
    return _decided(session, row, actor, now, "undo", reason=reason.strip())


def send_back(session: Session, line_id: int, actor: Actor, paper: str, now: datetime) -> BankLine:
    """Nobody's money goes back to the payer by a payment order of the accountant; its number is kept."""
    _may(actor)
    if not paper.strip():
        raise Invalid("paper", "Write the number and the day of the payment order")
    row = _held(session, line_id, *WAITING_LINES)
    row.state, row.application_id, row.reason = StatementState.SENT_BACK, None, paper.strip()[:200]
    return _decided(session, row, actor, now, "send_back", paper=paper.strip()[:200])


def _decided(session: Session, row: BankLine, actor: Actor, now: datetime, what: str, **facts: str) -> BankLine:
    row.decided_by, row.decided_at = actor.user_id, now
    session.add(row)
    session.flush()
    told: dict[str, Any] = {"case": row.application_id, "sum": f"{row.amount:.2f}"} | facts
    note(session, actor, f"billing:line:{what}", now, subject_id=row.id, **told)
    return row


# ------------------------------------------------------------------------------------------------ reading
def waiting(session: Session, words: str = "", limit: int = 100) -> Sequence[BankLine]:
    """The queue, oldest file first; `words`: in the payer, the purpose, the INN or the sum."""
    query = select(BankLine).where(col(BankLine.state).in_(WAITING_LINES))
    return list(
        session.exec(_searched(query, words).order_by(col(BankLine.statement_id), col(BankLine.row)).limit(limit)).all()
    )


def lines_of(session: Session, statement_id: int, words: str = "", limit: int = 200) -> Sequence[BankLine]:
    query = select(BankLine).where(BankLine.statement_id == statement_id)
    return list(session.exec(_searched(query, words).order_by(col(BankLine.row)).limit(limit)).all())


def _searched(query: Any, words: str) -> Any:
    plain = words.strip()
    if not plain:
        return query
    like = "%" + plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    told = text(
        "(payer ilike :w or purpose ilike :w or payer_inn ilike :w or number ilike :w or amount::text ilike :s)"
    )
    return query.where(told).params(w=like, s=like.replace(",", ".").replace(" ", ""))


def statements(session: Session, limit: int = 30) -> Sequence[BankStatement]:
    return session.exec(select(BankStatement).order_by(col(BankStatement.id).desc()).limit(limit)).all()


def counts(session: Session, statement_id: int) -> dict[str, int]:
    found = session.execute(
        text("select state, count(*) from bank_line where statement_id = :id group by state"), {"id": statement_id}
    )
    return {str(state): int(count) for state, count in found}
