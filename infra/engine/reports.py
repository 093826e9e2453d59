"""What Prefect is told afterwards: legs that ran without it, runs whose worker died."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import State
from prefect.states import Completed, Crashed, Failed
from sqlmodel import col, select

from infra.database import Database
from infra.engine.flowbook import DEPLOYMENT
from models.process import work
from models.process.tables import LegReport
from models.process.work import Row

log = logging.getLogger("feeder.reports")


def tell(client: SyncPrefectClient, db: Database, limit: int = 50) -> int:
    """Report legs that ran without Prefect as finished runs; how many were told."""
    with db.transaction() as session:
        found = session.exec(
            select(LegReport).where(col(LegReport.reported_at).is_(None)).order_by(col(LegReport.id)).limit(limit)
        ).all()
    for report in found:
        deployment = client.read_deployment_by_name(f"{report.process}/{DEPLOYMENT}").id
        words = f"ran without Prefect {report.started_at:%H:%M:%S}–{report.finished_at:%H:%M:%S} UTC"
        state: State[Any] = Failed(message=f"{words}: {report.error}") if report.error else Completed(message=words)
        client.create_flow_run_from_deployment(
            deployment,
            name=report.name,
            parameters={"rows": report.rows},
            state=state,
            tags=["warm", report.process, "without-prefect"],
            idempotency_key=f"report-{report.id}",
        )
        with db.transaction() as session:
            row = session.get(LegReport, report.id)
            if row:
                row.reported_at = datetime.now(UTC)
                session.add(row)
    return len(found)


def sweep(client: SyncPrefectClient, db: Database, lease: float) -> int:
    """Runs that nobody carries any more (the worker or the server died) become Crashed: the row itself has gone on."""
    old = datetime.now(UTC) - timedelta(seconds=2 * lease)
    runs = client.read_flow_runs(
        limit=200,
        flow_run_filter=FlowRunFilter.model_validate(
            {
                "state": {"type": {"any_": ["PENDING", "RUNNING"]}},
                "expected_start_time": {"before_": old},
                "tags": {"all_": ["warm"]},
            }
        ),
    )
    crashed = 0
    for run in runs:
        rows = [Row(*r) for r in (run.parameters or {}).get("rows") or []]
        with db.transaction() as session:
            if rows and work.held(session, rows):
                continue
        client.set_flow_run_state(
            run.id, Crashed(message="its worker is gone; the work row was taken over"), force=True
        )
        crashed += 1
    return crashed
