"""What happens when a clock rings: reminders, and the consequence of a term that has passed. Each fires once."""

from datetime import datetime

from sqlmodel import Session

from models.connection import changes, effects, queries, rules, signed_needs
from models.connection.letters import COPY
from models.connection.moves import WORKS
from models.connection.moving import move, start
from models.connection.tables import PROCESS, UNDER_CONTRACT, Application
from models.payment import queries as payments
from models.process import history, terms
from models.process.actor import SYSTEM
from models.process.tables import Term

REMINDERS = {
    "TP-02": "info_due",
    "TP-06X": "payment_due",
    "TP-06O": "contract_due",
    "TP-07": "contract_due",
    "TP-24": "act_to_sign",
    "TU-EXP": "conditions_due",
    **dict.fromkeys(("PAY-X25", "PAY-X26", "PAY-XI", "PAY-O", "PAY-IND", "PAY-RED"), "payment_due"),
}
LATE = {"TP-06O": "contract_due", "TP-14A": "act_to_sign"}  # letters of a lapse, where it is not about money
SILENT = ("TP-15",)  # a duty towards somebody else: written down, no letter of ours
CONSEQUENCES = {  # on_lapse → move
    "annul_no_info": "annul_no_info",
    "annul_no_payment": "annul_no_payment",
    "annul_not_signed": "annul_not_signed",
}


def look(session: Session, case: Application, now: datetime) -> None:
    """Send the reminders that are due, then draw the consequences of what has lapsed. The case is locked."""
    changes.keep_time(session, case, now)
    running = terms.running(session, PROCESS, case.id or 0)
    past = terms.lapsed(running, now)
    for term in terms.due_reminders((t for t in running if t not in past), now):
        remind(session, case, term, now)
    for term in past:
        if term.cancelled_at is None:  # the consequence of one before it may have ended the case
            lapse(session, case, term, now)


def remind(session: Session, case: Application, term: Term, now: datetime) -> None:
    session.add(term)
    kind = REMINDERS.get(term.rule)
    if kind and not _settled(session, case, term):
        effects.letter(
            session,
            case,
            kind,
            now,
            text=term.title,
            due=term.due_on.isoformat(),
            ref=f":{term.id}:{len(term.reminders)}",
        )


def _settled(session: Session, case: Application, term: Term) -> bool:
    """The money or the signature has come already, only the clock does not know yet."""
    if term.rule == "TP-07":
        return signed_needs.contract_signed(queries.known(session, case), term.due_at) is None
    if not term.rule.startswith(("TP-06", "PAY-")):
        return False
    seq = int(term.ref or 1)
    return all(i.seq != seq for i in payments.unpaid(session, case.id or 0))


def lapse(session: Session, case: Application, term: Term, now: datetime) -> None:
    """Write the lapse down and do what the rule says. The consequence asks its own needs again: money that has come
    in the last second keeps the application alive."""
    if term.on_lapse in CONSEQUENCES and _settled(session, case, term):
        return
    term.lapsed_at, term.reminders = now, []
    session.add(term)
    session.flush()
    facts = {"rule": term.rule, "ref": term.ref, "due_on": term.due_on.isoformat(), "whose": term.whose}
    history.record(session, PROCESS, case, f"engine:term:{_word(term)}", SYSTEM, now, changes=facts)
    session.add(case)
    if term.on_lapse in CONSEQUENCES:
        move(session, case, CONSEQUENCES[term.on_lapse], SYSTEM, now)
    elif term.on_lapse == "remind" and term.rule not in SILENT:
        kind = LATE.get(term.rule, "payment_due")
        effects.letter(session, case, kind, now, text=term.title, due=term.due_on.isoformat(), ref=f":{term.id}:late")
    if term.rule in WORKS:
        note_delay(session, case, now)


def note_delay(session: Session, case: Application, now: datetime) -> None:
    """The grid company is ready, its term of works has passed and the applicant is not: twelve months begin, after which a
    court may end the contract (п. 16(5))."""
    waits = rules.inspected(case) and case.own_works_done_at is None and case.grid_works_done_at is not None
    past = any(t.rule in WORKS and t.lapsed_at for t in queries.terms_of(session, case.id or 0))
    have = terms.unfulfilled(session, PROCESS, case.id or 0, ["CTR-12"])
    if waits and past and not have and case.stage in UNDER_CONTRACT:
        start(session, case, "applicant.late", now)
    elif have and not waits:
        terms.drop(session, PROCESS, case.id or 0, ["CTR-12"], now)


def _word(term: Term) -> str:
    return "expired" if term.is_right else "lapsed"


def penalty_days(term: Term, today: datetime) -> int:
    """Days a term of works is late: the counter of TU-PEN."""
    end = term.done_at or today
    return max((end - term.due_at).days, 0)


TELLING = (
    "missing_info",
    "offer_placed",
    "contract_sent",
    "act_to_sign",
    "documents_reissued",
    "completed",
    "annulled",
    "returned",
    "redirected",
)


def note_deliveries(session: Session, case: Application, now: datetime) -> None:
    """Letters that have gone fulfil the terms of telling: the applicant (TP-22), the supplier (TP-09X, TP-17)."""
    from models.delivery.queries import letters_of
    from models.delivery.tables import LetterState

    case_id = case.id or 0
    mine = [m for m in letters_of(session, case_id) if COPY not in m.key]  # a representative's copy tells no applicant
    sent = {m.kind: m.sent_at for m in mine if m.state == LetterState.SENT and m.sent_at}
    for kind, rule, event in (
        ("supplier_copies", "TP-09X", "supplier.copies_sent"),
        ("supplier_copies", "TP-09O", "supplier.copies_sent"),
        ("supplier_acts", "TP-17", "supplier.acts_sent"),
    ):
        if kind in sent and terms.unfulfilled(session, PROCESS, case_id, [rule]):
            terms.fulfil(session, PROCESS, case_id, [rule], sent[kind])
            start(session, case, event, now)
    told = [at for kind, at in sent.items() if kind in TELLING]
    if told:
        for term in terms.unfulfilled(session, PROCESS, case_id, ["TP-22"]):
            if any(at >= term.starts_at for at in told):
                term.done_at, term.reminders = now, []
                session.add(term)
