"""Paying through the bank: register the order, ask what became of it, credit once, give back what was
ordered to be returned. A call-back only wakes this."""

from prefect import flow

from infra.engine.leg import leg_of
from tasks import payment as step


@flow(name="payment", validate_parameters=False)
def payment(rows: list[list[int]] | None = None, subjects: list[int] | None = None) -> None:
    """rows: claimed work rows [id, order, attempt]. subjects: orders to wake, when run by hand."""
    with leg_of("payment", rows, subjects) as leg:
        for row in leg.well():
            step.register_or_ask(leg, row)
