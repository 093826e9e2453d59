"""Upkeep: assumes that the queue lies. Finds what should be moving and is not, tells staff whose terms press, sweeps what is old."""

from prefect import flow

from tasks import upkeep as step


@flow(name="upkeep")
def upkeep() -> None:
    step.wake_stuck()
    step.tell_pressure()
    step.order_digests()
    step.free_visits()
    step.expire_powers()
    step.sweep_old_rows()
    step.purge_old_runs()
