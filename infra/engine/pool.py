"""Our place in Prefect's work pool: we say that we live, and carry runs started from its UI, CLI or a schedule."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import State
from prefect.flow_engine import run_flow
from prefect.states import Pending

from infra.engine.flowbook import POOL, entries

log = logging.getLogger("feeder.pool")
HEARTBEAT = 10.0  # seconds; Prefect calls a worker offline after three of them


def say_hello(client: SyncPrefectClient, name: str) -> None:
    client.send_worker_heartbeat(POOL, name, heartbeat_interval_seconds=HEARTBEAT)


def claimed() -> State[Any]:
    return Pending(message="claimed by a warm worker")


def run_scheduled(client: SyncPrefectClient) -> int:
    """Runs that are due in the pool: the server lets one worker only move each to Pending. How many we carried."""
    due = client.get_scheduled_flow_runs_for_work_pool(POOL, scheduled_before=datetime.now(UTC) + timedelta(seconds=1))
    by_name = {entry.process: entry for entry in entries().values()}
    carried = 0
    for found in due:
        run = found.flow_run
        status = client.set_flow_run_state(run.id, claimed()).status
        if str(getattr(status, "value", status)) != "ACCEPT":
            continue
        flow_name = client.read_flow(run.flow_id).name
        entry = by_name.get(flow_name)
        if entry is None:
            log.warning("nobody knows the flow %s", flow_name)
            continue
        alone = run.model_copy(update={"deployment_id": None, "state": Pending()})
        run_flow(entry.flow, flow_run=alone, parameters=run.parameters, return_type="state")
        carried += 1
    return carried
