"""Tabs of the case card: data, papers, history, messages, letters, payments. Each takes what was read and shows it."""

from dashboard import parts, session
from dashboard.views import desk_talk
from dashboard.views.desk_case import Sight
from dashboard.views.desk_history import change_words, versions_of, what_words
from dashboard.views.desk_parts import local_day, moment
from dashboard.views.desk_words import PAPER_STATES, SHORT
from documents.wording import NBSP, day, figure
from infra.wording import _
from models.connection.papers.notices import PAPER_TITLES
from models.document.tables import Document, DocumentState
from models.process.actor import ROLE_NAMES, Role


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
    desk_talk.answer(seen)
