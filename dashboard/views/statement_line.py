"""One payment of a statement: what the bank says, whose it may be, and the three ways out: credit, send back, undo."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.desk_parts import moment, to_case
from dashboard.views.statement_words import bank_word, reasons
from documents.wording import day, money
from infra.wording import _
from models.payment import queries, statements
from models.payment.ledger_tables import WAITING_LINES, BankLine, StatementState
from models.process.errors import Invalid, NotFound


def page(who: session.Who) -> None:
    menu.link("statements", _("Bank statements"))
    with session.reading(who) as db:
        row = db.get(BankLine, menu.number("line"))
        if row is None:
            raise NotFound
        number = queries.numbers(db, {row.application_id}).get(row.application_id or 0, "")
        proposed = statements.candidates(db, row) if row.state in WAITING_LINES else []
        names = queries.numbers(db, {c.application_id for c in proposed})
    parts.show(parts.head(money(row.amount), row.payer or _("payer not named"), bank_word(row.state)))
    told = [
        (_("Day"), day(row.day)),
        (_("Number of the payment"), row.number),
        (_("INN of the payer"), row.payer_inn),
        (_("Account of the payer"), row.payer_account),
        (_("Purpose"), row.purpose),
        (_("Why"), reasons(row.reason)),
        (_("Decided"), moment(row.decided_at)),
    ]
    parts.show(parts.facts([(a, b) for a, b in told if b]))
    if row.state == StatementState.CREDITED:
        to_case(row.application_id or 0, number)
        _undo(row, number)
    elif row.state in WAITING_LINES:
        _match(row, {c.application_id: (names.get(c.application_id, ""), c.whole_rest) for c in proposed})
        _send_back(row)


def _match(row: BankLine, proposed: dict[int, tuple[str, object]]) -> None:
    with st.container(key="card-match"):
        parts.show(parts.h2(_("Whose money is it?")))
        for case_id, (number, rest) in proposed.items():
            parts.show(parts.p(_("%(number)s: %(sum)s are still to come") % {"number": number, "sum": money(rest)}))  # type: ignore[arg-type]
            label = _("Credit to %(number)s") % {"number": number}
            kind = "primary" if case_id == row.application_id else "secondary"
            if st.button(label, type=kind, key=f"credit-{case_id}"):  # type: ignore[arg-type]
                _assign(row, case_id, number)
        typed = st.text_input(_("Another application"), key="line-number", placeholder="ТП-000123/26")
        if st.button(_("Credit to this application"), key="line-assign"):
            with session.acting() as (db, _actor, _now):
                found = queries.case_by_number(db, typed)
            if found is None:
                raise Invalid("number", "There is no application with this number")
            _assign(row, found, typed.strip())


def _assign(row: BankLine, case_id: int, number: str) -> None:
    with session.acting() as (db, actor, now):
        statements.assign(db, row.id or 0, case_id, actor, now)
    parts.said(_("%(sum)s are credited to %(number)s") % {"sum": money(row.amount), "number": number})
    menu.go("statements")


def _send_back(row: BankLine) -> None:
    with st.container(key="card-back"):
        parts.show(
            parts.h2(_("Not ours?")),
            parts.p(_("Make a payment order in the bank's program, then write its number and day here."), sub=True),
        )
        paper = st.text_input(_("Payment order"), key="line-paper", placeholder="№ 118 от 22.11.2026")
        if st.button(_("Note as sent back"), key="line-back"):
            with session.acting() as (db, actor, now):
                statements.send_back(db, row.id or 0, actor, paper, now)
            parts.said(_("Noted: the payment was sent back"))
            menu.go("statements")


def _undo(row: BankLine, number: str) -> None:
    with st.container(key="card-undo"):
        parts.show(
            parts.h2(_("Matched wrongly?")),
            parts.p(_("The money leaves %(number)s, its parts are open again, the payment waits in the queue.") % {"number": number}, sub=True),
        )  # fmt: skip
        reason = st.text_input(_("Why"), key="line-reason")
        if st.button(_("Undo the match"), key="line-undo"):
            with session.acting() as (db, actor, now):
                statements.undo(db, row.id or 0, actor, reason, now)
            parts.done(_("The match is undone"))
