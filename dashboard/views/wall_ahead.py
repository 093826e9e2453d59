"""The wall, what comes: terms by week, what will be late in ten working days if work goes on as usual, what lateness costs."""

from datetime import timedelta
from decimal import Decimal

import streamlit as st

from dashboard import parts, session
from dashboard.parts import charts, drawing
from dashboard.views.wall_parts import Sight, take_away
from documents.sheets.statistics import Sheet
from documents.wording import day, figure, money, number
from infra import clock
from infra.wording import _
from models.connection import queries as cases
from models.connection import statistics
from models.connection.statistics import Penalties, Risk, Slice, Week

LONG = timedelta(days=90)  # the stretch that tells what is usual
PERCENT = Decimal("0.25")  # of the whole fee a day, when no rule TU-PEN is in force (ПП 861, п. 16 в)


def page(seen: Sight) -> None:
    left, right = st.columns([1.25, 1], gap="medium")
    with left:
        _risks(seen)
    with right:
        _costs(seen)
        _weeks(seen)
    take_away("wall-ahead", lambda: _sheets(seen))


def found_risks(seen: Sight) -> list[Risk]:
    of = seen.of
    with session.reading(seen.who) as db:
        usual = statistics.times(db, Slice(seen.now - LONG, seen.now, None, of.category))
        return statistics.risks(db, seen.now, seen.zone, usual, 10, of.branch_id, of.category)


def _risks(seen: Sight) -> None:
    found = found_risks(seen)
    top = max((r.due for r in found), default=0) or 1
    likely, possible = sum(r.likely for r in found), sum(r.possible for r in found)
    lines = [
        charts.Bar(
            day(r.day), str(r.due),
            [charts.Piece(r.likely / top, charts.LATE), charts.Piece(max(r.possible - r.likely, 0) / top, charts.LIGHT),
             charts.Piece((r.due - max(r.possible, r.likely)) / top, charts.PALE)],
            _("%(count)s will be late") % {"count": r.likely} if r.likely else "", r.likely > 0,
        )
        for r in found
    ]  # fmt: skip
    told = _(
        "Terms of the grid company by their last day. Hatched: late even if every stage ahead takes what half of the cases "
        "needed in 90 days. Darker: late if they take what four of five needed."
    )
    head = f"<p><b>{parts.esc(_('Likely late: %(likely)s, possibly: %(possible)s') % {'likely': likely, 'possible': possible})}</b></p>"
    body = head + charts.bars(lines, _("Late in ten working days")) + f'<p class="f-small f-sub">{parts.esc(told)}</p>'
    parts.show(parts.card(_("Late in ten working days"), body))


# ------------------------------------------------------------------------------------------------ money
def _percent(seen: Sight) -> Decimal:
    with session.reading(seen.who) as db:
        rule = cases.rules_today(db, clock.today()).get("TU-PEN")
    return Decimal(str(rule.alternative.get("percent_per_day", PERCENT))) if rule else PERCENT


def found_costs(seen: Sight) -> Penalties:
    percent = _percent(seen)
    with session.reading(seen.who) as db:
        return statistics.penalties(db, seen.now, seen.zone, percent, seen.of.branch_id, seen.of.category)


def _costs(seen: Sight) -> None:
    found = found_costs(seen)
    fields = [
        parts.Field(_("Works late now"), number(found.cases)),
        parts.Field(_("Penalty by today"), money(found.roubles)),
        parts.Field(_("Each further day"), money(found.daily)),
        parts.Field(_("Works that end within ten working days"), number(found.near_cases)),
        parts.Field(_("If they are late, each day"), money(found.near_daily)),
    ]
    told = _("%(percent)s %% of the whole fee for each day, ПП 861, п. 16 в)") % {"percent": figure(_percent(seen))}
    parts.show(
        parts.card(_("Penalties at risk"), parts.listing(fields) + f'<p class="f-small f-sub">{parts.esc(told)}</p>')
    )


# ------------------------------------------------------------------------------------------------ weeks
def _weeks(seen: Sight) -> None:
    with session.reading(seen.who) as db:
        weeks = statistics.forecast(db, clock.today(), 6, seen.of.branch_id)
        usual = statistics.kept_weekly(db, seen.now)
    bars = [(_("from %(day)s") % {"day": day(w.monday)}, w.due, 0) for w in weeks]
    told = _("Terms of the grid company that run now, by the week in which they end. New applications add to them.")
    body = f'<p class="f-small f-sub">{parts.esc(told)}</p>' + drawing.funnel(bars, _("Terms by week"))
    parts.show(parts.card(_("Terms by week"), body + _comparison(weeks, usual)))


def _comparison(weeks: list[Week], usual: float | None) -> str:
    if usual is None:
        return ""
    heavy = max(weeks, key=lambda w: w.due)
    line = _("In a usual week %(usual)s are fulfilled.") % {"usual": figure(usual)}
    if heavy.due > usual:
        line += " " + _("The week from %(day)s needs %(due)s.") % {"day": day(heavy.monday), "due": heavy.due}
    return f'<p class="f-small">{parts.esc(line)}</p>'


def _sheets(seen: Sight) -> list[Sheet]:
    costs = found_costs(seen)
    return [
        Sheet(_("Late in ten working days"), seen.place,
              [_("Last day"), _("Terms"), _("Likely late"), _("Possibly late")],
              [(r.day, r.due, r.likely, r.possible) for r in found_risks(seen)]),
        Sheet(_("Penalties at risk"), seen.place,
              [_("Works late now"), _("Penalty by today"), _("Each further day"), _("Works that end within ten working days"),
               _("If they are late, each day")],
              [(costs.cases, costs.roubles, costs.daily, costs.near_cases, costs.near_daily)]),
    ]  # fmt: skip
