"""Tabs of the case card: data, papers, history, messages, letters, payments. Each takes what was read and shows it."""

from collections.abc import Sequence

import streamlit as st

from dashboard import parts, session
from dashboard.views.desk_case import Sight
from dashboard.views.desk_history import change_words, what_words
from dashboard.views.desk_parts import clock_bar, clock_chip, local_day, moment
from dashboard.views.desk_words import PAPER_STATES, SHORT, WHOSE
from documents.wording import NBSP, day, figure
from infra.wording import _
from models.connection import actions, rules
from models.connection.cards import Clock
from models.connection.papers.notices import PAPER_TITLES, REASONS
from models.connection.tables import Category
from models.document.tables import Document, DocumentState
from models.process.actor import ROLE_NAMES, Role


def data(seen: Sight) -> None:
    c = seen.case
    yes_no = {True: _("yes"), False: _("no")}
    pairs = [
        (_("Category"), _(rules.CATEGORY_NAMES[Category(c.category)]) if c.category else ""),
        (_("Reason"), REASONS.get(c.reason, c.reason)),
        (_("Object"), c.object_name),
        (_("Address"), c.object_address),
        (_("Cadastral number"), c.cadastre),
        (_("Power asked"), f"{figure(c.power_kw)}{NBSP}кВт"),
        (_("Connected before"), f"{figure(c.prior_kw)}{NBSP}кВт"),
        (_("Generation"), f"{figure(c.generation_kw)}{NBSP}кВт" if c.generation_kw else ""),
        (_("Voltage"), f"{figure(c.voltage_kv)}{NBSP}кВ"),
        (_("Phases"), str(c.phases)),
        (_("Reliability category"), c.reliability),
        (_("Devices"), c.devices),
        (_("Kind of load"), c.purpose),
        (_("Commissioning"), c.commissioning),
        (_("Supplier"), c.supplier),
        (_("Social ground"), yes_no[c.social]),
        (_("Branch"), seen.branch),
        (_("Distance to the grid"), f"{c.distance_m}{NBSP}м" if c.distance_m is not None else ""),
        (_("Contract"), c.contract_number or ""),
    ]
    parts.show(parts.facts([(label, value) for label, value in pairs if value]))


# ------------------------------------------------------------------------------------------------ papers
def papers(seen: Sight) -> None:
    """Ours with their state, then what the applicant has sent."""
    if seen.papers:
        columns = [
            parts.Column(_("Paper")),
            parts.Column(_("State"), "nw key"),
            parts.Column(_("Date"), "nw"),
            parts.Column(_("File"), "nw"),
        ]
        rows = [(str(d.id), _paper(d)) for d in seen.papers]
        parts.show(parts.h2(_("Our papers")), parts.still(parts.table(columns, rows, _("Our papers"))))
    else:
        parts.show(
            parts.empty(
                _("No papers yet"),
                _("The first one, the application itself, is made within a minute after the registration."),
            )
        )
    if seen.files:
        items = [
            (
                f"{PAPER_TITLES.get(a.kind, a.kind)}: {a.name}",
                f"/attachments/{a.id}",
                f"{size(a.size)} · {local_day(a.uploaded_at)}",
            )
            for a in seen.files
        ]
        parts.show(parts.card(_("Sent by the applicant"), parts.documents(items)))


def _paper(row: Document) -> list[str]:
    chips = {DocumentState.PLACED: "done", DocumentState.STORED: "done", DocumentState.ORDERED: "work"}
    link = ""
    if row.pdf_sha256:
        link = f'<a href="/files/{row.id}" target="_blank" rel="noopener">PDF, {parts.esc(size(row.pdf_size))}</a>'
    return [
        f"<b>{parts.esc(row.title)}</b><small>№ {parts.esc(row.number)}</small>",
        parts.chip(chips.get(DocumentState(row.state), "closed"), _(PAPER_STATES[row.state])),
        parts.esc(day(row.issued_on)),
        link,
    ]


def size(value: int) -> str:
    return f"{figure(round(value / 1048576, 1))}{NBSP}МБ" if value >= 1048576 else f"{max(value // 1024, 1)}{NBSP}КБ"


# ------------------------------------------------------------------------------------------------ history
def history(seen: Sight) -> None:
    """Who, when, what, from where to where, why; newest first."""
    columns = [parts.Column(_("When"), "nw"), parts.Column(_("What")), parts.Column(_("Stage")), parts.Column(_("Who"))]
    rows = []
    for h in reversed(seen.history):
        said = "".join(f"<small>{parts.esc(line)}</small>" for line in [h.reason, *change_words(h)] if line)
        stage = _(SHORT.get(h.stage_after, h.stage_after))
        if h.stage_before != h.stage_after:
            stage = f"{_(SHORT.get(h.stage_before, 'draft'))} → {stage}"
        role = _(ROLE_NAMES[Role(h.actor_role)])
        name = h.actor_name if h.actor_role != Role.SYSTEM else _("Feeder")
        rows.append(
            (
                str(h.seq),
                [
                    parts.esc(moment(h.at, seen.card.zone)),
                    f"<b>{parts.esc(what_words(h))}</b>{said}",
                    parts.esc(stage),
                    f"{parts.esc(name)}<small>{parts.esc(role)}</small>",
                ],
            )
        )
    parts.show(parts.still(parts.table(columns, rows, _("History"))))


# ------------------------------------------------------------------------------------------------ messages
def messages(who: session.Who, seen: Sight) -> None:
    if seen.messages:
        told = [(m.author, moment(m.at, seen.card.zone), m.text) for m in seen.messages]
        parts.show(parts.card("", parts.messages(told)))
    else:
        parts.show(
            parts.p(_("No messages yet. What you write comes to the applicant's cabinet and to his mail."), sub=True)
        )
    if who.user.role == Role.AUDITOR:
        return
    with st.form("message", clear_on_submit=True, border=False):
        text = st.text_area(_("Answer to the applicant"), height=90, max_chars=4000)
        sent = st.form_submit_button(_("Send the message"))
    if sent:
        with session.acting() as (db, actor, now):
            actions.say(db, seen.id, actor, text, now)
        parts.done(_("The message is sent"))


def terms(seen: Sight) -> None:
    """Every clock of both sides: whose, how much is left in words and as a bar, when it was fulfilled.

    Of a long story the open clocks stand first, the others fold away."""
    clocks = sorted(seen.card.clocks, key=lambda c: (c.starts_on, c.due_on))
    if not clocks:
        return None
    parts.show(f'<h2 style="margin-bottom:2px">{parts.esc(_("Terms"))}</h2>')
    going = [c for c in clocks if c.state in ("running", "soon", "late", "paused")]
    if len(clocks) <= FOLDED or not going:
        return parts.show(_terms_table(clocks))
    over = [c for c in clocks if c not in going]
    parts.show(_terms_table(going))
    with st.expander(_("Terms that are over: %(count)s") % {"count": len(over)}):
        parts.show(_terms_table(over))
    return None


FOLDED = 6  # more clocks than this: those that are over fold away


def _terms_table(clocks: Sequence[Clock]) -> str:
    columns = [
        parts.Column(_("Term")),
        parts.Column(_("State"), "nw key"),
        parts.Column(_("Begin – end"), "nw"),
        parts.Column(_("Fulfilled"), "nw"),
    ]
    return parts.still(parts.table(columns, map(_term, clocks), _("Terms of the application")))


def _term(c: Clock) -> tuple[str, list[str]]:
    undone = _("no") if c.state in ("cancelled", "expired") else _("not yet")
    return c.rule, [
        f"<b>{parts.esc(c.title)}</b><small>{parts.esc(c.rule)} · {parts.esc(_(WHOSE[c.whose]))}</small>",
        clock_chip(c),
        parts.esc(f"{day(c.starts_on)} – {day(c.due_on)}") + clock_bar(c),
        parts.esc(day(c.done_on) if c.done_on else undone),
    ]
