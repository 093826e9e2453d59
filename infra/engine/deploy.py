"""Registers the work pool and the deployments of prefect.yaml with the Prefect server. Doing it again changes nothing."""

import os
from datetime import timedelta

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.exceptions import ObjectAlreadyExists

from infra.engine.flowbook import DEPLOYMENT, POOL, ROOT, Entry, entries
from infra.settings import settings


def deploy_all() -> None:
    os.environ.setdefault("PREFECT_API_URL", settings().prefect_api)
    with get_client(sync_client=True) as client:
        make_pool(client)
        for entry in entries().values():
            register(client, entry)


def make_pool(client: SyncPrefectClient) -> None:
    try:
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
    except ObjectAlreadyExists:
        return


def register(client: SyncPrefectClient, entry: Entry) -> None:
    """One flow and its deployment, with its schedules."""
    flow = entry.flow
    client.create_deployment(
        flow_id=client.create_flow(flow),
        name=DEPLOYMENT,
        work_pool_name=POOL,
        entrypoint=entry.entrypoint,
        path=str(ROOT),
        description=entry.description,
        tags=list(entry.tags),
        schedules=[_schedule(s) for s in entry.schedules],
        parameter_openapi_schema=_schema(flow),
        enforce_parameter_schema=False,
        paused=False,
    )


def _schedule(told: dict[str, object]) -> DeploymentScheduleCreate:
    if "cron" in told:
        return DeploymentScheduleCreate(
            schedule=CronSchedule(cron=str(told["cron"]), timezone=str(told.get("timezone", "UTC")))
        )
    return DeploymentScheduleCreate(schedule=IntervalSchedule(interval=timedelta(seconds=int(str(told["interval"])))))


def _schema(flow: object) -> dict[str, object]:
    from prefect.utilities.callables import parameter_schema

    return parameter_schema(flow).model_dump_for_openapi()  # type: ignore[arg-type]
