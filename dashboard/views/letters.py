"""Letters that have not gone: why, every try with its time, one button «Отправить ещё раз» with an address to correct."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.desk_letters import again
from dashboard.views.desk_parts import moment, to_case
from dashboard.views.desk_words import LETTER_STATES, LETTERS, OUTCOMES
from infra.wording import N_, _
from models.connection.tables import Application
from models.delivery import queries
from models.delivery.tables import Letter, LetterState
from models.people.actions import masked
from models.process.actor import Role
from models.process.errors import NotFound

ENTRY = menu.Entry(
    "letters",
    N_("Undelivered"),
    order=30,
    roles=frozenset({Role.OPERATOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR}),
)


def page() -> None:
    who = session.current()
    if "letter" in st.query_params:
        return _letter(who, menu.number("letter"))
    return _list(who)


def _list(who: session.Who) -> None:
    with session.reading(who) as db:
        found = list(queries.undelivered(db))
        numbers = {m.application_id: _number(db.get(Application, m.application_id)) for m in found if m.application_id}
    given_up = sum(m.state == LetterState.UNDELIVERABLE for m in found)
    chip = parts.chip("late", _("%(count)s not delivered") % {"count": given_up}) if given_up else ""
    parts.show(
        parts.head(
            _("Undelivered letters"), _("Given up: somebody has to look. Tried again: they go by themselves."), chip
        )
    )
    if not found:
        return parts.show(
            parts.empty(
                _("All letters have gone"), _("A letter comes here when its address refuses it or does not answer.")
            )
        )
    columns = [parts.Column(_("Letter")), parts.Column(_("State"), "nw key"), parts.Column(_("Application"), "nw"),
               parts.Column(_("To whom")), parts.Column(_("Why")), parts.Column(_("Tries"), "n"), parts.Column(_("Next try"), "nw")]  # fmt: skip
    rows = [(str(m.id), _cells(m, numbers.get(m.application_id or 0, ""))) for m in found]
    if opened := parts.rows(parts.table(columns, rows, _("Letters that have not gone")), key="letters"):
        menu.go("letters", letter=opened)
    return None


def _number(case: Application | None) -> str:
    return (case.number or "") if case else ""


def _cells(m: Letter, number: str) -> list[str]:
    chip, word = LETTER_STATES[m.state]
    return [
        parts.opener(_(LETTERS.get(m.kind, m.kind))),
        parts.chip(chip, _(word)),
        parts.esc(number),
        parts.esc(masked(m.recipient)),
        parts.esc(_(OUTCOMES.get(m.error_class, m.error_class))),
        str(m.tries),
        parts.esc(moment(m.next_at)),
    ]


def _letter(who: session.Who, letter_id: int) -> None:
    menu.link("letters", _("Undelivered letters"))
    with session.reading(who) as db:
        m = db.get(Letter, letter_id)
        if m is None:
            raise NotFound
        tries = queries.tries_of(db, letter_id)
        case = db.get(Application, m.application_id) if m.application_id else None
    chip, word = LETTER_STATES[m.state]
    parts.show(parts.head(_(LETTERS.get(m.kind, m.kind)), m.subject, parts.chip(chip, _(word))))
    if case and case.id:
        to_case(case.id, case.number or "")
    facts = [
        (_("To whom"), masked(m.recipient)),
        (_("Ordered"), moment(m.ordered_at)),
        (_("Sent"), moment(m.sent_at)),
        (_("Next try"), moment(m.next_at)),
    ]
    parts.show(parts.facts([(a, b) for a, b in facts if b]))
    if m.error:
        parts.show(parts.card(_("What the other side said"), f'<p class="f-mono">{parts.esc(m.error)}</p>'))
    if m.state in (LetterState.UNDELIVERABLE, LetterState.RETRYING) and who.user.role != Role.AUDITOR:
        again(m)
    if not tries:
        return parts.show(parts.p(_("Nobody has tried to send it yet."), sub=True))
    columns = [
        parts.Column(_("Try"), "n"),
        parts.Column(_("Begun"), "nw"),
        parts.Column(_("Ended"), "nw"),
        parts.Column(_("What came of it")),
        parts.Column(_("Answer")),
    ]
    rows = [
        (
            str(t.id),
            [
                str(t.number),
                parts.esc(moment(t.started_at)),
                parts.esc(moment(t.ended_at)),
                parts.esc(_(OUTCOMES.get(t.outcome, t.outcome))),
                parts.esc(t.error),
            ],
        )
        for t in tries
    ]
    return parts.show(parts.still(parts.table(columns, rows, _("Tries"))))
