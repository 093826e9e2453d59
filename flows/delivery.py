"""Delivering letters: render, store, claim, send with nothing open, record what came of it, and try again by policy."""

from prefect import flow

from infra.engine.leg import leg_of
from tasks import delivery as step


@flow(name="delivery", validate_parameters=False)
def delivery(rows: list[list[int]] | None = None, subjects: list[int] | None = None) -> None:
    """rows: claimed work rows [id, letter, attempt]. subjects: letters to wake, when run by hand."""
    with leg_of("delivery", rows, subjects) as leg:
        step.render(leg)
        for row in leg.well():
            step.deliver(leg, row)
