"""Units of upkeep: the sweeper assumes that the queue lies, and re-enters by the normal door."""

from datetime import UTC, datetime, timedelta

from prefect import get_client, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.filters import FlowRunFilter
from sqlalchemy import text

from infra import clock
from infra.database import database
from models.connection import digest, escalation
from models.connection.queries import stuck
from models.integration.rules import KEEP_ANSWERS, KEEP_CALLS
from models.people import represent
from models.process.work import TIMER, wake
from models.visit import actions as visits

KEEP_RUNS = timedelta(days=7)
KEEP_ATTEMPTS = timedelta(days=2)
KEEP_SESSIONS = timedelta(days=30)

_LOST = {  # rows that wait for the system and have no work row
    "issuing": "select d.id from document d where d.state = 'ordered'",
    "delivery": "select d.id from letter d where d.state in ('ordered', 'rendered', 'sending', 'retrying')",
    "booking": "select d.id from booking d where d.stage = 'HELD' or (d.stage = 'BOOKED' and d.displaced_at is null)",
    "appeal": "select d.id from appeal d where d.stage in ('REGISTERED', 'REVIEWED', 'IN_WORK', 'ASKED', 'ANSWERED')",
    "timetable": "select d.id from booking_office d where true",
    "trust": "select d.id from trust_list d where d.removed_at is null and d.address <> ''",
    "certificate": """select d.id from user_certificate d where d.removed_at is null and d.not_after > clock_timestamp()
        and jsonb_array_length(d.warned) < 3""",
    "edoc": """select d.id from edoc d where d.state = 'signing' and (d.counter_at is not null or exists
        (select 1 from signing s where s.process = 'edoc' and s.subject_id = d.id and s.stage <> 'OPEN'))""",
    "payment": "select d.id from payment_order d where d.state in ('new', 'registered')",
    "webhooks": "select d.id from webhook_call d where d.state in ('ordered', 'calling', 'retrying')",
}


@task(name="wake what should be moving and is not", persist_result=False, cache_policy=NO_CACHE)
def wake_stuck() -> int:
    """How many were woken."""
    woken = 0
    with database().transaction() as session:
        for case in stuck(session):
            wake(session, "connection", case, lane=TIMER)
            woken += 1
        for process, query in _LOST.items():
            lost = text(f"""{query} and not exists
                (select 1 from work w where w.process = :process and w.subject_id = d.id) limit 200""")  # noqa: S608
            for row in session.execute(lost, {"process": process}):
                wake(session, process, int(row.id), lane=TIMER)
                woken += 1
    return woken


@task(name="tell whose terms press", persist_result=False, cache_policy=NO_CACHE)
def tell_pressure() -> int:
    """Notices to staff about clocks that passed 50, 80 or 100 % of their term, once a mark."""
    with database().transaction() as session:
        return escalation.press(session, clock.now())


@task(name="order the morning letters", persist_result=False, cache_policy=NO_CACHE)
def order_digests() -> int:
    """What is late and what soon will be, to managers, once a working day."""
    with database().transaction() as session:
        return digest.order(session, clock.now(), clock.zone())


@task(name="free promised visits that nobody waits for", persist_result=False, cache_policy=NO_CACHE)
def free_visits() -> int:
    """Places of inspectors that were kept for cases which have gone on or ended."""
    with database().transaction() as session:
        return visits.sweep(session, clock.now())


@task(name="note powers of representatives that have ended", persist_result=False, cache_policy=NO_CACHE)
def expire_powers() -> int:
    """How many: both sides are told. They were in force for nobody since the end of their last day."""
    with database().transaction() as session:
        return represent.expire(session, clock.now())


@task(name="sweep old rows", persist_result=False, cache_policy=NO_CACHE)
def sweep_old_rows() -> int:
    """Attempts, sessions and silent workers that nobody needs any more."""
    now = clock.now()
    gone = 0
    with database().transaction() as session:
        for command, before in (
            ("delete from attempt where at < :before", now - KEEP_ATTEMPTS),
            ("delete from sign_in where expires_at < :before", now - KEEP_SESSIONS),
            ("delete from proof where expires_at < :before", now - KEEP_ATTEMPTS),
            ("delete from api_answer where at < :before", now - KEEP_ANSWERS),
            (
                "delete from webhook_try t using webhook_call c where c.id = t.call_id and c.ended_at < :before",
                now - KEEP_CALLS,
            ),
            ("delete from webhook_call where ended_at < :before", now - KEEP_CALLS),
            ("delete from worker_beat where seen_at < :before", datetime.now(UTC) - timedelta(minutes=10)),
            ("delete from leg_report where reported_at < :before", datetime.now(UTC) - KEEP_RUNS),
        ):
            gone += session.execute(text(command), {"before": before}).rowcount  # type: ignore[attr-defined]
    return gone


@task(name="purge old Prefect runs", persist_result=False, cache_policy=NO_CACHE)
def purge_old_runs(limit: int = 500) -> int:
    """Finished runs older than a week: what matters of them stands in our tables."""
    old = FlowRunFilter.model_validate(
        {
            "state": {"type": {"any_": ["COMPLETED", "CRASHED", "CANCELLED", "FAILED"]}},
            "end_time": {"before_": datetime.now(UTC) - KEEP_RUNS},
        }
    )
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(flow_run_filter=old, limit=min(limit, 200))
        for run in runs:
            client.delete_flow_run(run.id)
    return len(runs)
