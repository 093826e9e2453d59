"""A visit from its held place to its end: hold, booking, letter, reminders, and whoever did not come. Check-in, service and
refusal are clicks of the receptionist; a freed place goes to whoever waits for it."""

from prefect import flow

from infra.engine.leg import leg_of
from tasks import booking as step


@flow(name="booking", validate_parameters=False)
def booking(rows: list[list[int]] | None = None, subjects: list[int] | None = None) -> None:
    """rows: claimed work rows [id, booking, attempt]. subjects: bookings to wake, when run by hand."""
    with leg_of("booking", rows, subjects) as leg:
        step.release(leg)  # ten minutes are over: the place is free and is offered to whoever waits
        step.tell_offer(leg)  # somebody on the waiting list: the place is held for him
        step.remind_offer(leg)  # half an hour before the offer ends
        step.tell_booked(leg)  # ticket, print form, consent and calendar entry by letter
        step.tell_changes(leg)  # another time, or our desk has closed
        step.remind(leg)  # a day before, two hours before
        step.miss(leg)  # five minutes after the time nobody has come
        step.tell_cancelled(leg)
        step.arm(leg)  # the next alarm
