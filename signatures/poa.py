"""Whether a machine-readable power of attorney lets the owner of a certificate act for our client. Pure: the answer about its
revocation is brought by the caller. Source: domain.md c (checks at signing); 63-ФЗ, ст. 17.2."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from models.process.words import N_
from signatures import verify
from signatures.poa_file import PowerOfAttorney, read
from signatures.trust import Trust
from signatures.verdict import GOOD, Broken, Certificate, Check, Doubt, Protocol, Status, overall

REQUIRED = (
    "poa_form",
    "poa_signature",
    "poa_principal",
    "poa_owner",
    "poa_power",
    "poa_dates",
    "poa_revoked",
    "poa_parent",
)


@dataclass(frozen=True)
class Question:
    """May the owner of `certificate` do `action` for `principal_inn`?

    `codes`: machine-readable powers that cover the action; `day`: local date of signing; `revoked`: what the register of powers
    answered, None when nobody asked.
    """

    certificate: Certificate
    principal_inn: str
    codes: frozenset[str]
    day: date
    revoked: bool | None


@dataclass(frozen=True)
class Answer:
    """Like a Verdict, about the power instead of a signature."""

    status: Status
    power: PowerOfAttorney | None
    checks: tuple[Check, ...]
    reason: str


def check(xml: bytes, signature: bytes, question: Question, trust: Trust, at: datetime) -> Answer:
    """`signature` is the principal's, detached over `xml`; `at` is our time of checking, aware UTC. Never raises."""
    protocol = Protocol()
    power = protocol.run("poa_form", lambda: read(xml))
    if power is not None:
        steps: dict[str, Callable[[], bool]] = {
            "poa_signature": lambda: _signed(xml, signature, power, trust, at),
            "poa_principal": lambda: _principal(power, question),
            "poa_owner": lambda: _owner(power, question.certificate),
            "poa_power": lambda: _covers(power, question.codes),
            "poa_dates": lambda: _in_force(power, question.day),
            "poa_revoked": lambda: _not_revoked(question.revoked),
            "poa_parent": lambda: _first_hand(power),
        }
        for code, step in steps.items():
            protocol.run(code, step)
    status, checks, decided = protocol.finish(REQUIRED)
    return Answer(status, power, checks, decided.detail if decided else GOOD)


def _signed(xml: bytes, signature: bytes, power: PowerOfAttorney, trust: Trust, at: datetime) -> bool:
    """By the principal: every signer's verdict is valid, and one of them is the organisation itself."""
    found = verify.detached(xml, signature, trust, at)
    worst = overall(found)
    if worst.status is Status.INVALID:
        raise Broken(N_("The principal's signature under the power of attorney is wrong"))
    if worst.status is Status.UNDETERMINED:
        raise Doubt(N_("The principal's signature under the power of attorney could not be established"))
    numbers = {n for v in found if v.certificate for n in (v.certificate.inn_legal, v.certificate.inn) if n}
    if power.principal_inn not in numbers:
        raise Broken(N_("The power of attorney is signed by somebody other than the principal"))
    return True


def _principal(power: PowerOfAttorney, question: Question) -> bool:
    if not question.principal_inn or power.principal_inn != question.principal_inn:
        raise Broken(N_("The power of attorney was given by another organisation"))
    return True


def _owner(power: PowerOfAttorney, certificate: Certificate) -> bool:
    """Every number that both sides name agrees, and at least one is named by both."""
    for person in power.representatives:
        pairs = [(person.snils, certificate.snils), (person.inn, certificate.inn)]
        named = [(one, other) for one, other in pairs if one and other]
        if named and all(one == other for one, other in named):
            return True
    raise Broken(N_("The power of attorney was given to another person"))


def _covers(power: PowerOfAttorney, codes: frozenset[str]) -> bool:
    if codes & {code for code, _ in power.powers if code}:
        return True
    if any(not code for code, _ in power.powers):
        raise Doubt(N_("The powers are written as text: a person has to read them"))
    raise Broken(N_("The power of attorney does not cover this action"))


def _in_force(power: PowerOfAttorney, day: date) -> bool:
    facts = {"first": f"{power.issued:%d.%m.%Y}", "last": f"{power.until:%d.%m.%Y}"}
    if not power.issued <= day <= power.until:
        raise Broken(N_("The power of attorney is in force from %(first)s to %(last)s only"), **facts)
    return True


def _not_revoked(revoked: bool | None) -> bool:
    if revoked is None:
        raise Doubt(N_("Nobody has asked the register whether the power of attorney was revoked"))
    if revoked:
        raise Broken(N_("The power of attorney was revoked"))
    return True


def _first_hand(power: PowerOfAttorney) -> bool:
    if power.parent:
        raise Doubt(N_("The power of attorney was passed on: check the first one too"))
    return True
