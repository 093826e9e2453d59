"""Terms of an appeal, from the dated rules: days as everywhere, hours as hours of office work. What rings is done in lapses."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from models.appeal import rules
from models.appeal.rules import Hours
from models.appeal.tables import PROCESS, SETTING, Appeal, AppealKind
from models.people.tables import Branch
from models.process import terms
from models.process.tables import Setting, Term, TermRule

_ZONE = str(Branch.model_fields["time_zone"].default)


def zone_of(session: Session, appeal: Appeal | None = None) -> ZoneInfo:
    """Of its branch, or of the utility's first one."""
    wanted = appeal.branch_id if appeal else None
    key = ("appeal zone", wanted)
    if key not in session.info:
        query = select(Branch).order_by(Branch.id)  # type: ignore[arg-type]
        found = session.exec(query.where(Branch.id == wanted) if wanted else query).first()
        session.info[key] = ZoneInfo(found.time_zone if found else _ZONE)
    zone: ZoneInfo = session.info[key]
    return zone


def hours(session: Session) -> Hours:
    """Office hours and parts of a day for calls; what the installation does not say is as everywhere."""
    row = session.get(Setting, SETTING)
    told = row.value if row else {}
    plain = Hours()
    return Hours(
        int(told.get("opens", plain.opens)),
        int(told.get("closes", plain.closes)),
        tuple(told.get("calls", plain.calls)),
    )


def start(session: Session, appeal: Appeal, event: str, now: datetime) -> None:
    """Every clock that this event starts for this kind of appeal, in the edition of today. The same event at the same
    moment starts it once."""
    zone = zone_of(session, appeal)
    today = now.astimezone(zone).date()
    for rule in terms.rules_on(session, PROCESS, event, today):
        length = terms.length_of(rule, appeal.kind, {})
        if length is None or (rule.condition == "answers" and not session.get_one(AppealKind, appeal.kind).answers):
            continue
        if length[1] == "h":
            _by_hours(session, appeal, rule, length[0], now, zone)
        else:
            last = terms.calendar(session).end_of_term(today, *length)
            terms.begin(session, PROCESS, appeal.id or 0, rule, last, now, zone=zone, unit=length[1])


def _by_hours(session: Session, appeal: Appeal, rule: TermRule, count: int, now: datetime, zone: ZoneInfo) -> None:
    end = rules.after_office_hours(terms.calendar(session), hours(session), zone, now, count)
    term = terms.begin(session, PROCESS, appeal.id or 0, rule, end.date(), now, zone=zone, unit="h")
    term.due_at = term.acts_at = end
    session.add(term)


def of_appeal(session: Session, appeal_id: int) -> list[Term]:
    """All its clocks, the newest first."""
    query = select(Term).where(Term.process == PROCESS, Term.subject_id == appeal_id)
    return list(session.exec(query.order_by(Term.id.desc())).all())  # type: ignore[union-attr]


def end_of(session: Session, appeal: Appeal, rule: str) -> datetime | None:
    """When the newest clock of this rule ends."""
    session.flush()
    return next((t.due_at for t in of_appeal(session, appeal.id or 0) if t.rule == rule), None)


def running(session: Session, appeal_id: int, rule: str) -> Term | None:
    """The unfulfilled clock of this rule, lapsed or not."""
    found = terms.unfulfilled(session, PROCESS, appeal_id, [rule])
    return max(found, key=lambda t: t.id or 0, default=None)


def again(session: Session, appeal: Appeal, now: datetime) -> None:
    """The first look found another kind: the clock of the answer runs from the registration by the length of that kind."""
    zone, since = zone_of(session, appeal), appeal.registered_at.astimezone(zone_of(session, appeal)).date()
    term = running(session, appeal.id or 0, "AP-ANSWER")
    rule = next(
        (r for r in terms.rules_on(session, PROCESS, "appeal.registered", since) if r.rule == "AP-ANSWER"), None
    )
    length = terms.length_of(rule, appeal.kind, {}) if rule else None
    if term is None and rule is not None and length is not None:
        last = terms.calendar(session).end_of_term(since, *length)
        terms.begin(session, PROCESS, appeal.id or 0, rule, last, now, zone=zone, unit=length[1])
    elif term is not None and length is not None:
        terms.move_to(session, term, terms.calendar(session).end_of_term(since, *length), zone)
    elif term is not None:
        terms.drop(session, PROCESS, appeal.id or 0, ["AP-ANSWER"], now)
    session.flush()
