"""The talk on a case at the desk: the clock of our first look, a button that says «read» before an answer, the answer."""

import streamlit as st

from dashboard import parts, session
from dashboard.views.desk_case import Sight
from dashboard.views.desk_form import Form
from dashboard.views.desk_parts import moment
from infra.wording import _
from models.connection import actions, talk
from models.process.actor import Role


def clock(who: session.Who, seen: Sight) -> None:
    """Nothing when the last word is ours. The applicant sees the same clock."""
    with session.reading(who) as db:
        look = talk.first_look(db, seen.messages, seen.now, seen.card.zone)
    if look is None:
        return
    due = {"at": moment(look.due_at, seen.card.zone)}
    if look.seen_at:
        parts.show(f"<p>{parts.chip('work', _('read, an answer is awaited'))}</p>")
        return
    chip = ("late", _("not looked at by %(at)s as promised")) if look.late else ("soon", _("look at it by %(at)s"))
    parts.show(f"<p>{parts.chip(chip[0], chip[1] % due)}</p>")
    if who.user.role != Role.AUDITOR and st.button(_("I have read it"), key="talk-read"):
        with session.acting() as (db, actor, now):
            talk.read(db, seen.id, actor, now)
        parts.done(_("The applicant sees that his message was read"))


def answer(seen: Sight) -> None:
    """A field and a button. What was typed stays when it is refused; after sending both are new: a second click says nothing."""
    turn = f"answer-turn-{seen.id}"
    form = Form(f"answer-{seen.id}-{st.session_state.get(turn, 0)}")
    text = st.text_area(_("Answer to the applicant"), key=form.field("text"), height=90, max_chars=4000)
    form.beside("message")
    if st.button(_("Send the message"), key=form.field("send")):
        with form.sending():
            with session.acting() as (db, actor, now):
                actions.say(db, seen.id, actor, text or "", now)
            st.session_state[turn] = st.session_state.get(turn, 0) + 1
            parts.done(_("The message is sent"))
