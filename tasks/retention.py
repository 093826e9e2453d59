"""Units of retention: one batch of one rule in one transaction, until nothing is left of it."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from infra import clock
from infra.database import database
from infra.storage import storage
from models.people import removals, retention
from models.people.access_tables import Removal

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


@task(name="remove the bytes of what was deleted", persist_result=False, cache_policy=NO_CACHE)
def remove_objects() -> int:
    """How many objects are gone from the store. One that was put again lately waits for the next run."""
    gone, after = 0, ""
    while True:
        with database().transaction() as session:
            keys = removals.waiting(session, after, retention.BATCH)
            held = removals.held(session, keys)
            removals.done(session, held, Removal.HELD, clock.now())
        gone += _remove([key for key in keys if key not in held])
        if len(keys) < retention.BATCH:
            return gone
        after = keys[-1]


def _remove(keys: list[str]) -> int:
    """With no transaction open; a run that is killed in between removes them once more, which changes nothing."""
    store = storage()
    gone = [key for key in keys if store.remove(key, removals.REST)]
    with database().transaction() as session:
        removals.done(session, gone, Removal.REMOVED, clock.now())
    return len(gone)
