"""The wall, health: whether letters go and the engine works."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.desk_parts import age, moment
from dashboard.views.wall_parts import Sight, take_away
from documents.sheets.statistics import Sheet
from documents.wording import number, plural
from infra.settings import settings
from infra.wording import _, language
from models.connection import statistics
from models.process import queries as engine


def page(seen: Sight) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        _delivery(seen)
    with right:
        _engine(seen)
    take_away("wall-health", lambda: _sheets(seen))


def _sheets(seen: Sight) -> list[Sheet]:
    with session.reading(seen.who) as db:
        mail, e = statistics.letters(db, seen.now), engine.engine(db)
    letters = [(_("Letters gone in a day"), mail.day_sent), (_("Not delivered"), mail.undeliverable),
               (_("Tried again"), mail.retrying), (_("Waiting to go"), mail.open)]  # fmt: skip
    work = [(_("Workers heard"), e.workers), (_("Queue of work"), e.due), (_("In work now"), e.running),
            (_("Timers ahead"), e.waiting), (_("Carried since the start"), e.legs), (_("Set aside with an error"), e.aside)]  # fmt: skip
    columns = ["", _("Now")]
    return [
        Sheet(_("Delivery"), moment(seen.now), columns, letters),
        Sheet(_("Engine"), moment(seen.now), columns, work),
    ]


def _delivery(seen: Sight) -> None:
    with session.reading(seen.who) as db:
        found = statistics.letters(db, seen.now)
    bad = parts.chip("late", str(found.undeliverable)) if found.undeliverable else parts.chip("done", _("none"))
    fields = [
        parts.Field(_("Letters gone in a day"), number(found.day_sent)),
        parts.Field(_("Not delivered"), value_html=bad),
        parts.Field(_("Tried again"), str(found.retrying)),
        parts.Field(_("Waiting to go"), f"{found.open}, {_('the oldest')} {age(found.oldest)}" if found.open else "0"),
    ]
    with st.container(key="card-delivery"):
        parts.show(parts.h2(_("Delivery")), parts.listing(fields))
        menu.link("letters", _("Undelivered letters"))


def _engine(seen: Sight) -> None:
    with session.reading(seen.who) as db:
        e = engine.engine(db)
    heard = parts.chip(
        "done" if e.workers else "late", _("%(heard)s of %(known)s") % {"heard": e.workers, "known": e.known_workers}
    )
    aside = parts.chip("late", _things(e.aside)) if e.aside else parts.chip("done", _("none"))
    fields = [
        parts.Field(_("Workers heard"), value_html=heard),
        parts.Field(
            _("Queue of work"), f"{number(e.due)}, {_('the oldest')} {age(e.oldest_due)}" if e.due else _("empty")
        ),
        parts.Field(_("In work now"), str(e.running)),
        parts.Field(_("Timers ahead"), number(e.waiting)),
        parts.Field(_("Carried since the start"), number(e.legs)),
        parts.Field(_("Set aside with an error"), value_html=aside),
    ]
    if e.without_prefect:
        fields.append(parts.Field(_("Prefect"), value_html=parts.chip("soon", _("away, the work goes on without it"))))
    with st.container(key="card-engine"):
        parts.show(parts.h2(_("Engine")), parts.listing(fields))
        with st.container(horizontal=True):
            menu.link("failed", _("Failed work"))
            st.link_button(_("Runs in Prefect"), settings().prefect_api.removesuffix("/api"))


def _things(n: int) -> str:
    return f"{n} {plural(n, 'дело', 'дела', 'дел')}" if language() == "ru" else str(n)
