"""«Загрузка офисов»: visits by office, hour and service, who did not come; taken away as .xlsx. Counts only, no persons."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import streamlit as st

from dashboard import menu, parts, session
from dashboard.parts import charts
from dashboard.views.wall_filters import choose
from dashboard.views.wall_parts import percent, take_away
from documents.sheets.statistics import Sheet
from documents.wording import day, number
from infra import clock
from infra.wording import N_, _
from models.booking import load, queries
from models.booking.tables import STAGE_NAMES, Stage
from models.process.actor import Role
from models.process.workdays import ONE_DAY

ENTRY = menu.Entry("load", N_("Load of offices"), order=47, roles=frozenset({Role.OPERATOR, Role.MANAGER, Role.ADMIN}))
PERIODS = {"30": N_("30 days back"), "ahead": N_("30 days ahead"), "90": N_("90 days back")}


@dataclass(frozen=True)
class Line:
    """A cell of the count."""

    office: str
    service: str
    hour: int
    stage: Stage
    count: int


def page() -> None:
    who = session.current()
    parts.show(parts.head(_("Load of offices"), _("Visits by office, hour and service, and how many did not come.")))
    with session.reading(who) as db:
        offices = {o.id or 0: o.address for o in queries.offices(db, all_of_them=True)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        office = choose(
            "load", "office", _("Office"), [0, *offices], lambda o: offices.get(o) or _("all offices"), width=420
        )
        period = choose("load", "period", _("Period"), list(PERIODS), lambda p: _(PERIODS[p]))
    first, last = span(period, clock.now())
    with session.reading(who) as db:
        rows = load.load(db, first, last)
    lines = [
        Line(offices.get(int(str(r["office_id"])), ""), str(r["service"]), int(str(r["hour"])), Stage(str(r["stage"])), int(str(r["count"])))
        for r in rows if office in (0, r["office_id"])
    ]  # fmt: skip
    if not lines:
        return parts.show(parts.empty(_("No visits in this period"), _("Choose another period or office.")))
    _tiles(lines)
    left, right = st.columns(2, gap="medium")
    with left:
        _chart(_("By office"), lines, lambda n: n.office)
        _chart(_("By service"), lines, lambda n: n.service)
    with right:
        _chart(_("By hour"), lines, lambda n: f"{n.hour}:00", in_order=True)
    about = f"{day(first.astimezone(clock.zone()).date())} – {day((last - ONE_DAY).astimezone(clock.zone()).date())}"
    take_away("booking-load", lambda: sheets(lines, about))
    return None


def span(period: str, now: datetime) -> tuple[datetime, datetime]:
    """Whole days of the utility; the last end is out."""
    midnight = datetime.combine(now.astimezone(clock.zone()).date(), time(), clock.zone())
    if period == "ahead":
        return midnight, midnight + timedelta(days=31)
    return midnight - timedelta(days=int(period)), midnight + ONE_DAY


def no_show(lines: list[Line]) -> float | None:
    """Of those whose time has come: how many did not. Cancelled in time is no fault."""
    came = {Stage.SERVED, Stage.REFUSED_DOCS, Stage.CHECKED_IN}
    missed = sum(n.count for n in lines if n.stage == Stage.NO_SHOW)
    all_of_them = missed + sum(n.count for n in lines if n.stage in came)
    return missed / all_of_them if all_of_them else None


def _tiles(lines: list[Line]) -> None:
    by_stage: Counter[Stage] = Counter()
    for line in lines:
        by_stage.update({line.stage: line.count})
    share = no_show(lines)
    parts.show(parts.tiles([
        (_("Visits"), number(sum(by_stage.values())), ""), (_("Served"), number(by_stage[Stage.SERVED]), ""),
        (_("Papers refused"), number(by_stage[Stage.REFUSED_DOCS]), ""), (_("Cancelled"), number(by_stage[Stage.CANCELLED]), ""),
        (_("Did not come"), percent(share) if share is not None else "—", number(by_stage[Stage.NO_SHOW])),
    ]))  # fmt: skip


def _chart(title: str, lines: list[Line], key: Callable[[Line], str], *, in_order: bool = False) -> None:
    counted: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for line in sorted(lines, key=lambda n: n.hour):
        counted[key(line)] += line.count
        missed[key(line)] += line.count if line.stage == Stage.NO_SHOW else 0
    top = max(counted.values())
    order = list(counted.items()) if in_order else counted.most_common(20)
    drawn = [
        charts.Bar(name, number(n), [charts.Piece((n - missed[name]) / top), charts.Piece(missed[name] / top, charts.LATE)],
                   _("did not come: %(count)s") % {"count": missed[name]} if missed[name] else "")
        for name, n in order
    ]  # fmt: skip
    parts.show(parts.card(title, charts.bars(drawn, title)))


def sheets(lines: list[Line], about: str) -> list[Sheet]:
    columns = [_("Office"), _("Service"), _("Hour"), _("State"), _("Visits")]
    rows = [(n.office, n.service, n.hour, _(STAGE_NAMES[n.stage]), n.count) for n in lines]
    return [Sheet(_("Load of offices"), about, columns, rows)]
