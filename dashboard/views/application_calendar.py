"""The secret link of a calendar feed: made, shown, taken back by its owner; of one case or of all his cases."""

import streamlit as st

from dashboard import parts, session
from infra.settings import settings
from infra.wording import _
from models.connection import feeds


def card(who: session.Who, case_id: int | None = None) -> None:
    """An expander; `case_id` None: all cases of this person."""
    with session.reading(who) as db:
        found = feeds.live(db, who.id, case_id)
    title = _("Dates in your calendar") if case_id else _("Dates of all applications in your calendar")
    with st.expander(title, key=f"calendar-{case_id or 'all'}"):
        parts.show(
            parts.p(
                _(
                    "A calendar on a phone or a computer subscribes to this link and shows terms and payments by itself. Do not pass the link on."
                ),
                sub=True,
            )
        )
        if found is None:
            if st.button(_("Make a calendar link"), key=f"calendar-make-{case_id or 'all'}"):
                with session.acting() as (db, actor, now):
                    feeds.issue(db, actor, now, case_id)
                parts.done(_("The calendar link is made"))
            return
        st.code(f"{settings().site}/calendar/{found.token}.ics", language=None, wrap_lines=True)
        if st.button(_("Take the link back"), key=f"calendar-revoke-{case_id or 'all'}", type="tertiary"):
            with session.acting() as (db, actor, now):
                feeds.revoke(db, actor, now, case_id)
            parts.done(_("The link works no more"))
