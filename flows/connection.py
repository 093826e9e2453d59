"""Technological connection (ПП РФ 861): through the cabinet by Section X, and the ordinary path by a signed contract. One leg
takes a case from where a person or a timer left it to the next place where a person has to act."""

from prefect import flow

from infra.engine.leg import leg_of
from tasks import connection as step
from tasks.steps import look


@flow(name="connection", validate_parameters=False)
def connection(rows: list[list[int]] | None = None, subjects: list[int] | None = None) -> None:
    """rows: claimed work rows [id, subject, attempt], given by the worker. subjects: cases to wake, when run by hand."""
    with leg_of("connection", rows, subjects) as leg:
        look(leg)
        step.place_application(leg)
        step.note_payments(leg)  # money that has come is seen before a term can lapse
        step.conclude(leg)  # п. 103: the first payment concludes the contract
        step.conclude_signed(leg)  # п. 15: the signed copy concludes the contract
        step.watch_terms(leg)  # reminders; what has lapsed: п. 15, 106 annul, п. 16 counts the delay
        step.register(leg)  # п. 105: number and date; checking (3 wd) and offer (10 wd) begin
        step.deliver_notice(leg)  # п. 15: missing information, 20 wd for the applicant
        step.place_offer(leg)  # п. 105: contract, conditions, invoice, guide in the cabinet
        step.send_contract(leg)  # п. 15: draft contract and conditions, to be signed
        step.complete_reissue(leg)  # п. 67–74: documents issued again
        step.begin_works(leg)  # п. 16 б): works of both sides
        step.begin_inspection(leg)  # п. 82–90; through the cabinet above 0.4 kV only (п. 108)
        step.place_inspection_act(leg)
        step.place_tu_act(leg)  # п. 88: act on the conditions, to be signed
        step.note_tu_act(leg)
        step.begin_metering(leg)  # п. 109: admission of the meter
        step.place_meter_act(leg)
        step.complete(leg)  # п. 110–112: notice or act, copies to the supplier
        step.place_act(leg)  # п. 19: act of connection, to be signed
        step.complete_signed(leg)  # п. 19(1): copies to the supplier
        step.offer_change(leg)  # a running contract: supplement, transfer, end by agreement
        step.effect_change(leg)
        step.end_by_agreement(leg)
        step.place_alone(leg)
        step.place_annulment(leg)  # п. 15: told within 3 wd
        step.place_refusal(leg)  # п. 8, 15: why the application is returned or redirected
        step.arm(leg)  # the next alarm
