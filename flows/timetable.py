"""The timetable of an office: its places are laid out for the horizon, from plans, holidays and closures, twice a day."""

from prefect import flow

from infra.engine.leg import leg_of
from tasks import booking as step


@flow(name="timetable", validate_parameters=False)
def timetable(rows: list[list[int]] | None = None, subjects: list[int] | None = None) -> None:
    """rows: claimed work rows [id, office, attempt]. subjects: offices to wake, when run by hand."""
    with leg_of("timetable", rows, subjects) as leg:
        step.lay_out(leg)
