"""Carries due work in this very process without Prefect: for demonstration data, tests and commands. Same flows, same
rows, same fence as the worker."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import text

from infra.database import Database
from infra.engine.flowbook import entries
from infra.engine.leg import Leg, carrying
from models.process import work
from models.process.work import PERSON, TIMER

LEASE = timedelta(minutes=5)


def drain(db: Database, *, limit: int = 10_000, batch: int = 50, skip: Collection[str] = ()) -> int:
    """Run legs until nothing is due; how many rows were carried. Rows of `skip` processes are left as they are."""
    carried = 0
    while carried < limit:
        with db.transaction(durable=False) as session:
            process, rows = work.claim(session, PERSON, batch, LEASE, "inline")
            if not rows:
                process, rows = work.claim(session, TIMER, batch, LEASE, "inline")
        if not rows:
            return carried
        leg = Leg(db, rows)
        if process in skip:
            park(db, leg)
            continue
        with carrying(leg):
            entries()[process].flow.fn(rows=[list(r) for r in rows])
        carried += len(rows)
    return carried


def park(db: Database, leg: Leg) -> None:
    """Put rows back for later: a real worker will carry them."""
    with db.transaction() as session:
        work.release(session, leg.rows, timedelta(days=3650))


def unpark(db: Database) -> None:
    """What was parked is due now."""
    with db.transaction() as session:
        session.execute(
            text(
                "update work set run_at = clock_timestamp() where state = 'due' and run_at > clock_timestamp() + interval '3000 days'"
            )
        )
