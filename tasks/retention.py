"""Units of retention: one batch of one rule in one transaction, until nothing is left of it."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from infra import clock
from infra.database import database
from models.people import retention

MOST = 50  # batches of a rule in one run: the next run goes on


@task(name="delete what nobody may keep longer", persist_result=False, cache_policy=NO_CACHE)
def apply(name: str) -> int:
    """How many rows of this rule were deleted."""
    gone = 0
    for _batch in range(MOST):
        with database().transaction() as session:
            count = retention.run(session, name, clock.now())
        gone += count
        if count < retention.BATCH:
            break
    return gone
