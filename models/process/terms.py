"""Running clocks: started by events from the dated rules, frozen, fulfilled, lapsed once, suspended with days given back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, text
from sqlmodel import Session, col, select

from models.process.tables import CalendarOverride, Term, TermRule
from models.process.work import alarm
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


def running(session: Session, process: str, subject_id: int) -> Sequence[Term]:
    """Clocks neither fulfilled, lapsed nor dropped, the nearest first; paused ones too."""
    query = select(Term).where(
        Term.process == process,
        Term.subject_id == subject_id,
        col(Term.done_at).is_(None),
        col(Term.lapsed_at).is_(None),
        col(Term.cancelled_at).is_(None),
    )
    return session.exec(query.order_by(col(Term.due_at), col(Term.id))).all()


def unfulfilled(session: Session, process: str, subject_id: int, rules: Iterable[str]) -> list[Term]:
    """Running or already lapsed clocks of these rules: a late act still fulfils its term."""
    wanted = list(rules)
    if not wanted:
        return []
    query = select(Term).where(
        Term.process == process,
        Term.subject_id == subject_id,
        col(Term.rule).in_(wanted),
        col(Term.done_at).is_(None),
        col(Term.cancelled_at).is_(None),
    )
    return list(session.exec(query).all())


def fulfil(
    session: Session, process: str, subject_id: int, rules: Iterable[str], now: datetime, ref: str | None = None
) -> None:
    for term in unfulfilled(session, process, subject_id, rules):
        if ref is None or term.ref == ref:
            term.done_at, term.reminders = now, []
            session.add(term)


def drop(session: Session, process: str, subject_id: int, rules: Iterable[str], now: datetime) -> None:
    """Clocks that lost their object: neither kept nor broken. A lapsed one stays in the record."""
    for term in unfulfilled(session, process, subject_id, rules):
        if term.lapsed_at is None:
            term.cancelled_at, term.reminders = now, []
            session.add(term)


def drop_all(session: Session, process: str, subject_id: int, now: datetime) -> None:
    drop(session, process, subject_id, {t.rule for t in running(session, process, subject_id)}, now)


def next_alarm(terms: Iterable[Term]) -> datetime | None:
    """When the nearest reminder, end or consequence comes; suspended clocks are silent."""
    times = []
    for term in terms:
        if term.paused_at is None:
            times.append(term.acts_at)
            times += [datetime.fromisoformat(r) for r in term.reminders[:1]]
    return min(times, default=None)


def arm(session: Session, process: str, subject_id: int, now: datetime) -> None:
    """Level-triggered: every leg ends by arming the nearest timer again."""
    session.flush()
    if at := next_alarm(running(session, process, subject_id)):
        alarm(session, process, subject_id, at, now)


def due_reminders(terms: Iterable[Term], now: datetime) -> list[Term]:
    """Clocks with a reminder to send now. Of several missed ones only one is sent: `reminders` is cut here."""
    found = []
    for term in terms:
        past = [r for r in term.reminders if datetime.fromisoformat(r) <= now]
        if past and term.paused_at is None:
            term.reminders = [r for r in term.reminders if r not in past]
            found.append(term)
    return found


def lapsed(terms: Iterable[Term], now: datetime) -> list[Term]:
    """Clocks whose consequence is due. A term found not yet passed is left alone: the alarm rang early."""
    return [t for t in terms if t.acts_at <= now and t.paused_at is None]


def pause(session: Session, process: str, subject_id: int, now: datetime) -> None:
    for term in running(session, process, subject_id):
        term.paused_at = term.paused_at or now
        session.add(term)


def resume(
    session: Session,
    process: str,
    subject_id: int,
    now: datetime,
    zone: ZoneInfo,
    only: Iterable[str] | None = None,
) -> None:
    """Suspension gives the days back: as many days (in the unit of the term) remain as when it was suspended. Of a term
    that had ended already, the rest of its grace remains. `only`: these rules, all when not said."""
    days = calendar(session)
    today = now.astimezone(zone).date()
    chosen = None if only is None else set(only)
    for term in running(session, process, subject_id):
        if term.paused_at is None or (chosen is not None and term.rule not in chosen):
            continue
        stopped = term.paused_at.astimezone(zone).date()
        if term.due_on < stopped:
            rest = days.working_days_left(stopped, _acts_on(term, zone))
            term.acts_at = end_of_day(days.after_working_days(today, max(rest, 0)), zone)
        elif term.unit == "wd":
            left = days.working_days_left(stopped, term.due_on)
            _move_end(term, days.after_working_days(today, left), zone, days)
        else:
            _move_end(term, days.working_on_or_after(term.due_on + (today - stopped)), zone, days)
        term.paused_at = None
        session.add(term)


def _acts_on(term: Term, zone: ZoneInfo) -> date:
    """The last day before the consequence."""
    return term.acts_at.astimezone(zone).date() - timedelta(days=1)


def _move_end(term: Term, last: date, zone: ZoneInfo, days: Calendar) -> None:
    grace = days.working_days_left(term.due_on, _acts_on(term, zone))
    moved = end_of_day(last, zone) - term.due_at
    term.reminders = [(datetime.fromisoformat(r) + moved).isoformat() for r in term.reminders]
    term.due_on, term.due_at = last, end_of_day(last, zone)
    term.acts_at = end_of_day(days.after_working_days(last, grace) if grace > 0 else last, zone)


def move_to(session: Session, term: Term, last: date, zone: ZoneInfo) -> None:
    """Another last day for one running clock: by an extension of the rules or by two people. Grace stays as it was."""
    _move_end(term, last, zone, calendar(session))
    session.add(term)


def hold(session: Session, process: str, subject_id: int, rules: Iterable[str], now: datetime) -> None:
    """Only these clocks stand still, while somebody outside has the turn."""
    for term in running(session, process, subject_id):
        if term.rule in set(rules) and term.paused_at is None:
            term.paused_at = now
            session.add(term)


def let_go(
    session: Session, process: str, subject_id: int, rules: Iterable[str], now: datetime, zone: ZoneInfo, least: int
) -> None:
    """Clocks that were held run on: to their old last day, or `least` working days from today when that is later."""
    earliest = calendar(session).after_working_days(now.astimezone(zone).date(), least)
    for term in running(session, process, subject_id):
        if term.rule in set(rules) and term.paused_at is not None:
            term.paused_at = None
            if term.due_on < earliest:
                move_to(session, term, earliest, zone)
            session.add(term)


MARKS = (100, 80, 50)  # per cent of a term at which somebody higher up is told


def pressure(term: Term, now: datetime) -> int:
    """The escalation mark that a clock has passed: 0, 50, 80 or 100. Fulfilled, dropped and suspended ones press nobody.

    Source: domain b.5: amber at 50 %, red at 80 %, the head at 100 %."""
    if term.done_at or term.cancelled_at or term.paused_at or term.is_right:
        return 0
    whole = (term.due_at - term.starts_at).total_seconds()
    share = 100.0 if whole <= 0 and now >= term.due_at else (now - term.starts_at).total_seconds() / max(whole, 1) * 100
    return next((mark for mark in MARKS if share >= mark), 0)


def next_number(session: Session, scope: str, year: int) -> int:
    """Gapless: the row is locked until the transaction that uses the number ends."""
    return int(
        session.execute(
            text("""insert into counter (scope, year, value) values (:scope, :year, 1)
                on conflict (scope, year) do update set value = counter.value + 1 returning value"""),
            {"scope": scope, "year": year},
        ).scalar_one()
    )
