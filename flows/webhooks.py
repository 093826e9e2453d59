"""Calling programs of customers: sign, call with nothing open, record what came of it, and try again by policy."""

from prefect import flow

from infra.engine.leg import leg_of
from tasks import webhooks as step


@flow(name="webhooks", validate_parameters=False)
def webhooks(rows: list[list[int]] | None = None, subjects: list[int] | None = None) -> None:
    """rows: claimed work rows [id, call, attempt]. subjects: calls to wake, when run by hand."""
    with leg_of("webhooks", rows, subjects) as leg:
        for row in leg.well():
            step.call(leg, row)
