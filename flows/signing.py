"""Signing (63-ФЗ): one leg takes an envelope from where a signature or a timer left it to the next signature, or to its
sealed protocol. Completion itself happens in the transaction of the last signature, never here."""

from prefect import flow

from infra.engine.leg import leg_of
from tasks import signing as step


@flow(name="signing", validate_parameters=False)
def signing(rows: list[list[int]] | None = None, subjects: list[int] | None = None) -> None:
    """rows: claimed work rows [id, envelope, attempt], given by the worker. subjects: envelopes to wake, by hand."""
    with leg_of("signing", rows, subjects) as leg:
        step.expire(leg)  # too late: the case is told
        step.replace(leg)  # a paper made anew before the first signature
        step.ask(leg)  # a letter to whose turn it is
        step.remind(leg)  # who keeps silent
        for row in leg.well():
            step.order_protocol(leg, row)  # everybody has signed: bytes proved anew, protocol ordered
            step.verify_seal(leg, row)  # the protocol counts when its seal has been verified
        step.tell(leg)  # the outcome to all parties
        step.arm(leg)  # the next alarm
