"""The end of a customer's certificate: one leg warns its owner and sets the next alarm."""

from prefect import flow

from infra.engine.leg import leg_of
from tasks import trust as step


@flow(name="certificate", validate_parameters=False)
def certificate(rows: list[list[int]] | None = None, subjects: list[int] | None = None) -> None:
    """rows: claimed work rows [id, certificate, attempt]. subjects: certificates to look at, by hand."""
    with leg_of("certificate", rows, subjects) as leg:
        step.warn(leg)  # 30, 7 and 1 days before the end
