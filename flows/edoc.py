"""A customer's own document: the company's signature where an employee ordered it, and the outcome of its envelope."""

from prefect import flow

from infra.engine.leg import leg_of
from tasks import edoc as step


@flow(name="edoc", validate_parameters=False)
def edoc(rows: list[list[int]] | None = None, subjects: list[int] | None = None) -> None:
    """rows: claimed work rows [id, document, attempt]. subjects: documents to look at, by hand."""
    with leg_of("edoc", rows, subjects) as leg:
        for row in leg.well():
            step.counter_sign(leg, row)  # made and verified with no transaction open
        step.settle(leg)  # the envelope's outcome becomes the document's
