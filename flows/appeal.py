"""An appeal from its number to the author's mark (Минэнерго 186): the first look, the answer, the author's silence, the end of
the days in which it may be reopened. Looking, asking and answering are clicks; a leg does what time alone does."""

from prefect import flow

from infra.engine.leg import leg_of
from tasks import appeal as step


@flow(name="appeal", validate_parameters=False)
def appeal(rows: list[list[int]] | None = None, subjects: list[int] | None = None) -> None:
    """rows: claimed work rows [id, appeal, attempt]. subjects: appeals to look at, by hand."""
    with leg_of("appeal", rows, subjects) as leg:
        step.remind(leg)  # the author of his reply, us of our answer
        step.lapse(leg)  # not looked at, not answered: the head is told; no reply: we go on; 30 days: closed
        step.arm(leg)  # the next alarm
