"""The applicant's card: whose turn, until when, what then; the course, the eight fields, papers, terms, payments, messages."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.parts import time_left
from dashboard.views import (
    application_calendar,
    application_change,
    application_choices,
    application_correct,
    application_parts,
    application_protocol,
    application_refund,
    application_supply,
    application_talk,
    application_turn,
    case_news,
    represent_case,
    signing_parts,
    visits,
)
from dashboard.views.application_sight import Sight, sight
from documents.wording import NBSP, figure
from infra.wording import N_, _
from models.connection.rules import STAGE_NAMES
from models.connection.tables import FINAL_STAGES, Stage
from models.people.represent_tables import Act

ENTRY = menu.Entry("application", N_("Application card"), order=100, roles=menu.APPLICANT, hidden=True)


def page() -> None:
    who = session.current()
    menu.link("applications", _("My applications"))
    seen = sight(who)
    if seen.case.stage == Stage.DRAFT:
        menu.go("filing", id=seen.id)
    _head(seen)
    case_news.show(who, seen.id, seen.history, seen.card.zone)
    represent_case.line(who, seen.case)
    application_turn.card(who, seen)
    visits.invite(who)
    if seen.card.turn.action != "sign":
        signing_parts.block(seen.id)
    application_protocol.card(seen)
    left, right = st.columns(2, gap="medium")
    with left:
        parts.show(parts.card(_("Course of the application"), parts.timeline(application_parts.steps(seen))))
        application_parts.documents(seen)
        application_parts.terms(seen)
        if seen.case.number:
            application_calendar.card(who, seen.id)
    with right:
        parts.show(parts.card(_("Application card"), parts.listing(application_parts.fields(seen))))
        application_parts.payments(who, seen)
        if seen.acts is None:  # money back is asked for in person
            application_refund.card(who, seen)
        application_supply.card(seen)
        application_change.card(seen)
        application_talk.card(seen)
        if seen.may(Act.FILE):
            application_choices.card(seen)
        application_correct.card(seen)


def _head(seen: Sight) -> None:
    case, turn = seen.case, seen.card.turn
    if case.suspended_at:
        chip = parts.chip("paused")
    elif case.stage == Stage.COMPLETED:
        chip = parts.chip("done", _(STAGE_NAMES[Stage.COMPLETED]))
    elif case.stage in FINAL_STAGES:
        chip = parts.chip("closed")
    elif turn.left is not None:
        soon = "late" if turn.left < 0 else "soon" if turn.left <= 3 and turn.whose == "applicant" else "work"
        chip = parts.chip(soon, time_left(turn.left))
    else:
        chip = parts.chip("work")
    what = f"{case.object_name}, {figure(case.power_kw)}{NBSP}кВт, {figure(case.voltage_kv)}{NBSP}кВ"
    category = _("%(number)s category") % {"number": case.reliability}
    parts.show(
        parts.head(
            case.number or _("The application has no number yet"), f"{what}, {category} · {case.object_address}", chip
        )
    )
