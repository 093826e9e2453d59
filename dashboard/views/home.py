"""«Главная»: what waits for this person, the forms and papers he can fill in, download or send (G-13, G-20…G-23), the news."""

from collections.abc import Callable

import streamlit as st

from dashboard import menu, parts, session
from dashboard.parts import until
from dashboard.utility import utility
from dashboard.views import home_forms, identity, news, represent_list, visits
from dashboard.views.applications import of_others, of_person, turn_chip
from dashboard.views.profile_blocks import Step, blocks, help_line, hint
from infra.wording import N_, _
from models.connection.cards import Card
from models.connection.tables import Stage
from models.delivery import queries as delivery

ENTRY = menu.Entry("home", N_("Home page"), order=10, roles=menu.APPLICANT)


def page() -> None:
    who = session.current()
    found, others = of_person(who), of_others(who)
    with session.reading(who) as db:
        unread = delivery.unread(db, who.id)
    parts.show(parts.head(_greeting(who.user.name), _said([*found, *others], unread)))
    identity.invite(who)
    visits.invite(who)
    represent_list.link(who)
    hint(
        who,
        "home",
        [
            Step(_("What waits for you stands first, with the last day."), "block-home-waiting"),
            *_of_forms(),
            Step(_("Papers that we have placed: a copy of each is one click away."), "block-home-papers"),
            Step(_("News, outages at your addresses and surveys stand here."), "block-home-news"),
            Step(_(_MENU[home_forms.online()])),
        ],
    )
    mine = [card for card in (*found, *others) if card.turn.whose == "applicant"]
    there: dict[str, tuple[str, Callable[[], None]]] = {}
    if mine:
        there["waiting"] = (_("Waiting for you"), lambda: _all_waiting(who, mine))
    blanks = home_forms.blanks(who)
    if blanks or home_forms.online():
        there["forms"] = (_("Forms"), lambda: home_forms.forms(blanks, found))
    if papers := home_forms.newest(who):
        there["papers"] = (_("Papers"), lambda: home_forms.papers(papers))
    told = news.newest(who)
    if any(told):
        there["news"] = (_("News"), lambda: news.block(*told))
    blocks(who, "home", there)
    ours = utility()
    parts.show(parts.p(_("Questions: %(phone)s, %(hours)s.") % {"phone": ours.phone, "hours": ours.hours}, sub=True))
    help_line(who, "home")


def _of_forms() -> list[Step]:
    told = _("«Forms» is where an application begins; a draft is kept by itself.")
    return [Step(told, "block-home-forms")] if home_forms.online() else []


_MENU = {
    True: N_("The menu leads to applications, notices and your profile. Blocks can be hidden and returned."),
    False: N_("The menu leads to notices, answers and your profile. Blocks can be hidden and returned."),
}


def _greeting(name: str) -> str:
    """«Анна Викторовна»; an organisation by its whole name; nobody is greeted by a number (row R-13)."""
    if not any(c.isalpha() for c in name) or "@" in name:
        return _("Good day")
    words = name.split()
    called = " ".join(words[1:3]) if len(words) >= 3 and "«" not in name else name
    return _("Good day, %(name)s") % {"name": called}


def _said(found: list[Card], unread: int) -> str:
    waiting = sum(c.turn.whose == "applicant" for c in found)
    news = _("New notices: %(count)s") % {"count": unread} if unread else _("No new notices")
    mine = _("Waiting for you: %(count)s") % {"count": waiting} if waiting else _("Nothing waits for you now")
    return f"{mine}. {news}."


def _all_waiting(who: session.Who, cards: list[Card]) -> None:
    """His own and those of the people he acts for, whose names then stand beside."""
    names = represent_list.principals(who)
    for card in cards:
        _waiting(card, names.get(card.case.applicant_id, ""))


def _waiting(card: Card, principal: str) -> None:
    case = card.case
    with st.container(key=f"card-wait-{case.id}"):
        term = f" {until(card.turn.due_on)}" if card.turn.due_on else ""
        what = " · ".join(
            filter(None, (case.number, case.object_name or str(case.draft.get("object_name") or ""), principal))
        )
        chip = turn_chip(card) if case.stage != Stage.DRAFT else parts.chip("next", _("draft, not sent"))
        title = parts.say(card.turn.title) + term
        parts.show(f'<div class="f-head"><h2>{parts.esc(title)}</h2>{chip}</div>', parts.p(what, sub=True))
        if case.stage == Stage.DRAFT:
            if st.button(_("Go on filling in"), key=f"resume-{case.id}"):
                menu.go("filing", id=case.id)
        elif st.button(_("Open the application %(number)s") % {"number": case.number or ""}, key=f"open-{case.id}"):
            menu.go("application", id=case.id)
