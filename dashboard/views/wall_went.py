"""The wall, how it went: terms kept by stage, branch and engineer, times at stages, ways between stages, why cases ended."""

from collections.abc import Mapping

import streamlit as st

from dashboard import parts, session
from dashboard.parts import charts
from dashboard.views.wall_parts import Sight, percent, stage_name, take_away
from documents.sheets.statistics import Sheet
from documents.wording import number, person_short
from infra.wording import _
from models.connection import statistics
from models.connection.statistics import Cause, Kept, StageTime
from models.connection.tables import MAIN_LINE, Stage

LINE = [s for s in MAIN_LINE if s not in (Stage.DRAFT, Stage.CONCLUDED, Stage.SUBMITTED)]
LONG = 30  # days: longer stays are drawn by a scale of their own


def page(seen: Sight) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        _funnel(seen)
        _times(seen)
        _ways(seen)
    with right:
        _kept(seen)
        _people(seen)
        _causes(seen)
    take_away("wall-went", lambda: _sheets(seen))


def _funnel(seen: Sight) -> None:
    with session.reading(seen.who) as db:
        reached = statistics.funnel(db, seen.of)
    came = reached.get(Stage.SUBMITTED, 0)
    lines = [
        charts.Bar(stage_name(s), number(reached.get(s, 0)), [charts.Piece(reached.get(s, 0) / came)], seen.share(reached.get(s, 0), came))
        for s in [Stage.SUBMITTED, *LINE] if came and (reached.get(s) or s != Stage.INSPECTION)
    ]  # fmt: skip
    told = _("Of %(count)s applications that came in %(period)s: how many have reached each stage by now.")
    _card(
        _("Funnel"), charts.bars(lines, _("Funnel")), told % {"count": number(came), "period": seen.period}, bool(came)
    )


def _times(seen: Sight) -> None:
    with session.reading(seen.who) as db:
        found = statistics.times(db, seen.of)
    short = [s for s in LINE if s in found and found[s].nearly <= LONG]
    long = [s for s in LINE if s in found and found[s].nearly > LONG]
    drawn = charts.spans([_span(s, found[s]) for s in short], _("Time at a stage")) if short else ""
    if long:
        apart = _("Longer than %(days)s days: another scale") % {"days": LONG}
        drawn += f'<p class="f-small f-sub">{parts.esc(apart)}</p>' if short else ""
        drawn += charts.spans([_span(s, found[s]) for s in long], _("Time at a stage"))
    told = _(
        "Calendar days at a stage: half of the cases · four of five · nine of ten. To the right: how many have left it."
    )
    _card(_("Time at a stage"), drawn, told, bool(drawn))


def _span(stage: Stage, found: StageTime) -> tuple[str, float, float, float, str]:
    return stage_name(stage), found.half, found.most, found.nearly, number(found.left)


def _ways(seen: Sight) -> None:
    with session.reading(seen.who) as db:
        found = statistics.ways(db, seen.of)
    top = max(found.values(), default=1)
    order = sorted(found.items(), key=lambda pair: -pair[1])[:14]
    lines = [
        charts.Bar(f"{stage_name(a)} → {stage_name(b)}", number(n), [charts.Piece(n / top)]) for (a, b), n in order
    ]
    told = _("How many times a case went this way in %(period)s.") % {"period": seen.period}
    _card(_("Flow between stages"), charts.bars(lines, _("Flow between stages")), told, bool(lines))


# ------------------------------------------------------------------------------------------------ terms kept
def _kept(seen: Sight) -> None:
    with session.reading(seen.who) as db:
        stages = statistics.times(db, seen.of)
        branches = statistics.kept_by_branch(db, seen.of) if seen.of.branch_id is None else {}
    rows = [_share(stage_name(s), stages[s]) for s in LINE if s in stages and stages[s].share is not None]
    told = _("Terms of the grid company fulfilled in %(period)s. Hatched and to the right: late.") % {
        "period": seen.period
    }
    _card(_("In time by stage"), charts.bars(rows, _("In time by stage")), told, bool(rows))
    places = [_share(seen.branches.get(b, ""), kept) for b, kept in branches.items() if kept.share is not None]
    if places:
        _card(_("In time by branch"), charts.bars(places, _("In time by branch")), "", True)


def _share(label: str, kept: Kept) -> charts.Bar:
    share = kept.share or 0.0
    note = _("%(late)s of %(all)s") % {"late": kept.broken, "all": kept.kept + kept.broken} if kept.broken else ""
    return charts.Bar(
        label, percent(share), [charts.Piece(share), charts.Piece(1 - share, charts.LATE)], note, kept.broken > 0
    )


def _people(seen: Sight) -> None:
    with session.reading(seen.who) as db:
        found = statistics.engineers(db, seen.of)
    if not found:
        return
    columns = [parts.Column(_("Engineer")), parts.Column(_("Steps done"), "n"), parts.Column(_("In time"), "n"),
               parts.Column(_("Half of them took, days"), "n")]  # fmt: skip
    rows = [
        (str(n), [parts.esc(person_short(p.name)), number(p.ended), percent(p.share) if p.share is not None else "—",
                  number(p.half, 1)])
        for n, p in enumerate(found)
    ]  # fmt: skip
    parts.show(
        f'<h2 style="margin-bottom:10px">{parts.esc(_("Engineers"))}</h2>',
        parts.still(parts.table(columns, rows, _("Engineers"))),
    )


def _causes(seen: Sight) -> None:
    with session.reading(seen.who) as db:
        found = statistics.causes(db, seen.of)
    top = max((c.cases for c in found), default=1)
    lines = [charts.Bar(_cause(c), number(c.cases), [charts.Piece(c.cases / top)]) for c in found]
    told = _("Applications that ended without a connection in %(period)s.") % {"period": seen.period}
    _card(_("Why they ended"), charts.bars(lines, _("Why they ended")), told, bool(lines))


def _cause(cause: Cause) -> str:
    return f"{stage_name(cause.way)}: {cause.reason}" if cause.reason else stage_name(cause.way)


def _card(title: str, drawn: str, told: str, there: bool) -> None:
    if not there:
        return parts.show(parts.empty(title, _("Nothing of this kind in the chosen period. Choose a longer one.")))
    return parts.show(parts.card(title, drawn + (f'<p class="f-small f-sub">{parts.esc(told)}</p>' if told else "")))


def _sheets(seen: Sight) -> list[Sheet]:
    with session.reading(seen.who) as db:
        times = statistics.times(db, seen.of)
        reached, ways = statistics.funnel(db, seen.of), statistics.ways(db, seen.of)
        people, causes = statistics.engineers(db, seen.of), statistics.causes(db, seen.of, 1000)
    names: Mapping[str, str] = {s: stage_name(s) for s in Stage}
    return [
        Sheet(_("Time at a stage"), seen.about,
              [_("Stage"), _("Left"), _("Half, days"), _("80 %, days"), _("90 %, days"), _("Terms in time"), _("Terms late")],
              [(names[s], t.left, t.half, t.most, t.nearly, t.kept, t.broken) for s, t in times.items()]),
        Sheet(_("Funnel"), seen.about, [_("Stage"), _("Applications")], [(names[s], n) for s, n in reached.items()]),
        Sheet(_("Flow between stages"), seen.about, [_("From the stage"), _("To the stage"), _("Applications")],
              [(names[a], names[b], n) for (a, b), n in ways.items()]),
        Sheet(_("Engineers"), seen.about,
              [_("Engineer"), _("Steps done"), _("Terms in time"), _("Terms late"), _("Half, days")],
              [(p.name, p.ended, p.kept, p.broken, p.half) for p in people]),
        Sheet(_("Why they ended"), seen.about, [_("Way out"), _("Reason"), _("Applications")],
              [(names[c.way], c.reason, c.cases) for c in causes]),
    ]  # fmt: skip
