"""What changes or ends a contract: supplement, disagreements, termination; and the refusal, the applicant's request about money."""

from typing import Literal, TypedDict

from documents.data.common import Bank, Base, Contact
from documents.data.offer import Row


class Change(TypedDict):
    clause: str  # "1.2": of the contract; "ТУ, 14": of the technical conditions
    was: str
    now: str


class FeeChange(TypedDict):
    was: str
    now: str
    difference: str  # positive: the applicant pays more; negative: it is returned
    vat: str  # in the new fee


SupplementSubject = Literal["validity", "power", "transfer", "other"]


class Supplement(TypedDict):
    number: str
    contract_number: str
    contract_date: str
    conditions_number: str
    subject: SupplementSubject
    ground: str  # "обращение заявителя от 12.02.2027"
    changes: list[Change]
    years: int  # subject validity: the conditions are valid so long from the day of the contract
    successor: str  # subject transfer: who takes the place of the applicant, or ""
    fee: FeeChange | None  # None: the fee stays
    effect: str  # from when: "со дня подписания обеими сторонами"


class SupplementData(Base):
    supplement: Supplement


class Disagreement(TypedDict):
    clause: str
    draft: str  # as the utility sent it
    applicant: str  # as the applicant wants it
    utility: str  # what the utility answers; "" before the answer
    agreed: str  # the wording both accept; "" when there is none


class Disagreements(TypedDict):
    number: str
    contract_number: str
    contract_date: str
    conditions_number: str
    received: str  # day the remarks came
    rows: list[Disagreement]
    reply_days: int  # working days (TP-08)
    reply_due: str
    answered: bool  # the utility has answered every row


class DisagreementsData(Base):
    disagreements: Disagreements
    contact: Contact


class Settlement(TypedDict):
    billed: str
    paid: str
    returned: str
    costs: str  # what the utility has spent and the applicant compensates
    due: str  # left to be paid by the applicant
    overpaid: str  # left to be returned by the utility


class Termination(TypedDict):
    number: str
    contract_number: str
    contract_date: str
    conditions_number: str
    ground: str
    ends: str  # last day of the contract; "" is the day both have signed
    done: list[Row]  # what was done by the day of the agreement
    settlement: Settlement
    settle_days: int  # working days to pay or return


class TerminationData(Base):
    termination: Termination


class Ground(TypedDict):
    what: str
    ground: str  # paragraph of the Rules


class Addressee(TypedDict):
    name: str
    address: str
    phone: str


class Refusal(TypedDict):
    number: str
    kind: Literal["refuse", "redirect"]
    received: str  # day of the application
    decided: str
    grounds: list[Ground]
    addressee: Addressee | None  # redirect: the grid company that takes it
    way: str  # how to go on


class RefusalData(Base):
    refusal: Refusal
    contact: Contact


class RefundRequest(TypedDict):
    number: str
    kind: Literal["refund", "clarify"]
    contract_number: str
    sum: str
    paid_on: str  # day, or ""
    payment_number: str  # of the bank's order, or ""
    purpose: str  # as it was paid
    correct: str  # clarify: as it must read; else ""
    ground: str
    account: Bank | None  # refund: where to; None is the account the money came from
    days: int  # working days to answer


class RefundRequestData(Base):
    refund_request: RefundRequest
