"""Carries one leg: as a Prefect flow run in this process, or without Prefect when it has been away too long."""

import logging
from datetime import UTC, datetime
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.flow_engine import run_flow
from prefect.states import Pending

from infra.engine.flowbook import DEPLOYMENT, entries
from infra.engine.leg import Leg, carrying
from infra.engine.names import label
from models.process.tables import LegReport

log = logging.getLogger("feeder.carry")
_known: dict[str, UUID] = {}


def forget_deployments() -> None:
    """After an outage the server may be another one."""
    _known.clear()


def with_prefect(client: SyncPrefectClient, process: str, leg: Leg) -> None:
    """A flow run of the process's deployment, executed here. Raises what stopped the flow, or the server's absence."""
    with leg.db.transaction() as session:
        name, tags = label(session, process, leg.rows)
    if process not in _known:
        _known[process] = client.read_deployment_by_name(f"{process}/{DEPLOYMENT}").id
    parameters = {"rows": [list(r) for r in leg.rows]}
    run = client.create_flow_run_from_deployment(
        _known[process],
        parameters=parameters,
        state=Pending(),
        name=name,
        tags=tags,
        idempotency_key=f"{leg.rows[0].id}.{leg.rows[0].attempt}-{len(leg.rows)}",
    )
    # without its deployment_id: otherwise each run starts a suspension-observer thread with a client of its own
    alone = run.model_copy(update={"deployment_id": None})
    with carrying(leg):
        state = run_flow(entries()[process].flow, flow_run=alone, parameters=parameters, return_type="state")
    if not leg.ended:
        state.result()  # type: ignore[union-attr]


def alone(process: str, leg: Leg) -> None:
    """The same flow without a Prefect run; a report row tells Prefect when it is back. Raises what stopped the flow."""
    began = datetime.now(UTC)
    error: str | None = None
    with leg.db.transaction() as session:
        name, _ = label(session, process, leg.rows)
    try:
        with carrying(leg):
            entries()[process].flow.fn(rows=[list(r) for r in leg.rows])
    except Exception as fault:
        error = repr(fault)[:1000]
        raise
    finally:
        with leg.db.transaction() as session:
            session.add(
                LegReport(
                    process=process,
                    name=name,
                    rows=[list(r) for r in leg.rows],
                    started_at=began,
                    finished_at=datetime.now(UTC),
                    error=error,
                )
            )
