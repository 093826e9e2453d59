"""From a dated rule to a running clock: which rules an event starts, how long each is, its last day, frozen."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_
from sqlmodel import Session, col, select

from models.process.tables import CalendarOverride, Term, TermRule
from models.process.workdays import Calendar, end_of_day

REMINDER_HOUR = timedelta(hours=10)  # local time of the day on which a reminder leaves


def calendar(session: Session) -> Calendar:
    """The country's calendar under this utility's exceptions; read once a transaction."""
    if "calendar" not in session.info:
        rows = session.exec(select(CalendarOverride)).all()
        session.info["calendar"] = Calendar({r.day: r.working for r in rows})
    return session.info["calendar"]  # type: ignore[no-any-return]


def holds(condition: str, facts: Mapping[str, bool]) -> bool:
    """'near,!investment_works' against the facts of a case. An unknown fact is a fault of the rule: KeyError."""
    wanted = [c.strip() for c in condition.split(",") if c.strip()]
    return all(facts[c.removeprefix("!")] is not c.startswith("!") for c in wanted)


def rules_on(session: Session, process: str, event: str, day: date) -> Sequence[TermRule]:
    """Rules that this event starts, in the edition valid on `day`; read once a transaction, for reading only."""
    key = ("rules_on", process, event, day)
    if key in session.info:
        return session.info[key]  # type: ignore[no-any-return]
    query = select(TermRule).where(
        TermRule.process == process,
        TermRule.enabled,
        col(TermRule.starts_on).contains([event]),
        TermRule.valid_from <= day,
        or_(col(TermRule.valid_to).is_(None), col(TermRule.valid_to) >= day),
    )
    session.info[key] = session.exec(query.order_by(col(TermRule.rule))).all()
    return session.info[key]  # type: ignore[no-any-return]


def length_of(rule: TermRule, category: str, facts: Mapping[str, bool]) -> tuple[int, str] | None:
    """(15, "wd"), or nothing when the rule does not speak of this category."""
    if rule.lengths:
        found = rule.lengths.get(category)
        if found is None:
            return None
        number = found.rstrip("wdmy")
        return int(number), found[len(number) :]
    if rule.alternative and facts[rule.alternative["if"]]:
        return int(rule.alternative["length"]), rule.alternative.get("unit", rule.unit)
    return (rule.length, rule.unit) if rule.length is not None else None


def start(
    session: Session,
    process: str,
    subject_id: int,
    event: str,
    now: datetime,
    *,
    zone: ZoneInfo,
    facts: Mapping[str, bool],
    category: str = "",
) -> list[Term]:
    """Start every term that `event` starts; the edition of the rules is that of today."""
    today = now.astimezone(zone).date()
    found = []
    for rule in rules_on(session, process, event, today):
        length = length_of(rule, category, facts) if holds(rule.condition, facts) else None
        if length is not None:
            found.append((rule, calendar(session).end_of_term(today, *length), length[1]))
    session.flush()
    same = select(Term).where(
        Term.process == process, Term.subject_id == subject_id, Term.starts_at == now, Term.ref == ""
    )
    begun = {t.rule: t for t in session.exec(same)} if found else {}
    return [
        begun.get(rule.rule) or _clock(session, process, subject_id, rule, last, now, zone=zone, unit=unit)
        for rule, last, unit in found
    ]


def begin(
    session: Session,
    process: str,
    subject_id: int,
    rule: TermRule,
    last: date,
    now: datetime,
    *,
    zone: ZoneInfo,
    unit: str = "d",
    ref: str = "",
    title: str = "",
) -> Term:
    """One clock with a known last day. The same event at the same moment starts one clock, not two."""
    session.flush()
    same = select(Term).where(Term.process == process, Term.subject_id == subject_id, Term.rule == rule.rule)
    if found := session.exec(same.where(Term.ref == ref, Term.starts_at == now)).first():
        return found
    return _clock(session, process, subject_id, rule, last, now, zone=zone, unit=unit, ref=ref, title=title)


def _clock(
    session: Session,
    process: str,
    subject_id: int,
    rule: TermRule,
    last: date,
    now: datetime,
    *,
    zone: ZoneInfo,
    unit: str,
    ref: str = "",
    title: str = "",
) -> Term:
    days = calendar(session)

    def back(count: int) -> date:
        return days.before_working_days(last, count) if unit == "wd" else last - timedelta(days=count)

    mornings = [end_of_day(back(-n) - timedelta(days=1), zone) + REMINDER_HOUR for n in rule.reminders]
    term = Term(
        process=process,
        subject_id=subject_id,
        rule=rule.rule,
        ref=ref,
        title=title or rule.title,
        whose=rule.whose,
        on_lapse=rule.on_lapse,
        is_right=rule.is_right,
        basis=rule.basis,
        starts_at=now,
        due_on=last,
        due_at=end_of_day(last, zone),
        acts_at=end_of_day(days.after_working_days(last, rule.grace) if rule.grace else last, zone),
        unit=unit,
        reminders=sorted(m.isoformat() for m in mornings if m > now),
    )
    session.add(term)
    return term
