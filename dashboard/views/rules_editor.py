"""«Правила»: deadlines, rates, taxes, limits and the calendar as dated editions. A change is proposed by one person and
confirmed by another; a clock that runs keeps its last day."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import streamlit as st
from sqlmodel import Session

from dashboard import menu, parts, session
from dashboard.views import rules_doubts
from dashboard.views import rules_look as look
from dashboard.views import rules_words as words
from dashboard.views.rules_form import Form, draw
from dashboard.views.wall_filters import choose
from documents.wording import NBSP, amount, day, figure
from infra import clock
from infra.wording import N_, _
from models.process.actor import Role
from models.process.errors import NotFound
from models.process.terms import calendar
from models.rulebook import actions, queries, rules
from models.rulebook.queries import Line
from models.rulebook.tables import ChangeState, Kind

ENTRY = menu.Entry("rules", N_("Rules"), order=65, roles=actions.EDITORS | {Role.AUDITOR})
NEW = "new"
_BY_TITLE = (Kind.LIMIT, Kind.RETENTION)  # their code is no word of people: the title names them
SHORT = ChangeState.DECLINED, ChangeState.WITHDRAWN


def page() -> None:
    who = session.current()
    code = st.query_params.get("code", "")
    if code:
        return _one(who, _kind(), code)
    told = _(
        "A change is a new edition with its first day. A second person confirms it; a term that runs keeps its last day."
    )
    parts.show(parts.head(_("Rules"), told))
    kind = Kind(
        choose(
            "rules", "kind", _("Show"), [str(k) for k in words.KINDS], lambda k: _(words.KINDS[Kind(k)]), buttons=True
        )
    )
    with session.reading(who) as db:
        waits = list(queries.waiting(db))
        gone = [c for c in queries.changes(db, kind) if c.state in SHORT]
    names = look.names_of(who, [*waits, *gone])
    if waits:
        parts.show(parts.h2(_("Changes wait for a second person: %(count)s") % {"count": len(waits)}))
        look.waiting(who, waits, names)
    if kind is Kind.CALENDAR:
        _days(who)
    else:
        _list(who, kind)
    rules_doubts.show(who, kind)
    return look.refused(gone, names)


def _kind() -> Kind:
    asked = st.query_params.get("kind", Kind.TERM)
    if asked not in list(Kind):
        raise NotFound
    return Kind(asked)


# ------------------------------------------------------------------------------------------------ lists
def _list(who: session.Who, kind: Kind) -> None:
    with session.reading(who) as db:
        found, titles = queries.lines(db, kind, clock.today()), queries.titles(db)
    columns = [parts.Column(_("Rule"), "nw"), parts.Column(_("Says today"), "key"), parts.Column(_("What")),
               parts.Column(_("In force"), "nw"), parts.Column(_("Basis"), "wide")]  # fmt: skip
    opened = parts.rows(parts.table(columns, [_line(kind, r, titles) for r in found], _("Rules")), key=f"rules-{kind}")
    if opened:
        menu.go("rules", kind=kind, code=opened)
    if kind is Kind.RATE and who.actor.role in actions.EDITORS and st.button(_("Add a rate"), key="rate-new"):
        menu.go("rules", kind=kind, code=NEW)


def _line(kind: Kind, r: Line, titles: Mapping[str, str]) -> tuple[str, list[str]]:
    row = r.now or r.last
    coming = (
        _("then from %(day)s: %(what)s") % {"day": day(r.next.valid_from), "what": says(kind, r.next, titles)}
        if r.next
        else ""
    )
    chip = parts.chip("soon", _("waits")) if r.waits else ""
    title = getattr(row, "title", "") or words.name_of(kind, r.code, titles)
    doubt = parts.chip("late", _("basis is not checked")) if unchecked(row) else ""
    then = (
        f"<small>{parts.esc(_(words.LAPSES.get(str(row.on_lapse), str(row.on_lapse))))}</small>"
        if kind is Kind.TERM
        else ""
    )
    return r.code, [
        parts.opener(words.name_of(kind, r.code) if kind not in _BY_TITLE else r.code) + (f" {chip}" if chip else ""),
        parts.esc(says(kind, r.now, titles) if r.now else _("no value"))
        + (f"<small>{parts.esc(coming)}</small>" if coming else ""),
        parts.esc(title) + then,
        parts.esc(_("from %(day)s") % {"day": day(row.valid_from)}),
        parts.esc(row.basis) + (f" {doubt}" if doubt else "") + rules_doubts.contested(row),
    ]


def unchecked(row: Any) -> bool:
    """Whether nobody has looked up what stands as its basis."""
    return getattr(row, "confidence", "") == words.UNCHECKED


def says(kind: Kind, row: Any, titles: Mapping[str, str]) -> str:
    """What an edition says in a few words."""
    if kind is Kind.RATE:
        return f"{amount(row.amount)}{NBSP}₽ / {_(rules.RATE_UNITS[row.unit])}" + (
            _(", with VAT") if row.vat_included else ""
        )
    if kind in (Kind.VAT, Kind.KEY_RATE):
        return f"{figure(row.percent)}{NBSP}%"
    if kind is Kind.LIMIT:
        return figure(row.value)
    if kind is Kind.RETENTION:
        return words.kept_words(row.days)
    if not row.enabled:
        return _("off")
    if "percent_per_day" in row.alternative:
        return words.said(kind, "alternative", row.alternative)
    if not row.starts_on and not row.length:
        return _("by the day of the payment")
    return words.spans(row.lengths, titles) if row.lengths else words.length_words(row.length, row.unit)


# ------------------------------------------------------------------------------------------------ one rule
def _one(who: session.Who, kind: Kind, code: str) -> None:
    menu.link("rules", _("All rules"), kind=kind)
    new = kind is Kind.RATE and code == NEW
    with session.reading(who) as db:
        if kind is not Kind.CALENDAR and not new:
            story = queries.story(db, kind, code)
            if not story:
                raise NotFound
            now = actions.base(db, kind, code, clock.today())
        else:
            story, now = [], None
        made = list(queries.changes(db, kind, code))
    names = look.names_of(who, made)
    title = _("A new rate") if new else words.name_of(kind, code, names.codes)
    doubt = parts.chip("late", _("basis is not checked")) if now and unchecked(now) else ""
    parts.show(parts.head(title, getattr(now, "title", "") if now else "", doubt))
    open_ = [c for c in made if c.state == ChangeState.PROPOSED]
    look.waiting(who, open_, names)
    if who.actor.role in actions.EDITORS and not open_:
        _propose(who, kind, code, now, names.codes)
    if story:
        look.history(kind, story, names)
    look.refused([c for c in made if c.state in SHORT], names)


def _propose(who: session.Who, kind: Kind, code: str, was: Any, titles: Mapping[str, str]) -> None:
    with st.container(key="card-edition"):
        parts.show(parts.h2(_("A new edition")))
        form = Form(f"rule-{kind}-{code}", titles)
        if code == NEW:
            code = _new_code(form)
        typed = draw(form, kind, was)
        first = form.day("valid_from", clock.today() + timedelta(days=1), _("In force from"))
        if kind is Kind.KEY_RATE:
            parts.show(parts.p(_("The day may have passed already: interest of instalments that is not paid yet is then counted anew, and every applicant is told."), sub=True))  # fmt: skip
        reason = form.text("reason", "", label=_("Why the rule is changed"), max_chars=1000)
        _finish(who, form, kind, code, typed, first, reason)


def _new_code(form: Form) -> str:
    left, right = st.columns(2)
    with left:
        code = form.text("code", "", label=_("Code of the rate"), placeholder="C2.3.1.4.1.1").strip()
    with right:
        volts = {"0.4": "0,4 кВ", "1-20": "1–20 кВ", "*": _("any voltage")}
        return f"{code}|{form.choice('voltage', '0.4', volts, label=_('Voltage'))}"


def _finish(
    who: session.Who, form: Form, kind: Kind, code: str, typed: dict[str, Any], first: Any, reason: str
) -> None:
    """Faults beside their fields, the preview when there are none, the button."""
    pressed = f"{form.key}-tried"
    with session.reading(who) as db:
        values, faults = actions.look(db, kind, code, typed, first, reason, clock.today())
        blank = {"reason", "values"} | ({"code"} if code.startswith("|") else set())
        shown = [f for f in faults if st.session_state.get(pressed) or f.field not in blank]
        bad = [f for f in faults if f.field not in ("reason", "values")]
        if not bad:
            _preview(db, kind, code, values, first, any(f.field == "values" for f in faults))
    form.tell(shown)
    if st.button(_("Send to the second person"), type="primary", key=f"{form.key}-send"):
        if faults:
            st.session_state[pressed] = True
            st.rerun()
        with session.acting() as (db, actor, now):
            actions.propose(db, kind, code, typed, first, reason, actor, clock.today(), now)
        st.session_state.pop(pressed, None)
        parts.said(_("Proposed: a second person confirms it"))
        menu.go("rules", kind=kind)


def _preview(db: Session, kind: Kind, code: str, values: dict[str, Any], first: Any, same: bool) -> None:
    parts.show(f"<h3>{parts.esc(_('What the new edition would give'))}</h3>")
    if same:
        return parts.show(parts.p(_("The same as now: change a field."), sub=True))
    return look.show(db, kind, code, values, first)


# ------------------------------------------------------------------------------------------------ the calendar
def _days(who: session.Who) -> None:
    with session.reading(who) as db:
        found = queries.overridden(db, clock.today() - timedelta(days=365))
    if found:
        columns = [
            parts.Column(_("Day"), "nw"),
            parts.Column(_("Kind of the day"), "nw key"),
            parts.Column(_("Decree")),
        ]
        rows = [
            (
                str(r.day),
                [parts.esc(day(r.day)), parts.esc(words.said(Kind.CALENDAR, "working", r.working)), parts.esc(r.note)],
            )
            for r in found
        ]
        parts.show(parts.still(parts.table(columns, rows, _("Days that differ from the calendar of the country"))))
    else:
        told = _("Days off and working days are those of the country. Move a day here when a decree does so.")
        parts.show(parts.empty(_("No day is moved"), told))
    if who.actor.role in actions.EDITORS:
        _move_day(who)


def _move_day(who: session.Who) -> None:
    with st.container(key="card-edition"):
        parts.show(parts.h2(_("Move a day")))
        form = Form("rule-calendar")
        moved = form.day("valid_from", clock.today() + timedelta(days=1), _("Day"))
        with session.reading(who) as db:
            now = calendar(db).is_working(moved)
        is_now = _("now a working day") if now else _("now a day off")
        parts.show(parts.p(f"{day(moved)}: {is_now}", sub=True))
        options = {"off": N_("day off"), "working": N_("working day")}
        kind_of_day = form.choice("working", "off" if now else "working", options)
        note = form.text("note", "", placeholder=_("Decree and its number"))
        reason = form.text("reason", "", label=_("Why the rule is changed"), max_chars=1000)
        typed = {"working": kind_of_day == "working", "note": note}
        _finish(who, form, Kind.CALENDAR, moved.isoformat(), typed, moved, reason)
