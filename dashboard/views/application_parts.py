"""What stands on the applicant's card below whose turn it is: course, fields, papers, terms, payments, messages."""

from collections.abc import Iterator

import streamlit as st

from dashboard import parts, session
from dashboard.parts import until
from dashboard.views import application_pay, interest
from dashboard.views.application_sight import Sight
from dashboard.views.cabinet_words import file_note, kind_words
from dashboard.views.desk_parts import clock_chip
from dashboard.views.desk_words import WHOSE
from dashboard.views.filing_fields import faulty
from dashboard.views.filing_papers import uploader
from documents.wording import NBSP, day, figure, money
from infra.wording import _
from models.connection import actions, cards
from models.document.tables import Document, DocumentState
from models.payment.tables import Instalment

_CONTRACT_FIELD = "Date of sending the draft contract and conditions"  # the one with the link to the contract (G-33)


# ------------------------------------------------------------------------------------------------ course and fields
def steps(seen: Sight) -> Iterator[parts.Step]:
    turn = seen.card.turn
    for step in seen.card.timeline:
        state = "wait" if step.state == "now" and turn.whose != "applicant" else step.state
        yield parts.Step(state, _when(step), parts.say(step.what), parts.say(step.detail))


def _when(step: cards.Step) -> str:
    if step.on is None:
        return parts.say(step.when)
    return until(step.on) if step.state == "now" else day(step.on)


def fields(seen: Sight) -> Iterator[parts.Field]:
    """G-31…G-38: labels as the manual names them; a date that is not there yet says when it will be."""
    case = seen.case
    if case.number and case.registered_at:
        since = day(case.registered_at.astimezone(seen.card.zone).date())
        yield parts.Field(
            _("Reg. No. and date of registration"), _("%(number)s of %(day)s") % {"number": case.number, "day": since}
        )
    else:
        yield parts.Field(_("Reg. No. and date of registration"), _("at once after sending"), there=False)
    for milestone in seen.card.milestones:
        value = parts.say(milestone.value)
        if milestone.label == _CONTRACT_FIELD and (contract := seen.paper("contract")):
            link = f'<a href="/files/{contract.id}" target="_blank" rel="noopener">{parts.esc(_("Look at the terms of the standard contract"))}</a>'
            yield parts.Field(_(milestone.label), there=milestone.there, value_html=f"{parts.esc(value)}<br>{link}")
        else:
            yield parts.Field(_(milestone.label), value, milestone.there)


# ------------------------------------------------------------------------------------------------ papers
def documents(seen: Sight) -> None:
    """G-30, G-39: ours first, the newest on top; annulled and replaced ones say so. Then what he has sent himself."""
    body = parts.documents(_paper(d) for d in reversed(seen.papers)) if seen.papers else ""
    if not seen.papers:
        body = parts.p(
            _("The first paper, your application, appears within a minute after the registration."), sub=True
        )
    if files := [a for a in seen.files if a.kind != "message"]:
        mine = [
            (f"{kind_words(a.kind)}: {a.name}", f"/attachments/{a.id}", file_note(a.media_type, a.size)) for a in files
        ]
        body += f'<h3 style="margin:14px 0 2px">{parts.esc(_("Sent by you"))}</h3>' + parts.documents(mine)
    if seen.case.number and seen.acts is None:
        pack = (_("Evidence pack (.zip)"), f"/files/evidence/{seen.id}", "ZIP")
        body += f'<h3 style="margin:14px 0 2px">{parts.esc(_("Everything at once"))}</h3>'
        body += parts.documents([pack])
    parts.show(parts.card(_("Documents"), body))


def _paper(row: Document) -> tuple[str, str, str]:
    note = file_note("application/pdf", row.pdf_size)
    ended = {DocumentState.ANNULLED: _("has lost force"), DocumentState.REPLACED: _("replaced by a newer one")}
    if word := ended.get(DocumentState(row.state), ""):
        note = f"{word} · {note}"
    return f"{row.title} №{NBSP}{row.number}", f"/files/{row.id}", note


# ------------------------------------------------------------------------------------------------ terms
def terms(seen: Sight) -> None:
    """The clocks of both sides: whose, until when, what became of it."""
    shown = [c for c in seen.card.clocks if c.state != "cancelled"]
    if not shown:
        return
    columns = [
        parts.Column(_("Term")),
        parts.Column(_("Whose"), "nw"),
        parts.Column(_("Until"), "nw"),
        parts.Column(_("State"), "nw key"),
    ]
    rows = [
        (
            c.rule,
            [
                f"{parts.esc(c.title)}<small>{parts.esc(c.basis)}</small>",
                parts.esc(_("yours") if c.whose == "applicant" else _(WHOSE[c.whose])),
                parts.esc(day(c.due_on)),
                clock_chip(c),
            ],
        )
        for c in reversed(shown)
    ]
    with st.expander(_("Terms of both sides: %(count)s") % {"count": len(shown)}, key="terms"):
        parts.show(parts.still(parts.table(columns, rows, _("Terms of both sides"))))


# ------------------------------------------------------------------------------------------------ payments
def payments(who: session.Who, seen: Sight) -> None:
    if seen.invoice is None or not seen.card.payments:
        return
    paid = sum((p.amount for p in seen.card.payments if p.credited_at), start=seen.invoice.total * 0)
    columns = [
        parts.Column(_("Part"), "nw"),
        parts.Column(_("Sum"), "n"),
        parts.Column(_("Pay until")),
        parts.Column(_("State"), "nw key"),
    ]
    rows = [(str(p.id), _instalment(seen, p)) for p in seen.card.payments]
    said = _("Paid %(paid)s of %(whole)s, VAT %(vat)s %% included.") % {
        "paid": money(paid),
        "whole": money(seen.invoice.total),
        "vat": figure(seen.invoice.vat_percent),
    }
    with st.container(key="card-payments"):
        parts.show(parts.h2(_("Payments")), parts.p(said, sub=True))
        parts.show(parts.still(parts.table(columns, rows, _("Schedule of payments"))))
        interest.show(who, seen.invoice.id)
        application_pay.early(who, seen)


def _instalment(seen: Sight, row: Instalment) -> list[str]:
    today = seen.card.today
    if row.credited_at:
        on = day(row.credited_at.astimezone(seen.card.zone).date())
        chip = parts.chip("done", _("paid %(day)s") % {"day": on})
    elif row.due_on and row.due_on < today:
        chip = parts.chip("late")
    else:
        chip = parts.chip("next", _("not paid"))
    due = day(row.due_on) if row.due_on else row.due_words
    return [f"{row.seq} · {figure(row.percent)}{NBSP}%", parts.esc(money(row.amount)), parts.esc(due), chip]


# ------------------------------------------------------------------------------------------------ messages
def write(case_id: int, files: bool = False) -> None:
    """A field and a button; after sending both are new, so that a second click sends nothing twice."""
    turn = f"message-turn-{case_id}"
    key = f"message-{case_id}-{st.session_state.get(turn, 0)}"
    text = st.text_area(_("Your message"), key=key, height=90, max_chars=4000)
    if files:
        uploader(case_id, "message", _("Attach files"))
    if st.button(_("Send the message"), key=f"send-{key}"):
        if not (text or "").strip():
            parts.show(faulty(_("Write the message first")))
            return
        with session.acting() as (db, actor, now):
            actions.say(db, case_id, actor, text or "", now)
        st.session_state[turn] = st.session_state.get(turn, 0) + 1
        parts.done(_("The message is sent. We answer here and by e-mail."))
