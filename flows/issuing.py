"""Issuing papers: the frozen data become two files, are sealed, stored for good, and the case is told."""

from prefect import flow

from infra.engine.leg import leg_of
from tasks import issuing as step


@flow(name="issuing", validate_parameters=False)
def issuing(rows: list[list[int]] | None = None, subjects: list[int] | None = None) -> None:
    """rows: claimed work rows [id, document, attempt]. subjects: documents to wake, when run by hand."""
    with leg_of("issuing", rows, subjects) as leg:
        for row in leg.well():
            step.issue(leg, row)
