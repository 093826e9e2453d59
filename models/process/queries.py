"""Read side of the machinery: workers, the queue, rows set aside, and the proof of the history. Changes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.process import history
from models.process.tables import History, Work, WorkerBeat, WorkState

SILENT = 30  # seconds without a beat: the worker is not heard
SUBJECTS = (
    "connection",
    "appeal",
    "centre",
    "signing",
    "booking",
)  # processes whose subject table bears the process's name and remembers its last hash
_BATCH = 1000


@dataclass(frozen=True)
class Engine:
    """How the engine feels, by the database's own clock."""

    workers: int  # heard within SILENT seconds
    known_workers: int
    legs: int  # carried by the workers since they started
    without_prefect: int  # workers that go on without Prefect now
    due: int  # rows whose time has come
    oldest_due: float  # seconds the oldest of them has been waiting
    running: int
    aside: int
    waiting: int  # timers that are still ahead


def engine(session: Session) -> Engine:
    found = (
        session.execute(
            text("""
        select (select count(*) from worker_beat where seen_at > statement_timestamp() - make_interval(secs => :silent)) as workers,
               (select count(*) from worker_beat) as known_workers,
               (select coalesce(sum(legs), 0) from worker_beat) as legs,
               (select count(*) from worker_beat where without_prefect
                   and seen_at > statement_timestamp() - make_interval(secs => :silent)) as without_prefect,
               count(*) filter (where state = 'due' and run_at <= statement_timestamp()) as due,
               coalesce(extract(epoch from statement_timestamp() - min(run_at)
                   filter (where state = 'due' and run_at <= statement_timestamp())), 0)::float as oldest_due,
               count(*) filter (where state = 'running') as running,
               count(*) filter (where state = 'aside') as aside,
               count(*) filter (where state = 'due' and run_at > statement_timestamp()) as waiting
          from work"""),
            {"silent": SILENT},
        )
        .mappings()
        .one()
    )
    return Engine(**found)


def beats(session: Session) -> Sequence[WorkerBeat]:
    """Workers, the one heard last first."""
    return session.exec(select(WorkerBeat).order_by(col(WorkerBeat.seen_at).desc())).all()


def aside(session: Session, limit: int = 200) -> Sequence[Work]:
    """Rows that failed too often and wait for a person, the oldest first."""
    query = select(Work).where(Work.state == WorkState.ASIDE)
    return session.exec(query.order_by(col(Work.run_at), col(Work.id)).limit(limit)).all()


def verify_chain(session: Session) -> list[str]:
    """Everything that is wrong with the history of all subjects; empty when it proves. Streams: memory stays flat.

    A chain cut at its end is found by the hash that the subject itself remembers."""
    remembered = {process: _remembered(session, process) for process in SUBJECTS}
    faults = []
    for (process, subject), rows in groupby(_all_history(session), lambda h: (h.process, h.subject_id)):
        chain = remembered.get(process, {}).pop(subject, None)
        faults += [_named(fault, process, subject) for fault in history.broken(rows, chain)]
    for process, left in remembered.items():
        faults += [
            f"{process} {subject}: the whole history is gone"
            for subject, chain in sorted(left.items())
            if chain != history.GENESIS
        ]
    return faults


def _all_history(session: Session) -> Iterator[History]:
    query = select(History).order_by(col(History.process), col(History.subject_id), col(History.seq))
    yield from session.exec(query.execution_options(yield_per=_BATCH, populate_existing=True))


def _remembered(session: Session, process: str) -> dict[int, str]:
    rows = session.execute(text(f"select id, chain from {process}"))  # noqa: S608 - a name of SUBJECTS
    return {int(r.id): str(r.chain) for r in rows}


def _named(fault: str, process: str, subject: int) -> str:
    return fault if fault.startswith(process) else f"{process} {subject}: {fault}"
