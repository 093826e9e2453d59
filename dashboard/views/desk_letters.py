"""Letters of a case and the one button for a letter that has not gone. Nothing is sent here: rows are made due again."""

import streamlit as st

from dashboard import parts, session
from dashboard.views.desk_case import Sight
from dashboard.views.desk_parts import moment
from dashboard.views.desk_words import LETTER_STATES, LETTERS, OUTCOMES
from infra.wording import _
from models.delivery import actions as delivery
from models.delivery.tables import Letter, LetterState
from models.people import access
from models.people import actions as people
from models.people.actions import masked
from models.people.rules import email
from models.process.errors import NotFound


def letters(who: session.Who, seen: Sight) -> None:
    if not seen.letters:
        return parts.show(
            parts.empty(
                _("No letters yet"), _("A letter is ordered with the first step that the applicant should know of.")
            )
        )
    columns = [
        parts.Column(_("Letter")),
        parts.Column(_("State"), "nw key"),
        parts.Column(_("To whom")),
        parts.Column(_("Ordered"), "nw"),
        parts.Column(_("Tries"), "n"),
    ]
    parts.show(
        parts.still(
            parts.table(columns, [(str(m.id), letter_cells(m)) for m in seen.letters], _("Letters of the application"))
        )
    )
    may = who.user.role in access.roles(access.Subject.LETTER, access.Right.CHANGE)
    for letter in seen.letters:
        if may and letter.state in (LetterState.UNDELIVERABLE, LetterState.RETRYING):
            again(letter)
    return None


def letter_cells(m: Letter) -> list[str]:
    chip, word = LETTER_STATES[m.state]
    why = f"<small>{parts.esc(_(OUTCOMES.get(m.error_class, m.error_class)))}</small>" if m.error else ""
    return [
        f"<b>{parts.esc(_(LETTERS.get(m.kind, m.kind)))}</b>{why}",
        parts.chip(chip, _(word)),
        parts.esc(masked(m.recipient)),
        parts.esc(moment(m.ordered_at)),
        str(m.tries),
    ]


def again(letter: Letter) -> None:
    """The one button for a letter that has not gone, with an address to correct."""
    with st.container(key=f"card-letter-{letter.id}"):
        title = _("«%(letter)s» has not been delivered") % {"letter": _(LETTERS.get(letter.kind, letter.kind))}
        parts.show(parts.p(title))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            address = st.text_input(
                _("Another address, if this one is wrong"),
                key=f"address-{letter.id}",
                placeholder=masked(letter.recipient),
                width=320,
            )
            if st.button(_("Send again"), key=f"again-{letter.id}"):
                send_again(letter.id or 0, address)


def send_again(letter_id: int, address: str) -> None:
    """Start the letter anew and note who did it. Raises Invalid("email"), Stale."""
    corrected = email(address) if address.strip() else ""
    with session.acting() as (db, actor, now):
        row = db.get(Letter, letter_id, with_for_update=True)
        if row is None:
            raise NotFound
        delivery.send_again(db, row, actor, now, corrected)
        people.note(
            db,
            actor,
            "desk:letter:again",
            now,
            process="connection",
            subject_id=row.application_id,
            letter=letter_id,
            corrected=bool(corrected),
        )
    parts.done(_("The letter is sent again"))
