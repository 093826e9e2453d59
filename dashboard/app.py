"""Entry of the cabinet and the desk: who is here, his menu, one guarded page. No page can crash the app."""

from html import escape

import streamlit as st

from dashboard import menu, notices_live, parts, session, staff_menu
from dashboard.faults import guarded
from dashboard.parts.screen import HERE, say_done
from dashboard.utility import utility
from dashboard.views import account_pick
from infra import profiles, wording
from infra.wording import _
from models.process.actor import ROLE_NAMES, Role


def who_bar(who: session.Who) -> str:
    """Language and «Выйти» at the top right, for staff with name and role: Streamlit's own header has no place for them."""
    other = "en" if wording.language() == "ru" else "ru"
    label = {"en": "English", "ru": "Русский"}[other]
    role = escape(_(ROLE_NAMES[Role(who.user.role)]))
    name = f'<span class="f-name">{escape(who.user.name)}<small>{role}</small></span>' if who.is_staff else ""
    return (
        f'<div class="f-who">{name}<a href="/language/{other}" target="_self" lang="{other}" hreflang="{other}">{label}</a>'
        f'<form method="post" action="/sign-out"><input type="hidden" name="csrf" value="{escape(who.sign_in.csrf)}">'
        f"<button>{_leave()}</button></form></div>"
    )


def _leave() -> str:
    """The manual's own words (row R-94); a phone has room for the first of them."""
    first, _space, rest = profiles.cabinet().sign_in.leave.partition(" ")
    return f'{escape(first)}<span class="f-rest"> {escape(rest)}</span>' if first else escape(_("Sign out"))


def person_line(who: session.Who) -> str:
    """Whose cabinet it is, with e-mail and phone (R-26), and where to call (G-40, J-080): the first line of every page."""
    reached = " · ".join(filter(None, (who.user.email, who.user.phone)))
    ours = utility()
    return (
        f'<p class="f-person"><span><b>{escape(account_pick.owner(who))}</b> <small>{escape(reached)}</small></span>'
        f'<span><small>{escape(ours.hours)}</small><a href="tel:{escape(ours.dial)}">{escape(ours.phone)}</a> '
        f'<a href="/contacts" target="_self">{escape(_("All contacts"))}</a></span></p>'
    )


def page_of(view: menu.View, *, home: bool) -> "st.Page":
    def run() -> None:
        guarded(view.page, view.entry.name)

    run.__name__ = f"page_{view.entry.name}"
    visibility = "hidden" if view.entry.hidden else "visible"
    return st.Page(
        run,
        title=_(view.entry.title),
        url_path=view.entry.name,
        default=home,
        visibility=visibility,  # type: ignore[arg-type]
    )


def main() -> None:
    own = utility().name if profiles.cabinet().title else ""
    st.set_page_config(
        page_title=own or _("Feeder"), page_icon=str(HERE / "mark.svg"), layout="wide", initial_sidebar_state=220
    )
    who = session.current()
    views = menu.views_of(who.user.role, who.user.kind or "")
    parts.dress(own)
    parts.show(who_bar(who))
    if not views:
        parts.error_box(_("There is nothing here for your role yet"))
        return parts.ready()
    pages = {v.entry.name: page_of(v, home=v is views[0]) for v in views}
    menu.remember(pages)
    if not who.is_staff:
        notices_live.show(who)
    if who.is_staff:
        staff_menu.show(who.user.role, [v.entry.name for v in views if not v.entry.hidden])
    chosen = st.navigation(list(pages.values()), position="sidebar" if who.is_staff else "top", expanded=True)
    menu.arrived(chosen.url_path)
    if not who.is_staff:
        parts.show(person_line(who))
    with st.container():  # its place stays when it is empty: what stands below keeps its state
        say_done()
    chosen.run()
    return parts.ready()


main()
