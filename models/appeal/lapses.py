"""What happens when a clock of an appeal rings: reminders, and the consequence of a term that has passed. Each fires once."""

from datetime import datetime

from sqlmodel import Session

from models.appeal import letters
from models.appeal.moving import move
from models.appeal.tables import PROCESS, Appeal, Stage
from models.process import history, terms
from models.process.actor import SYSTEM
from models.process.tables import Term

CONSEQUENCES = {
    "go_on": (Stage.ASKED, "go_on"),
    "close": (Stage.ANSWERED, "close"),
}  # on_lapse → from where, by which move


def remind(session: Session, appeal: Appeal, now: datetime) -> None:
    """The author of his reply, us of our answer."""
    running = terms.running(session, PROCESS, appeal.id or 0)
    past = terms.lapsed(running, now)
    for term in terms.due_reminders([t for t in running if t not in past], now):
        session.add(term)
        if term.whose == "applicant":
            due = term.due_on.isoformat()
            ref = f":{term.id}:{len(term.reminders)}"
            letters.order(session, appeal, "appeal_question_due", now, what=term.title, ref=ref, due=due)
        else:
            letters.tell_staff(session, appeal, "appeal_due", term, now, head=False)


def lapse(session: Session, appeal: Appeal, now: datetime) -> None:
    """Write every lapse down, once; the head is told of ours, and rights of the author end silently."""
    for term in terms.lapsed(terms.running(session, PROCESS, appeal.id or 0), now):
        term.lapsed_at, term.reminders = now, []
        session.add(term)
        session.flush()
        _record(session, appeal, term, now)
        if term.on_lapse == "escalate" and term.whose == "grid":
            letters.tell_staff(session, appeal, "appeal_late", term, now, head=True)
        stage, name = CONSEQUENCES.get(term.on_lapse, (None, ""))
        if name and appeal.stage == stage:
            move(session, appeal, name, SYSTEM, now)


def _record(session: Session, appeal: Appeal, term: Term, now: datetime) -> None:
    facts = {"rule": term.rule, "due_on": term.due_on.isoformat(), "whose": term.whose}
    word = "expired" if term.is_right else "lapsed"
    history.record(session, PROCESS, appeal, f"engine:term:{word}", SYSTEM, now, changes=facts)
    session.add(appeal)
    session.flush()
