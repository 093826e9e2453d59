"""What a new edition would give beside the one in force, the changes that wait, and the history. Shows, decides nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st
from sqlmodel import Session

from dashboard import parts, session
from dashboard.views import rules_words as words
from dashboard.views.desk_parts import dialog, moment
from documents.wording import day, money, person_short
from infra import clock
from infra.wording import _
from models.process.terms import calendar
from models.rulebook import actions, preview, queries, rules
from models.rulebook.limits import limit
from models.rulebook.preview import SAMPLE, SAMPLE_DAYS, Days, Sum
from models.rulebook.queries import Told
from models.rulebook.tables import ChangeState, Kind, RuleChange


@dataclass(frozen=True)
class Names:
    """Of people by id, of what is kept and of kinds of appeals by code."""

    people: Mapping[int, str]
    codes: Mapping[str, str]


# ------------------------------------------------------------------------------------------------ preview
def show(db: Session, kind: Kind, code: str, values: Mapping[str, Any], valid_from: date) -> None:
    """The sample by both editions. Called with values that have no fault."""
    was: Any = actions.base(db, kind, code, valid_from)
    if kind is Kind.CALENDAR:
        return _moved(db, date.fromisoformat(code), bool(values["working"]))
    new = actions.made(kind, code, values, valid_from, was)
    if kind is Kind.TERM:
        if "percent_per_day" in new.alternative:
            told = _("Penalty on %(sum)s for %(days)s days")
            return _sums(told, preview.penalty(was.alternative, new.alternative))
        if new.unit == rules.OFFICE:
            told = _("Hours of the office run from the moment on: %(hours)s")
            return parts.show(parts.p(told % {"hours": words.length_words(new.length, new.unit)}))
        start = st.date_input(
            _("Sample: the term begins on"), value=valid_from, format="DD.MM.YYYY", key=f"sample-{code}", width=220
        )
        return _days(preview.term(was, new, start, calendar(db)), queries.titles(db))
    if kind is Kind.RETENTION:
        return _kept(was.days, new.days, valid_from)
    if kind is Kind.VAT:
        return _sums(_("VAT on %(sum)s"), preview.vat(was.percent if was else None, new.percent))
    if kind is Kind.KEY_RATE:
        points = limit(db, "instalment_points", valid_from)
        found = preview.interest(was.percent if was else None, new.percent, points)
        return _sums(_("Interest on %(sum)s for %(days)s days"), found)
    if kind is Kind.RATE:
        return _sums(_("The rate"), Sum(was.amount if was else None, new.amount))
    return None


def _days(rows: Sequence[Days], titles: Mapping[str, str]) -> None:
    columns = [
        parts.Column(_("Case")),
        parts.Column(_("By the edition in force"), "nw"),
        parts.Column(_("By the new edition"), "nw key"),
    ]
    lines = [
        (str(n), [parts.esc(_case(r, titles)), parts.esc(_end(r.old, r.old_acts)), _new(r)]) for n, r in enumerate(rows)
    ]
    parts.show(parts.still(parts.table(columns, lines, _("What the new edition would give"))))


def _case(r: Days, titles: Mapping[str, str]) -> str:
    fact = _("if %(fact)s") % {"fact": r.fact} if r.fact else ""
    return " · ".join(filter(None, [titles.get(r.category, r.category), fact])) or _("every case")


def _end(last: date | None, acts: date | None) -> str:
    if last is None:
        return _("no term begins")
    return f"{day(last)}" + (_(", consequence after %(day)s") % {"day": day(acts)} if acts and acts != last else "")


def _new(r: Days) -> str:
    told = parts.esc(_end(r.new, r.new_acts))
    return told if (r.old, r.old_acts) == (r.new, r.new_acts) else f"<b>{told}</b>"


def _kept(old: int | None, new: int | None, ended: date) -> None:
    told = [day(d) if d else _("for good") for d in preview.kept(old, new, ended)]
    sample = _("what ended on %(day)s is kept until") % {"day": day(ended)}
    named = (_("Example"), _("By the edition in force"), _("By the new edition"))
    parts.show(parts.facts(list(zip(named, (sample, *told), strict=True))))


def _sums(title: str, found: Sum) -> None:
    named = title % {"sum": money(SAMPLE), "days": SAMPLE_DAYS} if "%" in title else title
    old = money(found.old) if found.old is not None else _("no value")
    pairs = [(_("Example"), named), (_("By the edition in force"), old), (_("By the new edition"), money(found.new))]
    if found.old:
        share = (found.new - found.old) / found.old * 100
        pairs.append((_("Difference"), f"{share:+.1f}\u00a0%".replace(".", ",").replace("-", "−")))
    parts.show(parts.facts(pairs))


def _moved(db: Session, moved: date, working: bool) -> None:
    start, old, new = preview.calendar(calendar(db), moved, working)
    sample = _("ten working days from %(day)s") % {"day": day(start)}
    parts.show(
        parts.facts(
            [(_("Example"), sample), (_("By the calendar in force"), day(old)), (_("By the new calendar"), day(new))]
        )
    )


# ------------------------------------------------------------------------------------------------ what waits
def waiting(who: session.Who, found: Sequence[RuleChange], names: Names) -> None:
    """Every proposed edition with what it changes and the buttons of the second person."""
    for c in found:
        kind = Kind(c.kind)
        with st.container(key=f"card-change-{c.id}"):
            title = f"{words.name_of(kind, c.code, names.codes)}: {_('from %(day)s') % {'day': day(c.valid_from)}}"
            parts.show(
                parts.h2(title),
                changed(kind, c.before, c.values, names),
                parts.p(_("Why: %(why)s") % {"why": c.reason}),
            )
            by = _("Proposed by %(name)s, %(time)s")
            parts.show(
                parts.p(
                    by % {"name": person_short(names.people.get(c.proposed_by, "")), "time": moment(c.proposed_at)},
                    sub=True,
                )
            )
            if who.actor.role in actions.EDITORS:
                _buttons(who, c, alone=len(found) == 1)


def changed(kind: Kind, before: Mapping[str, Any], values: Mapping[str, Any], names: Names) -> str:
    """«Length: 3 working days → 5 working days», a line for each difference."""
    told = [
        f"{field}: {old} → {new}" if before else f"{field}: {new}"
        for field, old, new in words.differences(kind, before, values, names.codes)
    ]
    return "".join(f"<p>{parts.esc(line)}</p>" for line in told)


def _buttons(who: session.Who, c: RuleChange, alone: bool) -> None:
    mine = c.proposed_by == who.id
    with st.container(horizontal=True, vertical_alignment="center"):
        if mine:
            if st.button(_("Take back"), key=f"change-back-{c.id}"):
                with session.acting() as (db, actor, now):
                    actions.decline(db, c.id or 0, "", actor, now)
                parts.done(_("Taken back"))
            return parts.show(parts.p(_("A second person confirms it: you proposed this change yourself"), sub=True))
        if st.button(_("Confirm"), type="primary" if alone else "secondary", key=f"change-yes-{c.id}"):
            with session.acting() as (db, actor, now):
                actions.confirm(db, c.id or 0, actor, clock.today(), now)
            parts.done(_("Confirmed: the edition is in force from %(day)s") % {"day": day(c.valid_from)})
        if st.button(_("Decline"), key=f"change-no-{c.id}"):
            dialog(_("Decline the change"), _decline, c.id)
    return None


def _decline(change_id: int) -> None:
    remark = st.text_area(_("Why you do not agree"), key=f"change-why-{change_id}", height=100, max_chars=1000)
    if st.button(_("Decline the change"), type="primary", key=f"change-declined-{change_id}"):
        with session.acting() as (db, actor, now):
            actions.decline(db, change_id, remark, actor, now)
        parts.done(_("Declined: the edition in force stays"))


# ------------------------------------------------------------------------------------------------ history
def history(kind: Kind, story: Sequence[Told], names: Names) -> None:
    """Editions with who, when and why; the newest first."""
    columns = [
        parts.Column(_("In force"), "nw"),
        parts.Column(_("What it says")),
        parts.Column(_("Why")),
        parts.Column(_("Who")),
    ]
    rows = []
    for told, older in zip(story, [*story[1:], None], strict=False):
        now = actions.snapshot(kind, told.row)
        before = actions.snapshot(kind, older.row) if older else {}
        what = changed(kind, before, now, names) if older else f"<p>{parts.esc(_first(kind, now, names))}</p>"
        rows.append((str(told.row.id), [parts.esc(_valid(told)), what, parts.esc(_why(told)), _who(told, names)]))
    parts.show(parts.h2(_("Editions")), parts.still(parts.table(columns, rows, _("Editions of the rule"))))


def _first(kind: Kind, now: Mapping[str, Any], names: Names) -> str:
    wanted = ("length", "lengths", "amount", "percent", "value")
    if kind is Kind.TERM and not now["lengths"]:
        return words.length_words(now["length"], now["unit"])
    if kind is Kind.RETENTION:
        return words.kept_words(now["days"])
    return "; ".join(words.said(kind, f, now[f], names.codes) for f in wanted if now.get(f))


def _valid(told: Told) -> str:
    first = _("from %(day)s") % {"day": day(told.row.valid_from)}
    return first + (_(" to %(day)s") % {"day": day(told.last)} if told.last else "")


def _why(told: Told) -> str:
    return told.change.reason if told.change else str(told.row.basis)


def _who(told: Told, names: Names) -> str:
    c = told.change
    if c is None:
        return parts.esc(_("came with the program"))
    told_by = [(c.proposed_by, c.proposed_at), (c.decided_by or 0, c.decided_at)]
    return "".join(
        f"{parts.esc(person_short(names.people.get(u, '')))}<small>{moment(at)}</small>" for u, at in told_by
    )


def refused(found: Sequence[RuleChange], names: Names) -> None:
    """Changes that did not come into force."""
    if not found:
        return
    columns = [
        parts.Column(_("Rule"), "nw"),
        parts.Column(_("State"), "nw key"),
        parts.Column(_("What was proposed")),
        parts.Column(_("Remark")),
    ]
    rows = []
    for c in found:
        kind = Kind(c.kind)
        chip, word = words.STATES[ChangeState(c.state)]
        by = f"<small>{parts.esc(person_short(names.people.get(c.proposed_by, '')))}, {moment(c.proposed_at)}</small>"
        rows.append((str(c.id), [parts.esc(words.name_of(kind, c.code, names.codes)) + by, parts.chip(chip, _(word)),
                     changed(kind, c.before, c.values, names), parts.esc(c.remark)]))  # fmt: skip
    with st.expander(_("Declined and taken back: %(count)s") % {"count": len(rows)}):
        parts.show(parts.still(parts.table(columns, rows, _("Changes that did not come into force"))))


def names_of(who: session.Who, found: Sequence[RuleChange]) -> Names:
    with session.reading(who) as db:
        return Names(queries.names(db, found), queries.titles(db))
