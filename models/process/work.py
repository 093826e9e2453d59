"""The queue: one `work` row per subject. Locks are taken in one order everywhere: the subject, then its work row.

Leases and backoff live by the database's clock, never by ours."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import TextClause, text
from sqlmodel import Session

from models.process.errors import Fenced

PERSON, TIMER = 0, 1  # lanes: a person waits; a timer fell due
CHANNEL = "work"


class Row(NamedTuple):
    """A claimed row: id of the work row, the subject, and the fence."""

    id: int
    subject: int
    attempt: int


_WAKE = text("""
    insert into work as w (process, subject_id, state, run_at, lane, attempt, tries)
    values (:process, :subject, 'due', clock_timestamp() + :after, :lane, 0, 0)
    on conflict (process, subject_id) do update set
        run_at  = case when w.state = 'due' then least(w.run_at, excluded.run_at) else w.run_at end,
        lane    = case when w.state = 'due' then least(w.lane, excluded.lane) else w.lane end,
        next_at = case when w.state = 'due' then w.next_at else least(w.next_at, excluded.run_at) end
""")
_NOTIFY = text("select pg_notify(:channel, :process)")
_WAKE_NOW = text(f"with woken as ({_WAKE.text}) select pg_notify(:channel, :process)")  # noqa: S608 - both are ours


def wake(
    session: Session,
    process: str,
    subject: int,
    *,
    after: timedelta = timedelta(),
    lane: int = PERSON,
    ring: bool = True,
) -> None:
    """The subject gets a leg now, or after a while. Waking twice is waking once; a wake-up that comes while a leg
    runs (or while the row is set aside) is kept in `next_at`. `ring=False`: workers find it when they look by themselves, every fifth
    of a second; a NOTIFY makes the commits of all queue behind one lock."""
    told = {"process": process, "subject": subject, "after": after, "lane": lane}
    if after or not ring:
        session.execute(_WAKE, told)
    else:
        session.execute(_WAKE_NOW, told | {"channel": CHANNEL})


def alarm(session: Session, process: str, subject: int, at: datetime, now: datetime) -> None:
    """A timer at a business time; the leg looks at the facts when it rings."""
    wake(session, process, subject, after=max(at - now, timedelta(milliseconds=1)), lane=TIMER)


def shift_alarms(session: Session, forward: timedelta) -> None:
    """The business clock was moved forward: timers come nearer by as much."""
    session.execute(
        text("update work set run_at = run_at - :by where state = 'due' and lane = :lane"),
        {"by": forward, "lane": TIMER},
    )
    session.execute(text("update work set next_at = next_at - :by where next_at > clock_timestamp()"), {"by": forward})
    session.execute(_NOTIFY, {"channel": CHANNEL, "process": ""})


# `run_at` is compared with statement_timestamp(): clock_timestamp() is volatile, so no index can answer it, and a claim with
# nothing due would walk every future timer (a million: two seconds).
_CLAIM = text("""
    with head as materialized (
        select id, process, tries from work
         where state = 'due' and lane = :lane and run_at <= statement_timestamp()
         order by run_at limit 1 for update skip locked),
    rest as materialized (
        select id from work
         where state = 'due' and lane = :lane and run_at <= statement_timestamp() and tries = 0 and :more > 0
           and process = (select process from head where tries = 0) and id <> (select id from head)
         order by run_at limit :more for update skip locked)
    update work set state = 'running', attempt = attempt + 1, tries = tries + 1, worker = :worker,
           lease_until = clock_timestamp() + :lease
     where id in (select id from head union all select id from rest)
    returning id, subject_id, attempt, process
""")


def claim(session: Session, lane: int, limit: int, lease: timedelta, worker: str = "") -> tuple[str, list[Row]]:
    """Due rows of one process: ("", []) when nothing is due. A row that has failed travels alone."""
    found = session.execute(_CLAIM, {"lane": lane, "more": limit - 1, "lease": lease, "worker": worker}).all()
    return (found[0].process if found else ""), sorted(Row(r.id, r.subject_id, r.attempt) for r in found)


_FENCE = text("select 1 from work where id = :id and attempt = :attempt and state = 'running' for update")


def fence(session: Session, row: Row) -> None:
    """Call inside the transaction, after the subject is locked. Raises Fenced when another worker has the row."""
    if session.execute(_FENCE, {"id": row.id, "attempt": row.attempt}).first() is None:
        raise Fenced(row)


def _held(lock: str) -> TextClause:
    return text(f"""
        select w.id, w.next_at is null as idle from work w
          join unnest(cast(:ids as bigint[]), cast(:attempts as int[])) as m(id, attempt) using (id, attempt)
         where w.state = 'running' order by w.id {lock}""")  # noqa: S608 - lock is one of our three constants


_HELD, _HELD_FREE, _HELD_LOOK = _held("for update"), _held("for update of w skip locked"), _held("")


def _mine(session: Session, rows: Iterable[Row], query: TextClause = _HELD) -> list[tuple[int, bool]]:
    rows = list(rows)
    if not rows:
        return []
    keys = {"ids": [r.id for r in rows], "attempts": [r.attempt for r in rows]}
    return [(r.id, r.idle) for r in session.execute(query, keys)]


def held(session: Session, rows: Iterable[Row]) -> bool:
    """Does anybody still carry one of these?"""
    return bool(_mine(session, rows, _HELD_LOOK))


_BACK_TO_DUE = text("""
    update work set state = 'due', run_at = next_at, lane = case when next_at <= clock_timestamp() then 0 else 1 end,
           next_at = null, tries = 0, error = null, lease_until = null, worker = null
     where id = any(:ids)""")
_DELETE = text("delete from work where id = any(:ids)")


def finish(session: Session, rows: Iterable[Row]) -> None:
    """Done: the row goes, or waits for what came meanwhile. Locks first and decides after: a wake-up may be
    waiting to commit."""
    mine = _mine(session, rows)
    if gone := [i for i, idle in mine if idle]:
        session.execute(_DELETE, {"ids": gone})
    if stays := [i for i, idle in mine if not idle]:
        session.execute(_BACK_TO_DUE, {"ids": stays})


_BACKOFF = "clock_timestamp() + least(60, 0.25 * 2 ^ tries) * (0.75 + random() / 2) * interval '1 s'"
_FAIL = text(f"""
    update work set state = case when tries >= :most then 'aside' else 'due' end, run_at = {_BACKOFF},
           lease_until = null, worker = null, error = :error
     where id = :id and attempt = :attempt and state = 'running'""")  # noqa: S608


def fail(session: Session, row: Row, error: str, most: int) -> None:
    """One try more, or set aside. `next_at` stays: it may hold a timer of a step that did commit."""
    session.execute(_FAIL, {"id": row.id, "attempt": row.attempt, "error": error[:2000], "most": most})


_RELEASE = text("""
    update work set state = 'due', tries = greatest(tries - 1, 0), lease_until = null, worker = null,
           run_at = clock_timestamp() + :delay
     where id = any(:ids)""")


def release(session: Session, rows: Iterable[Row], delay: timedelta) -> None:
    """Hand rows back after an outage; the try is not counted."""
    if ids := [i for i, _ in _mine(session, rows)]:
        session.execute(_RELEASE, {"ids": ids, "delay": delay})


_RENEW = text("update work set lease_until = clock_timestamp() + :lease where id = any(:ids)")


def renew(session: Session, rows: Iterable[Row], lease: timedelta) -> None:
    """A row locked by its own leg is alive anyway: waiting for it would deadlock, so it is skipped."""
    if ids := [i for i, _ in _mine(session, rows, _HELD_FREE)]:
        session.execute(_RENEW, {"ids": ids, "lease": lease})


_RECLAIM = text(f"""
    update work set state = case when tries >= :most then 'aside' else 'due' end, run_at = {_BACKOFF},
           lease_until = null, worker = null, error = coalesce(error, 'lease lapsed')
     where id in (select id from work where state = 'running' and lease_until < statement_timestamp()
                   order by lease_until limit 500 for update skip locked)""")  # noqa: S608


def reclaim(session: Session, most: int) -> int:
    """Rows whose worker died are due again, counted as a try: the leg may be what killed the worker."""
    return session.execute(_RECLAIM, {"most": most}).rowcount  # type: ignore[attr-defined, no-any-return]


_RETRY = text("""
    update work set state = 'due', tries = 0, error = null, lane = 0, run_at = clock_timestamp()
     where id = :id and state = 'aside'""")


def retry(session: Session, work_id: int) -> bool:
    """A person revives a row that was set aside; nothing else does."""
    done = session.execute(_RETRY, {"id": work_id}).rowcount  # type: ignore[attr-defined]
    session.execute(_NOTIFY, {"channel": CHANNEL, "process": ""})
    return bool(done)
