"""Letters of an appeal and the lines of its author's notices, ordered as rows in the transaction of the move. Sends nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.appeal import clocks
from models.appeal.tables import PROCESS, Appeal
from models.connection import queries
from models.connection.letters import staff_of
from models.delivery import actions as delivery
from models.people.tables import User
from models.process.actor import Role
from models.process.tables import Term

NOTICES = {  # the line in the cabinet's «Уведомления»
    "appeal_received": "Обращение зарегистрировано",
    "appeal_question": "Вопрос по обращению",
    "appeal_question_due": "Напоминание: ждём ваш ответ по обращению",
    "appeal_answered": "Ответ на обращение",
    "appeal_redirected": "Обращение перенаправлено",
}
TO_STAFF = {"appeal_due", "appeal_late"}


def link_of(appeal: Appeal) -> str:
    """Where the author goes on: his cabinet, or the page that opens by the link alone."""
    return f"/appeal?id={appeal.id}" if appeal.author_id else f"/web-reception/a/{appeal.status_token}"


def order(
    session: Session, appeal: Appeal, kind: str, now: datetime, *, what: str = "", ref: str = "", due: str = "",
    files: Sequence[Sequence[str]] = (),
) -> None:  # fmt: skip
    """To the author: an e-mail if he left one, a line if he has a cabinet. The key is bound to the step of the history."""
    key = f"{PROCESS}:{appeal.id}:{appeal.version}:{kind}{ref}"
    data = _data(session, appeal, what, due or _due(session, appeal, kind)) | {"files": [list(f) for f in files]}
    if appeal.email:
        delivery.order(session, key, kind, appeal.email, data, now, application_id=appeal.application_id)
    if appeal.author_id:
        title = f"{NOTICES[kind]}: {appeal.number}"
        delivery.notify(session, key, appeal.author_id, None, kind, title, what[:500], now)


def tell_staff(session: Session, appeal: Appeal, kind: str, term: Term, now: datetime, *, head: bool) -> None:
    """To whoever answers, or to the head: the appeal presses. Nobody is told who has no address."""
    person = session.get(User, appeal.assignee_id) if appeal.assignee_id and not head else None
    person = person or staff_of(session, Role.MANAGER, appeal.branch_id)
    if person is None or not person.email:
        return
    data = _data(session, appeal, term.title, term.due_on.isoformat())
    data |= {"name": person.name, "link": f"/appeals?id={appeal.id}"}
    delivery.order(
        session, f"{PROCESS}:{appeal.id}:{term.id}:{kind}:{len(term.reminders)}", kind, person.email, data, now
    )


def _due(session: Session, appeal: Appeal, kind: str) -> str:
    rule = {"appeal_received": "AP-ANSWER", "appeal_question": "AP-REPLY", "appeal_answered": "AP-CLOSE"}.get(kind, "")
    term = clocks.running(session, appeal.id or 0, rule) if rule else None
    return term.due_on.isoformat() if term else ""


def _data(session: Session, appeal: Appeal, what: str, due: str) -> dict[str, Any]:
    """The shape of documents.data.LetterData; `link` is a path, made whole when the letter is rendered."""
    ours = queries.org(session).get("utility", {})
    since = appeal.registered_at.astimezone(clocks.zone_of(session, appeal)).date()
    return {
        "name": _address(appeal.name),
        "number": appeal.number,
        "date": since.isoformat(),
        "object": "",
        "address": "",
        "what": what,
        "due": due,
        "turn": "",
        "then": "",
        "link": link_of(appeal),
        "phone": ours.get("phone", ""),
        "utility": ours.get("full_short", ""),
        "details": [line for line in what.splitlines() if line.strip()],
    }


def _address(name: str) -> str:
    """«Анна Викторовна» of a full name in the usual order; otherwise as the author wrote it."""
    parts = name.split()
    return " ".join(parts[1:]) if len(parts) == 3 and all(p.isalpha() for p in parts) else name
