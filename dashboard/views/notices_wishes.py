"""What and how to tell: themes by channel, quiet hours, one letter a day. A part of the page «Уведомления»."""

import streamlit as st

from dashboard import parts, session
from dashboard.views.home_forms import online
from infra.wording import _
from models.delivery import wishes
from models.delivery.wishes import CHANNELS, DEFAULT, THEMES, Channel, Theme


def form(who: session.Who) -> None:
    with session.reading(who) as db:
        now = wishes.of_user(db, who.id)
    with st.expander(_("What and how to tell me")), st.form("notices-wishes", border=False):
        if online():
            told = _(
                "Letters that the law asks for (the offer, missing information, the end of an application) always come."
            )
            parts.show(parts.p(told, sub=True))
        if not who.user.phone_confirmed_at:
            parts.show(
                parts.p(_("Messages go to a confirmed number only: confirm it on the page «Profile»."), sub=True)
            )
        wanted = {(theme, channel): _tick(now, theme, channel) for theme in Theme for channel in Channel}
        quiet = st.checkbox(_("Quiet hours: no messages to the phone"), value=now.quiet is not None, key="wish-quiet")
        begins, ends = now.quiet or (22, 8)
        with st.container(horizontal=True):
            first = st.number_input(_("From, o'clock"), 0, 23, begins, key="wish-from", width=140)
            last = st.number_input(_("Until, o'clock"), 0, 23, ends, key="wish-until", width=140)
        daily = st.checkbox(_("News by one letter a day"), value=now.digest is not None, key="wish-daily")
        hour = st.number_input(
            _("At, o'clock"), 0, 23, 18 if now.digest is None else now.digest, key="wish-hour", width=140
        )
        if st.form_submit_button(_("Save"), key="wish-save"):
            with session.acting() as (db, actor, _now):
                hours = (int(first), int(last)) if quiet else None
                wishes.keep(db, actor.person, wanted, hours, int(hour) if daily else None)
            parts.done(_("Your choice is saved"))


def _tick(now: wishes.Wishes, theme: Theme, channel: Channel) -> bool:
    if channel == Channel.CABINET:
        title = _("News") if theme == Theme.NEWS and not online() else _(THEMES[theme])
        parts.show(f"<h3>{parts.esc(title)}</h3>")
    value = now.wanted.get((theme, channel), DEFAULT[channel])
    return st.checkbox(_(CHANNELS[channel]), value=value, key=f"wish-{theme}-{channel}")
