"""Tabs of the case card: data, papers, history, messages, letters, payments. Each takes what was read and shows it."""

from decimal import Decimal

import streamlit as st

from dashboard import parts, session
from dashboard.views import desk_talk
from dashboard.views.desk_case import Sight
from dashboard.views.desk_clocks import RTN
from dashboard.views.desk_history import change_words, versions_of, what_words
from dashboard.views.desk_parts import local_day, moment
from dashboard.views.desk_words import PAPER_STATES, SHORT
from documents.wording import NBSP, day, figure
from infra.wording import N_, _
from models.connection import actions, rules
from models.connection.papers.notices import PAPER_TITLES, REASONS
from models.connection.tables import Category, Path
from models.document.tables import Document, DocumentState
from models.process.actor import ROLE_NAMES, Role

PATHS = {
    Path.X: N_("through the cabinet, by payment (section X)"),
    Path.ORDINARY: N_("ordinary: the contract is signed by both sides"),
}


def kind(seen: Sight) -> None:
    """Path and category, and why: staff see by which words of the Rules the case goes."""
    c = seen.case
    if not c.category:
        return
    fields = [parts.Field(_("Path"), _(PATHS[Path(c.path)])), parts.Field(_("Category"), _(rules.CATEGORY_NAMES[Category(c.category)]))]  # fmt: skip
    if found := seen.choice:
        why = _(found.why) % {k: figure(v) if isinstance(v, Decimal) else v for k, v in found.facts.items()}
        fields.append(parts.Field(_("Why"), f"{why} ({found.paragraph})"))
    parts.show(parts.card(_("Kind of the case"), parts.listing(fields)))


def data(seen: Sight) -> None:
    c = seen.case
    pairs = [
        (_("Reason"), REASONS.get(c.reason, c.reason)),
        (_("Object"), c.object_name),
        (_("Address"), c.object_address),
        (_("Cadastral number"), c.cadastre),
        (_("Power asked"), f"{figure(c.power_kw)}{NBSP}кВт"),
        (_("Connected before"), f"{figure(c.prior_kw)}{NBSP}кВт"),
        (_("Generation"), f"{figure(c.generation_kw)}{NBSP}кВт {c.generation_kind}".strip() if c.generation_kw else ""),
        (_("Voltage"), f"{figure(c.voltage_kv)}{NBSP}кВ"),
        (_("Phases"), str(c.phases)),
        (_("Reliability category"), c.reliability),
        (_("Independent sources"), str(c.sources) if c.sources > 1 else ""),
        (_("Power by stages"), ", ".join(f"{r.get('kw')}{NBSP}кВт — {r.get('quarter')}" for r in c.power_stages)),
        (_("Temporary until"), day(c.temporary_until) if c.temporary_until else ""),
        (_("Power is given by"), ", ".join(filter(None, map(str, c.partner.values())))),
        (_("Papers to be issued again"), REISSUES.get(str(c.previous.get("kind", "")), "") and _(REISSUES[str(c.previous["kind"])])),
        (_("Earlier papers"), str(c.previous.get("papers", ""))),
        (_("Devices"), c.devices),
        (_("Kind of load"), c.purpose),
        (_("Commissioning"), c.commissioning),
        (_("Supplier"), c.supplier),
        (_("Social ground"), _("yes") if c.social else ""),
        (_("Procurement law"), _("yes") if c.procurement_law else ""),
        (_("Filed"), _filed(seen)),
        (_("Branch"), seen.branch),
        (_("Distance to the grid"), f"{c.distance_m}{NBSP}м" if c.distance_m is not None else ""),
        (_("Contract"), c.contract_number or ""),
        (_("Rostekhnadzor"), _rtn(seen)),
    ]  # fmt: skip
    parts.show(parts.facts([(label, value) for label, value in pairs if value]))


REISSUES = {
    "duplicate": N_("duplicates of papers that are lost"),
    "owner": N_("papers in the name of the new owner"),
    "act": N_("the act of connection"),
    "conditions": N_("the technical conditions"),
    "nothing": N_("papers, though none are left"),
}


def _filed(seen: Sight) -> str:
    """On paper with the day under the signature and who took it, or in the cabinet."""
    sign = seen.case.signature
    if sign.get("kind") != "paper":
        return _("in the cabinet, signed by a code")
    return _("on paper, signed %(day)s, taken by %(clerk)s") % {
        "day": sign.get("at", ""),
        "clerk": sign.get("clerk", ""),
    }


def _rtn(seen: Sight) -> str:
    told = seen.case.rtn
    if not told:
        return ""
    return f"{_(RTN[told['kind']])} № {told['number']}, {day(str(told['on']))}"


# ------------------------------------------------------------------------------------------------ corrections (D-16)
def corrections(seen: Sight) -> None:
    """Every version of the applicant's data after filing: what was, what is, when and by whom."""
    if not seen.corrections:
        return
    columns = [parts.Column(_("When"), "nw"), parts.Column(_("Field"), "key"), parts.Column(_("Was")), parts.Column(_("Is")), parts.Column(_("Who"))]  # fmt: skip
    rows = [
        (f"{h.seq}-{name}", [moment(h.at, seen.card.zone), parts.esc(label), parts.esc(was), parts.esc(now), parts.esc(h.actor_name)])
        for h in reversed(seen.corrections)
        for name, label, was, now in versions_of(h)
    ]  # fmt: skip
    parts.show(f"<h2>{parts.esc(_('Corrected by the applicant'))}</h2>", parts.still(parts.table(columns, rows, _("Corrected by the applicant"))))  # fmt: skip


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
        desk_talk.clock(who, seen)
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
