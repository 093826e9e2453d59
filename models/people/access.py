"""Who may what, as data: roles × subjects × rights (domain.md, i). The default is nobody; a hidden button is no permission.

Moves of a connection name their roles themselves (models/connection/moves); this table must not contradict them."""

from collections.abc import Mapping
from enum import StrEnum

from models.process.actor import Actor, Role
from models.process.errors import NotAllowed
from models.process.words import N_


class Right(StrEnum):
    CREATE = "C"
    READ = "R"
    CHANGE = "U"
    APPROVE = "A"


RIGHTS = {
    Right.CREATE: N_("create"),
    Right.READ: N_("read"),
    Right.CHANGE: N_("change"),
    Right.APPROVE: N_("approve"),
}


class Subject(StrEnum):
    APPLICATION = "application"
    NOTICE = "notice"  # of missing information
    CONDITIONS = "conditions"
    INVOICE = "invoice"
    CONTRACT = "contract"
    ENDING = "ending"  # annul, extend, override a deadline
    INSPECTION = "inspection"
    BOOKING = "booking"
    PAYMENT = "payment"
    APPEAL = "appeal"
    RULES = "rules"  # templates, rates, deadlines, content
    PERSON = "person"  # personal data of others
    AUDIT = "audit"  # the log and the consents
    LETTER = "letter"
    STAFF = "staff"
    DATA_REQUEST = "data_request"  # 152-ФЗ: correct, delete
    CONTENT = "content"  # news, outages, answers, surveys, forms
    ACCOUNT = "account"  # personal accounts of a supplier: bound by customers, told by the billing


SUBJECTS = {
    Subject.APPLICATION: N_("Applications"),
    Subject.NOTICE: N_("Notices of missing information"),
    Subject.CONDITIONS: N_("Technical conditions"),
    Subject.INVOICE: N_("Fees and invoices"),
    Subject.CONTRACT: N_("Contracts and acts"),
    Subject.ENDING: N_("Annulment, extension, override of a term"),
    Subject.INSPECTION: N_("Inspections and remarks"),
    Subject.BOOKING: N_("Visits by appointment"),
    Subject.PAYMENT: N_("Payments and refunds"),
    Subject.APPEAL: N_("Appeals"),
    Subject.RULES: N_("Templates, rates, terms"),
    Subject.PERSON: N_("Personal data of others"),
    Subject.AUDIT: N_("Audit log and consents"),
    Subject.LETTER: N_("Letters"),
    Subject.STAFF: N_("Staff"),
    Subject.DATA_REQUEST: N_("Requests about personal data"),
    Subject.CONTENT: N_("News, answers, surveys"),
    Subject.ACCOUNT: N_("Personal accounts"),
}
# The columns of domain.md i that have a role here; «own» of an applicant is kept by the wall of the database.
_ORDER = (Role.APPLICANT, Role.OPERATOR, Role.ENGINEER, Role.INSPECTOR, Role.METERING, Role.BILLING, Role.MANAGER,
          Role.AUDITOR, Role.ADMIN, Role.EDITOR, Role.LAWYER)  # fmt: skip
_TABLE: Mapping[Subject, tuple[str, ...]] = {
    #                       appl.  oper.  engin. insp.  meter. bill.  manag. audit. admin  editor lawyer
    Subject.APPLICATION:  ("CRU", "CRU", "R",   "R",   "R",   "R",   "RA",  "R",   "R",    "",     "R"),
    Subject.NOTICE:       ("R",   "CR",  "R",   "",    "",    "",    "RA",  "R",   "",     "",     "R"),
    Subject.CONDITIONS:   ("R",   "R",   "CRU", "R",   "R",   "",    "RA",  "R",   "",     "",     "R"),
    Subject.INVOICE:      ("R",   "CR",  "R",   "",    "",    "CRU", "RA",  "R",   "",     "",     "R"),
    Subject.CONTRACT:     ("RA",  "CR",  "R",   "CR",  "CR",  "R",   "RA",  "R",   "",     "",     "RU"),
    Subject.ENDING:       ("C",   "C",   "C",   "",    "",    "",    "RA",  "R",   "",     "",     "R"),
    Subject.INSPECTION:   ("R",   "R",   "R",   "CRU", "CRU", "",    "R",   "R",   "",     "",     "R"),
    Subject.BOOKING:      ("CR",  "RU",  "",    "",    "",    "",    "R",   "R",   "RU",   "",     ""),
    Subject.PAYMENT:      ("CR",  "R",   "",    "",    "",    "RU",  "RA",  "R",   "",     "",     "R"),
    Subject.APPEAL:       ("CR",  "CRUA", "RU", "",    "RU",  "RU",  "CRA", "R",   "",     "",     ""),
    Subject.RULES:        ("",    "",    "RU",  "",    "",    "RU",  "RUA", "R",   "RU",   "",     ""),
    Subject.PERSON:       ("",    "R",   "R",   "R",   "R",   "R",   "R",   "R",   "",     "",     "R"),
    Subject.AUDIT:        ("",    "",    "",    "",    "",    "",    "R",   "RA",  "R",    "",     ""),
    Subject.LETTER:       ("",    "RU",  "",    "",    "",    "",    "RU",  "R",   "RU",   "",     ""),
    Subject.STAFF:        ("",    "",    "",    "",    "",    "",    "R",   "R",   "CRU",  "",     ""),
    Subject.DATA_REQUEST: ("C",   "RU",  "",    "",    "",    "",    "RUA", "R",   "R",    "",     ""),
    Subject.CONTENT:      ("R",   "R",   "R",   "R",   "R",   "R",   "RUA", "R",   "R",   "CRUA", "R"),
    Subject.ACCOUNT:      ("CR",  "RU",  "",    "",    "",    "RU",  "R",   "R",   "RU",   "",     ""),
}  # fmt: skip
MATRIX: Mapping[Subject, Mapping[Role, frozenset[Right]]] = {
    subject: {role: frozenset(Right(letter) for letter in text) for role, text in zip(_ORDER, row, strict=True)}
    for subject, row in _TABLE.items()
}
# What one person may never do alone (domain.md, i), and whether the program holds it today.
FOUR_EYES: tuple[tuple[str, bool], ...] = (
    (N_("Conditions are approved by somebody else than their author"), True),
    (N_("A rule, a rate or a template is published by a second person"), True),
    (N_("An annulment is confirmed by a head"), False),
    (N_("A refund is confirmed by a head"), True),
    (N_("A term is overridden by a head on somebody's proposal"), True),
    (N_("Rights of a head or an administrator are given by a second administrator"), True),
)


def may(role: str, subject: Subject, right: Right) -> bool:
    return role in _ORDER and right in MATRIX[subject][Role(role)]


def need(actor: Actor, subject: Subject, right: Right) -> None:
    """Raises NotAllowed. Call it first in an action; the system itself may everything."""
    if actor.role != Role.SYSTEM and not may(actor.role, subject, right):
        raise NotAllowed(move=SUBJECTS[subject])


def roles(subject: Subject, right: Right) -> frozenset[Role]:
    """Who has this right: for the menu, so that page and action ask the same table."""
    return frozenset(role for role in _ORDER if right in MATRIX[subject][role])
