"""The morning letter to managers: what is late, what will be late in ten working days. A row each working day, never sent here."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.connection import queries
from models.connection.deadlines import Row, rows_of
from models.connection.statistics.ahead import NOT_OURS
from models.delivery import actions as delivery
from models.people.tables import User
from models.process.actor import Role
from models.process.terms import calendar

KIND = "staff_digest"
HOUR = time(8, 30)  # local
AHEAD = 10  # working days
SHOWN = 30  # lines of each part; the rest is counted


def order(session: Session, now: datetime, zone: ZoneInfo) -> int:
    """One letter to every manager on a working day from 8:30 on; how many were ordered anew. Twice is once: the key."""
    here = now.astimezone(zone)
    if here.time() < HOUR or not calendar(session).is_working(here.date()):
        return 0
    managers = session.exec(select(User).where(User.role == Role.MANAGER, User.active).order_by(col(User.id))).all()
    made = 0
    for user in managers:
        key = f"digest:{here.date().isoformat()}:{user.id}"
        known = session.execute(text("select 1 from letter where key = :key"), {"key": key}).first()
        if known or not user.email:
            continue
        data = letter(session, user, here.date(), now)
        made += delivery.order(session, key, KIND, user.email, data, now) is not None
    return made


def letter(session: Session, user: User, today: date, now: datetime) -> dict[str, Any]:
    """The shape of documents.data.LetterData: counts and the first lines of both parts, of his branch or of all."""
    last = calendar(session).after_working_days(today, AHEAD)
    settings = queries.org(session)
    late = _clocks(session, user.branch_id, "t.due_at <= :now", now=now)
    soon = _clocks(session, user.branch_id, "t.due_at > :now and t.due_on <= :last", now=now, last=last)
    words = user.name.split()
    return {
        "name": " ".join(words[1:3]) if len(words) >= 3 else user.name,
        "number": "", "date": today.isoformat(), "object": "", "address": "",
        "what": f"просрочено {len(late)}, в ближайшие {AHEAD} рабочих дней истекает {len(soon)}",
        "due": last.isoformat(), "turn": "", "then": "",
        "details": [*_part("Просрочено", late, session, now), *_part("Истекает", soon, session, now)],
        "link": "/deadlines",
        "phone": settings["utility"]["phone"],
        "utility": settings["utility"]["full_short"],
    }  # fmt: skip


def _clocks(session: Session, branch_id: int | None, when: str, **facts: Any) -> list[int]:
    """Our clocks that run or are late, by their last day."""
    found = session.execute(
        text(f"""select t.id from term t join connection c on c.id = t.subject_id
             where t.process = 'connection' and t.whose = 'grid' and not t.is_right and t.rule <> all(:others)
               and t.done_at is null and t.cancelled_at is null and t.paused_at is null and {when}
               and (cast(:branch as bigint) is null or c.branch_id = :branch) order by t.due_on, t.id"""),  # noqa: S608
        {"others": list(NOT_OURS), "branch": branch_id, **facts},
    )
    return [int(r.id) for r in found]


def _part(title: str, term_ids: list[int], session: Session, now: datetime) -> list[str]:
    """A heading with its count, then the first lines."""
    rows = [_line(r) for r in rows_of(session, term_ids[:SHOWN], now)]
    rest = len(term_ids) - len(rows)
    return [f"{title}: {len(term_ids)}", *rows, *([f"и ещё {rest}"] if rest > 0 else [])]


def _line(row: Row) -> str:
    left = (
        f"осталось рабочих дней: {row.clock.left}"
        if row.clock.left >= 0
        else f"просрочено рабочих дней: {-row.clock.left}"
    )
    return f"{row.case.number}: {row.clock.title}, последний день {row.clock.due_on:%d.%m.%Y}, {left}"
