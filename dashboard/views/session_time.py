"""One click makes the time of the session whole again (G-05). Used inside other pages; never a page of its own."""

import streamlit as st

from dashboard import parts, session
from infra import clock, profiles
from infra.database import database
from infra.wording import _
from models.people import sessions


def renew_button(who: session.Who) -> None:
    if st.button(_("Renew the session"), key="renew-session"):
        with database().transaction() as db:
            sessions.renew(db, who.sign_in.id or 0, clock.now(), profiles.session_life()[0])
        parts.done(_("The session is renewed"))
