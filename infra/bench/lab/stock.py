"""Prefect as it comes: the same leg started by the stock process worker and by `serve()`, for comparison. Run as a program it
registers the deployment, or serves the flow. Nothing live uses it."""

import sys
from uuid import UUID

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate

from infra.bench.lab import ROOT
from infra.database import database
from infra.engine.inline import drain

POOL = "stock"
ENTRYPOINT = "infra/bench/lab/stock.py:stock_leg"


@flow(name="stock-leg", validate_parameters=False)
def stock_leg() -> None:
    """Claims one due case and carries it by the very flow of the product: same steps, same database, same fence."""
    drain(database(), limit=1, batch=1)


def deploy() -> UUID:
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
        return client.create_deployment(
            flow_id=client.create_flow(stock_leg),
            name=POOL,
            work_pool_name=POOL,
            entrypoint=ENTRYPOINT,
            pull_steps=[
                {"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}
            ],  # no copy of the code
        )


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        stock_leg.serve(name="served", print_starting_message=False)
    else:
        deploy()
