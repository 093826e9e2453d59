"""Technological connection through the cabinet: Section X of the Rules (ПП РФ 861, п. 103–113). One leg takes a case from
where a person or a timer left it to the next place where a person has to act."""

from prefect import flow

from infra.engine.leg import leg_of
from tasks import connection as step
from tasks.steps import look


@flow(name="connection", validate_parameters=False)
def connection(rows: list[list[int]] | None = None, subjects: list[int] | None = None) -> None:
    """rows: claimed work rows [id, subject, attempt], given by the worker. subjects: cases to wake, when run by hand."""
    with leg_of("connection", rows, subjects) as leg:
        look(leg)
        step.register(leg)  # п. 105: number and date; checking (3 wd) and offer (10 wd) begin
        step.place_application(leg)
        step.note_payments(leg)  # money that has come is seen before a term can lapse
        step.conclude(leg)  # п. 103: the first payment concludes the contract
        step.watch_terms(leg)  # reminders; what has lapsed: п. 15, 106 annul, п. 16 counts the delay
        step.deliver_notice(leg)  # п. 15: missing information, 20 wd for the applicant
        step.place_offer(leg)  # п. 105: contract, conditions, invoice, guide in the cabinet
        step.begin_works(leg)  # п. 16 б): works of both sides
        step.begin_inspection(leg)  # п. 82–90, 108: above 0.4 kV only
        step.place_inspection_act(leg)
        step.begin_metering(leg)  # п. 109: admission of the meter
        step.place_meter_act(leg)
        step.complete(leg)  # п. 110–112: notice or act, copies to the supplier
        step.place_annulment(leg)  # п. 15: told within 3 wd
        step.arm(leg)  # the next alarm
