"""What a check of a signature answers: an object with every check named in words a lawyer understands, never a bare bool.
Valid only when every required check was made and passed; any doubt is undetermined."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from models.process.words import N_

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")
_Facts = Mapping[str, object]


class Status(StrEnum):
    VALID = "valid"
    INVALID = "invalid"
    UNDETERMINED = "undetermined"


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"  # could be neither proved nor refuted
    NOTED = "noted"  # told for information, decides nothing


class Broken(Exception):
    """A check refutes the signature. `template` is English source text for gettext, filled by `facts`."""

    def __init__(self, template: str, /, **facts: object) -> None:
        self.template, self.facts = template, facts
        super().__init__(template % facts if facts else template)


class Doubt(Broken):
    """A check can neither prove nor refute: the verdict becomes undetermined."""


class Unusable(Exception):
    """What was given is not a signature, a document, a certificate or a CRL at all."""

    def __init__(self, template: str, /, **facts: object) -> None:
        self.template, self.facts = template, facts
        super().__init__(template % facts if facts else template)


@dataclass(frozen=True)
class Check:
    """One question. `code` is for programs, `name` and `detail` are English source texts for gettext."""

    code: str
    name: str
    outcome: Outcome
    detail: str = ""
    facts: _Facts = field(default_factory=dict)


@dataclass(frozen=True)
class Certificate:
    """Who signed, as the certificate says. Numbers are digits only, empty when the certificate does not name them."""

    owner: str
    organisation: str
    inn: str
    inn_legal: str
    ogrn: str
    snils: str
    number: str
    issuer: str
    not_before: datetime
    not_after: datetime
    qualified: bool
    sha256: str


@dataclass(frozen=True)
class Verdict:
    """`signed_at` is what the signer claims; `trusted_time` is what the time stamp, or else our receipt, proves (UTC)."""

    status: Status
    signer: str
    certificate: Certificate | None
    signed_at: datetime | None
    trusted_time: datetime
    checks: tuple[Check, ...]
    reason: str
    facts: _Facts = field(default_factory=dict)
    stamped: bool = False

    @property
    def qualified(self) -> bool:
        """An enhanced qualified signature (УКЭП). Source: 63-ФЗ, ст. 5 ч. 4, ст. 17."""
        return self.status is Status.VALID and self.certificate is not None and self.certificate.qualified


NAMES = {
    "form": N_("The signature file can be read"),
    "attributes": N_("The signed attributes are whole and named once"),
    "document": N_("The document was not changed after signing"),
    "signature": N_("The signature was made with the key of this certificate"),
    "named": N_("The signature names its certificate"),
    "usage": N_("The certificate may be used for signing documents"),
    "stamp": N_("The time stamp is genuine"),
    "chain": N_("The certificate leads to a trusted certification centre"),
    "validity": N_("The certificate was in force at the time of signing"),
    "revocation": N_("The certificate was not revoked"),
    "time": N_("The stated time of signing is possible"),
    "qualified": N_("The certificate is qualified"),
    "pdf": N_("The signature covers the whole page content of the PDF"),
    "changes": N_("Nothing but signatures was added to the PDF later"),
    "pictures": N_("Pictures of later signatures"),
    "second": N_("A second, independent check agrees"),
    "poa_form": N_("The power of attorney can be read"),
    "poa_signature": N_("The principal has signed the power of attorney"),
    "poa_principal": N_("The power of attorney was given by our client"),
    "poa_owner": N_("It was given to the owner of the certificate"),
    "poa_power": N_("It covers this action"),
    "poa_dates": N_("It is in force"),
    "poa_revoked": N_("It was not revoked"),
    "poa_parent": N_("It was given at first hand"),
}
REQUIRED = ("form", "attributes", "document", "signature", "named", "usage", "chain", "validity", "revocation", "time")
REQUIRED_PDF = (*REQUIRED, "pdf", "changes")
GOOD = N_("The signature is genuine")
UNREADABLE = N_("The signature file is damaged or is not a signature")
NOT_MADE = N_("This check could not be made because an earlier one failed")


class Protocol:
    """Collects checks one by one. An unexpected exception while checking refutes, it never escapes and never proves."""

    def __init__(self) -> None:
        self.checks: list[Check] = []

    def run(self, code: str, job: Callable[[], _Result]) -> _Result | None:
        """The job's answer, or None when it refuted or doubted."""
        try:
            found = job()
        except Doubt as doubt:
            self._add(code, Outcome.UNKNOWN, doubt.template, doubt.facts)
        except Broken as broken:
            self._add(code, Outcome.FAILED, broken.template, broken.facts)
        except Unusable as unusable:
            self._add(code, Outcome.FAILED, unusable.template, unusable.facts)
        except Exception as error:
            _log.info("check %s ended by %s", code, type(error).__name__)
            self._add(code, Outcome.FAILED, UNREADABLE, {})
        else:
            self._add(code, Outcome.PASSED, "", {})
            return found
        return None

    def note(self, code: str, detail: str, **facts: object) -> None:
        self._add(code, Outcome.NOTED, detail, facts)

    def _add(self, code: str, outcome: Outcome, detail: str, facts: _Facts) -> None:
        self.checks.append(Check(code, NAMES[code], outcome, detail, dict(facts)))

    def passed(self, code: str) -> bool:
        return any(c.code == code and c.outcome is Outcome.PASSED for c in self.checks)

    def failed(self) -> Check | None:
        return next((c for c in self.checks if c.outcome is Outcome.FAILED), None)

    def finish(self, required: tuple[str, ...] = REQUIRED) -> tuple[Status, tuple[Check, ...], Check | None]:
        """Status, all checks, and the check that decided. A required check that nobody made is a doubt."""
        made = {c.code for c in self.checks}
        for code in required:
            if code not in made:
                self._add(code, Outcome.UNKNOWN, NOT_MADE, {})
        if broken := self.failed():
            return Status.INVALID, tuple(self.checks), broken
        doubted = next((c for c in self.checks if c.outcome is Outcome.UNKNOWN), None)
        return (Status.UNDETERMINED if doubted else Status.VALID), tuple(self.checks), doubted


_ORDER = (Status.INVALID, Status.UNDETERMINED, Status.VALID)


def overall(verdicts: list[Verdict]) -> Verdict:
    """The worst of several signers decides; nobody signed is a doubt for the caller (ValueError on an empty list)."""
    return min(verdicts, key=lambda v: _ORDER.index(v.status))
