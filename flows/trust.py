"""Lists of revoked certificates: one leg asks for a list at its address, and sets the next alarm."""

from prefect import flow

from infra.engine.leg import leg_of
from tasks import trust as step


@flow(name="trust", validate_parameters=False)
def trust(rows: list[list[int]] | None = None, subjects: list[int] | None = None) -> None:
    """rows: claimed work rows [id, list, attempt]. subjects: lists to ask for now, by hand."""
    with leg_of("trust", rows, subjects) as leg:
        for row in leg.well():
            step.refresh(leg, row)  # fetched and checked with no transaction open, recorded, armed
