"""Entry of the cabinet and the desk: who is here, his menu, one guarded page. No page can crash the app."""

from html import escape

import streamlit as st

from dashboard import menu, parts, session
from dashboard.faults import guarded
from dashboard.parts.screen import HERE, say_done
from dashboard.utility import utility
from infra import wording
from infra.wording import _
from models.process.actor import ROLE_NAMES, Role


def who_bar(who: session.Who) -> str:
    """Phone for customers (G-40), name, language and «Выйти» at the top right: Streamlit's own header has no place for them."""
    other = "en" if wording.language() == "ru" else "ru"
    label = {"en": "English", "ru": "Русский"}[other]
    role = _(ROLE_NAMES[Role(who.user.role)]) if who.is_staff else ""
    ours = utility()
    phone = "" if who.is_staff else f'<a class="f-phone" href="tel:{escape(ours.dial)}">{escape(ours.phone)}</a>'
    return (
        f'<div class="f-who">{phone}<span class="f-name">{escape(who.user.name)}<small>{escape(role)}</small></span>'
        f'<a href="/language/{other}" target="_self" lang="{other}" hreflang="{other}">{label}</a>'
        f'<form method="post" action="/sign-out"><input type="hidden" name="csrf" value="{escape(who.sign_in.csrf)}">'
        f"<button>{escape(_('Sign out'))}</button></form></div>"
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
    st.set_page_config(
        page_title=_("Feeder"), page_icon=str(HERE / "mark.svg"), layout="wide", initial_sidebar_state=220
    )
    who = session.current()
    views = menu.views_of(who.user.role, who.user.kind or "")
    parts.dress()
    parts.show(who_bar(who))
    if not views:
        parts.error_box(_("There is nothing here for your role yet"))
        return parts.ready()
    pages = {v.entry.name: page_of(v, home=v is views[0]) for v in views}
    menu.remember(pages)
    chosen = st.navigation(list(pages.values()), position="sidebar" if who.is_staff else "top")
    with st.container():  # its place stays when it is empty: what stands below keeps its state
        say_done()
    chosen.run()
    return parts.ready()


main()
