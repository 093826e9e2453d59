"""«Заявки»: the applicant's applications as a table (G-14, G-28, G-29, G-31), drafts to go on with, copies as new."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import streamlit as st

from dashboard import menu, parts, session
from dashboard.parts import time_left
from dashboard.views import application_calendar, represent_list
from dashboard.views.application_turn import whose_words
from dashboard.views.filing_draft import begin
from dashboard.views.profile_blocks import help_line
from documents.wording import day
from infra import clock
from infra.wording import N_, _
from models.connection import cards, queries, represented
from models.connection.rules import STAGE_NAMES
from models.connection.tables import FINAL_STAGES, Application, Stage

ENTRY = menu.Entry("applications", N_("Applications"), order=20, roles=menu.APPLICANT)


def of_person(who: session.Who) -> list[cards.Card]:
    """All his cases, newest first; drafts that he threw away are gone."""
    now = clock.now()
    with session.reading(who) as db:
        mine = [c for c in queries.of_applicant(db, who.id) if c.number or c.stage in (Stage.DRAFT, Stage.SUBMITTED)]
        return [cards.card(db, case, now) for case in mine]


def of_others(who: session.Who) -> list[cards.Card]:
    """Cases of those for whom he acts, as far as the powers go."""
    now = clock.now()
    with session.reading(who) as db:
        found = represented.of_agent(db, who.id)
        return [cards.card(db, c, now) for c in found if c.number or c.stage in (Stage.DRAFT, Stage.SUBMITTED)]


def page() -> None:
    who = session.current()
    _list(who)
    help_line(who, "applications", "connection")


def _list(who: session.Who) -> None:
    found = [*of_person(who), *of_others(who)]
    opens = any(c.case.stage != Stage.DRAFT for c in found)
    parts.show(parts.head(_("My applications"), _("Press a line to open the application") if opens else ""))
    whose = represent_list.choose(who)
    found = [c for c in found if whose.shows(c.case.applicant_id)]
    if not found:
        nothing()
        return
    sent = [c for c in found if c.case.stage != Stage.DRAFT]
    _drafts([c for c in found if c.case.stage == Stage.DRAFT], whose.names)
    if sent and (opened := parts.rows(table(sent, whose.names), key="applications")):
        menu.go("application", id=opened)
    with st.container(horizontal=True):
        if st.button(_("Apply for connection"), type="primary", key="apply"):
            menu.go("filing")
    _copy([c for c in sent if c.case.applicant_id == who.id])
    if sent:
        application_calendar.card(who)


def nothing() -> None:
    """The empty state: what to do."""
    parts.show(
        parts.empty(
            _("You have no applications yet"),
            _(
                "Apply for connection of a house, a shop or a workshop: five steps, about 15 minutes, everything is saved as you type."
            ),
        )
    )
    if st.button(_("Apply for connection"), type="primary", key="apply-first"):
        menu.go("filing")


def table(found: Sequence[cards.Card], principals: Mapping[int, str] = MappingProxyType({})) -> str:
    """Columns of G-31, then whose turn it is and how long; the applicant too when there are several."""
    columns = [
        parts.Column(_("Reg. No."), "nw"),
        parts.Column(_("Date of registration"), "nw"),
        *([parts.Column(_("Applicant"))] if principals else []),
        parts.Column(_("Name of the object")),
        parts.Column(_("Address of the object")),
        parts.Column(_("Application status")),
        parts.Column(_("Turn and time"), "nw key"),
    ]
    return parts.table(columns, [_line(c, principals) for c in found], _("My applications"))


def _line(card: cards.Card, principals: Mapping[int, str]) -> tuple[str, list[str]]:
    case = card.case
    since = day(case.registered_at.astimezone(card.zone).date()) if case.registered_at else _("today")
    return str(case.id), [
        parts.opener(case.number or _("being registered")),
        parts.esc(since),
        *([parts.esc(principals.get(case.applicant_id) or _("myself"))] if principals else []),
        parts.esc(case.object_name),
        parts.esc(case.object_address),
        parts.esc(_(STAGE_NAMES[Stage(case.stage)])),
        turn_chip(card),
    ]


def turn_chip(card: cards.Card) -> str:
    """«ваш ход · осталось 3 рабочих дня», or whose turn, or that it is over."""
    case, turn = card.case, card.turn
    if case.stage in FINAL_STAGES and turn.whose != "applicant":
        return parts.chip("done" if case.stage == Stage.COMPLETED else "closed")
    if case.suspended_at:
        return parts.chip("paused")
    left = f" · {time_left(turn.left)}" if turn.left is not None else ""
    if turn.whose == "applicant":
        late = turn.left is not None and turn.left < 0
        return parts.chip("late" if late else "yours", whose_words("applicant") + left)
    late = turn.left is not None and turn.left < 0
    return parts.chip("late" if late else "work", whose_words(turn.whose) + left)


# ------------------------------------------------------------------------------------------------ drafts and copies
def _drafts(found: Sequence[cards.Card], principals: Mapping[int, str]) -> None:
    for card in found:
        case = card.case
        with st.container(key=f"card-draft-{case.id}"):
            name = str(case.draft.get("object_name") or _("An application without a name yet"))
            if case.applicant_id in principals:
                name = f"{name} · {principals[case.applicant_id]}"
            saved = f"{case.changed_at.astimezone(card.zone):%d.%m.%Y, %H:%M}"
            parts.show(
                f'<div class="f-head"><h2>{parts.esc(name)}</h2>{parts.chip("next", _("draft, not sent"))}</div>',
                parts.p(_("Saved %(at)s. Go on from where you stopped, on any device.") % {"at": saved}, sub=True),
            )
            if st.button(_("Go on filling in"), key=f"resume-{case.id}"):
                menu.go("filing", id=case.id)


def _copy(sent: Sequence[cards.Card]) -> None:
    if not sent:
        return
    names: dict[int, Application] = {c.case.id or 0: c.case for c in sent}
    with st.expander(_("Apply once more with the data of an earlier application"), key="copying"):
        chosen = st.selectbox(
            _("Which one to copy"), list(names), key="copy-which",
            format_func=lambda i: f"{names[i].number or ''} {names[i].object_name}, {names[i].object_address}",
        )  # fmt: skip
        parts.show(parts.p(_("Data and files are taken over. The consent and the signature are given anew."), sub=True))
        if st.button(_("Make a new draft of it"), key="copy-make") and chosen:
            menu.go("filing", id=begin(names[chosen].branch_id, chosen))
