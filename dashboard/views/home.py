"""«Главная»: what waits for this person, and the forms he can fill in, download or send (G-13, G-20…G-23)."""

from collections.abc import Callable

import streamlit as st

from dashboard import menu, parts, session
from dashboard.utility import utility
from dashboard.views import visits
from dashboard.views.applications import of_person, turn_chip
from dashboard.views.profile_blocks import blocks, hint
from documents.wording import until
from infra import profiles
from infra.wording import N_, _
from models.connection.cards import Card
from models.connection.tables import Stage
from models.delivery import queries as delivery

ENTRY = menu.Entry("home", N_("Home page"), order=10, roles=menu.APPLICANT)


def page() -> None:
    who = session.current()
    found = of_person(who)
    with session.reading(who) as db:
        unread = delivery.unread(db, who.id)
    parts.show(parts.head(_("Good day, %(name)s") % {"name": _called(who.user.name)}, _said(found, unread)))
    visits.invite(who)
    hint(
        who,
        "home",
        [
            _("What waits for you stands first, with the last day."),
            _("«Forms» is where an application begins; a draft is kept by itself."),
            _("The menu leads to applications, notices and your profile. Blocks can be hidden and returned."),
        ],
    )
    mine = [card for card in found if card.turn.whose == "applicant"]
    there: dict[str, tuple[str, Callable[[], None]]] = {}
    if mine:
        there["waiting"] = (_("Waiting for you"), lambda: _all_waiting(mine))
    if "connection" in profiles.cabinet().modules:
        there["forms"] = (_("Forms"), lambda: _forms(found))
    blocks(who, "home", there)
    ours = utility()
    parts.show(parts.p(_("Questions: %(phone)s, %(hours)s.") % {"phone": ours.phone, "hours": ours.hours}, sub=True))


def _called(name: str) -> str:
    """«Анна Викторовна»; an organisation by its whole name."""
    words = name.split()
    return " ".join(words[1:3]) if len(words) >= 3 and "«" not in name else name


def _said(found: list[Card], unread: int) -> str:
    waiting = sum(c.turn.whose == "applicant" for c in found)
    news = _("New notices: %(count)s") % {"count": unread} if unread else _("No new notices")
    mine = _("Waiting for you: %(count)s") % {"count": waiting} if waiting else _("Nothing waits for you now")
    return f"{mine}. {news}."


def _all_waiting(cards: list[Card]) -> None:
    for card in cards:
        _waiting(card)


def _waiting(card: Card) -> None:
    case = card.case
    with st.container(key=f"card-wait-{case.id}"):
        term = f" {until(card.turn.due_on)}" if card.turn.due_on else ""
        what = " · ".join(filter(None, (case.number, case.object_name or str(case.draft.get("object_name") or ""))))
        chip = turn_chip(card) if case.stage != Stage.DRAFT else parts.chip("next", _("draft, not sent"))
        title = parts.say(card.turn.title) + term
        parts.show(f'<div class="f-head"><h2>{parts.esc(title)}</h2>{chip}</div>', parts.p(what, sub=True))
        if case.stage == Stage.DRAFT:
            if st.button(_("Go on filling in"), key=f"resume-{case.id}"):
                menu.go("filing", id=case.id)
        elif st.button(_("Open the application %(number)s") % {"number": case.number or ""}, key=f"open-{case.id}"):
            menu.go("application", id=case.id)


def _forms(found: list[Card]) -> None:
    with st.container(key="card-forms"):
        parts.show(parts.h2(_("Forms")))
        _form(
            _("Application for connection"),
            _(
                "A house, a business, generation, a temporary connection, power from another consumer, papers issued again. Files are attached there."
            ),
        )
        with st.container(horizontal=True):
            if st.button(_("Fill in"), type="primary", key="fill-in", help=_("Application for connection")):
                menu.go("filing")
        if any(c.case.number for c in found):
            _form(_("A question or files for an application"), _("We answer in the cabinet and by e-mail."))
            if st.button(_("Write to us"), key="write", help=_("A question or files for an application")):
                menu.go("appeal")


def _form(title: str, text: str) -> None:
    parts.show(f"<h3>{parts.esc(title)}</h3>", parts.p(text, sub=True))
