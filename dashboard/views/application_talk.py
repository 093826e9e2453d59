"""The talk on a case from the applicant's side: messages, files, whether they were read, and the clock of our first look."""

from collections.abc import Iterator

import streamlit as st

from dashboard import parts, session
from dashboard.views.application_parts import write
from dashboard.views.application_sight import Sight
from dashboard.views.cabinet_words import file_note
from dashboard.views.desk_parts import moment
from documents.wording import NBSP, plural
from infra.wording import _, language
from models.connection import talk
from models.people.represent_tables import Act


def card(seen: Sight) -> None:
    """Opening the card marks what we wrote as read."""
    me = session.current().id
    if any(m.from_staff and m.read_at is None for m in seen.messages):
        with session.acting() as (db, actor, now):
            talk.read(db, seen.id, actor, now)
    if not seen.may(Act.CORRESPOND) or seen.case.submitted_at is None:  # nobody of ours sees what was never sent
        return
    with st.container(key="card-messages"):
        parts.show(parts.h2(_("Messages")))
        with session.reading(session.current()) as db:
            look = talk.first_look(db, seen.messages, seen.now, seen.card.zone)
            hours = talk.promised(db, seen.now.astimezone(seen.card.zone).date())
        if seen.messages:
            parts.show(parts.messages(_lines(seen, me)), clock_line(look, seen))
        else:
            told = _("Ask here: we look within %(hours)s, the answer comes here and by e-mail.")
            parts.show(parts.p(told % {"hours": _hours(hours)}, sub=True))
        mine = [f for f in seen.files if f.kind == "message"]
        if mine:
            parts.show(parts.documents((f.name, f"/attachments/{f.id}", file_note(f.media_type, f.size)) for f in mine))
        write(seen.id, files=True)


def _hours(count: int) -> str:
    return f"{count}{NBSP}{plural(count, 'час', 'часа', 'часов') if language() == 'ru' else 'hours'}"


def _lines(seen: Sight, me: int) -> Iterator[tuple[str, str, str]]:
    for row in seen.messages:
        at = moment(row.at, seen.card.zone)
        if row.from_staff:
            yield row.author, at, row.text
        else:
            read = _("read %(at)s") % {"at": moment(row.read_at, seen.card.zone)} if row.read_at else _("not read yet")
            yield _("You") if row.author_id == me else row.author, f"{at} · {read}", row.text


def clock_line(look: talk.Look | None, seen: Sight) -> str:
    """'Посмотрим до 22.11.2026, 18:05', or that we have looked, or that we are late."""
    if look is None:
        return ""
    if look.seen_at:
        return f"<p>{parts.chip('done', _('we have read it, the answer is being prepared'))}</p>"
    due = moment(look.due_at, seen.card.zone)
    if look.late:
        return f"<p>{parts.chip('late', _('we promised to look by %(at)s and are late') % {'at': due})}</p>"
    return f"<p>{parts.chip('work', _('we look by %(at)s') % {'at': due})}</p>"
