"""Work that failed too often and was set aside: what, why, and the one button that starts it again."""

import streamlit as st
from sqlmodel import Session

from dashboard import menu, parts, session
from dashboard.views.desk_words import PROCESSES
from infra.wording import N_, _
from models.connection.tables import Application
from models.delivery.tables import Letter
from models.document.tables import Document
from models.payment.tables import PaymentOrder
from models.people.actions import note
from models.process import queries, work
from models.process.actor import Role
from models.process.errors import Stale
from models.process.tables import Work

ENTRY = menu.Entry("failed", N_("Failed work"), order=40, roles=frozenset({Role.MANAGER, Role.ADMIN, Role.AUDITOR}))


def page() -> None:
    who = session.current()
    with session.reading(who) as db:
        rows = list(queries.aside(db))
        subjects = {row.id: subject(db, row) for row in rows}
    chip = parts.chip("late", _("%(count)s set aside") % {"count": len(rows)}) if rows else ""
    parts.show(
        parts.head(
            _("Failed work"),
            _("These failed several times in a row and wait for a person. Everything else goes on."),
            chip,
        )
    )
    if not rows:
        return parts.show(
            parts.empty(
                _("Nothing has failed"),
                _("When something fails several times in a row, it is set aside here with its error."),
            )
        )
    for row in rows:
        _card(who, row, *subjects[row.id])
    return None


def subject(db: Session, row: Work) -> tuple[str, int | None]:
    """What the row is about, in words, and the case it belongs to."""
    if row.process == "issuing" and (paper := db.get(Document, row.subject_id)):
        return f"{paper.title} № {paper.number}", paper.application_id
    if row.process == "delivery" and (letter := db.get(Letter, row.subject_id)):
        return letter.subject or letter.kind, letter.application_id
    if row.process == "payment" and (order := db.get(PaymentOrder, row.subject_id)):
        return order.number, order.application_id
    if row.process == "connection" and (case := db.get(Application, row.subject_id)):
        return case.number or "", case.id
    return str(row.subject_id), None


def _card(who: session.Who, row: Work, about: str, case_id: int | None) -> None:
    with st.container(key=f"card-work-{row.id}"):
        title = f"{_(PROCESSES.get(row.process, row.process))}: {about}"
        tried = _("%(count)s tries") % {"count": row.tries}
        parts.show(f'<div class="f-head"><h2>{parts.esc(title)}</h2>{parts.chip("late", tried)}</div>')
        parts.show(f'<p class="f-mono f-small">{parts.esc(row.error or _("no error was noted"))}</p>')
        with st.container(horizontal=True, vertical_alignment="center"):
            if who.user.role != Role.AUDITOR and st.button(_("Start again"), key=f"retry-{row.id}"):
                retry(row, about)
            if case_id:
                menu.link("case", _("Open the application"), id=case_id)


def retry(row: Work, about: str) -> None:
    """Raises Stale when somebody was faster."""
    with session.acting() as (db, actor, now):
        if not work.retry(db, row.id or 0):
            raise Stale
        note(db, actor, "desk:work:retry", now, process=row.process, subject_id=row.subject_id, error=row.error or "")
    parts.done(_("Started again: %(what)s") % {"what": about})
