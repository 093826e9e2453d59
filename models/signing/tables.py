"""Envelopes: papers, parties, signatures with their evidence, agreements on simple signatures. Bytes live in the store."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.people import sealing
from models.process import columns

PROCESS = "signing"


class EnvelopeState(StrEnum):
    OPEN = "OPEN"
    COMPLETED = "COMPLETED"  # everybody needed has signed
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


CLOSED = frozenset(EnvelopeState) - {EnvelopeState.OPEN}


class Method(StrEnum):
    SEAL = "seal"  # the utility's own seal, made when the paper was issued
    CODE = "code"  # simple signature: a code by e-mail under the agreement
    PAPER = "paper"  # on paper; staff keep the scan
    CERTIFICATE = "certificate"  # qualified signature made in the signer's own program


class Side(StrEnum):
    UTILITY = "utility"
    APPLICANT = "applicant"
    THIRD = "third"


class PartyState(StrEnum):
    WAITING = "waiting"
    SIGNED = "signed"
    DECLINED = "declined"
    DELEGATED = "delegated"  # somebody else signs instead: his row names this one


class Result(StrEnum):
    """What came of one try to sign."""

    SIGNED = "signed"
    WRONG = "wrong"  # wrong code
    VOID = "void"  # code too old, used up, or for other bytes
    INVALID = "invalid"  # signature file refused
    UNDETERMINED = "undetermined"  # nobody can tell: not counted


@dataclass(frozen=True)
class Party:
    """Who has to sign. `turn` gives an order of one's own; without it the order of the list counts."""

    name: str
    user_id: int | None
    side: str
    methods: tuple[Method, ...]
    turn: int | None = None
    required: bool = False  # with n of m: this one must be among the n


class Envelope(SQLModel, table=True):
    """One thing to be signed by several. `stage` changes through moves only; `bound_to` is the hash of all its papers."""

    __tablename__ = "signing"
    __table_args__ = (
        Index(
            "signing_one_open",
            "process",
            "subject_id",
            "purpose",
            unique=True,
            postgresql_where=text("stage = 'OPEN'"),
        ),
        Index("signing_of_subject", "process", "subject_id", "purpose", "id"),
        CheckConstraint("stage in ('OPEN', 'COMPLETED', 'DECLINED', 'EXPIRED', 'CANCELLED')"),
        CheckConstraint("needed > 0"),
    )

    id: int | None = columns.identity()
    process: str  # whose envelope this is: woken by every change of state
    subject_id: int = Field(sa_type=columns.BIG)
    application_id: int = columns.link("connection.id")  # the case its papers belong to
    purpose: str
    title: str = ""
    stage: str = EnvelopeState.OPEN
    version: int = 0
    chain: str = "0" * 64
    ordered: bool = True
    needed: int  # how many signatures complete it
    bound_to: str
    opened_at: datetime = columns.moment(...)
    expires_at: datetime | None = columns.moment()
    ended_at: datetime | None = columns.moment()
    reason: str = ""  # why it was declined or cancelled
    protocol_id: int | None = columns.link("document.id", index=False, nullable=True)
    sealed_at: datetime | None = columns.moment()  # the seal of the protocol was verified

    @property
    def state(self) -> EnvelopeState:
        return EnvelopeState(self.stage)


class Signer(SQLModel, table=True):
    """A party of an envelope."""

    __tablename__ = "signing_party"
    __table_args__ = (UniqueConstraint("envelope_id", "seq"),)

    id: int | None = columns.identity()
    envelope_id: int = columns.link("signing.id", index=False)
    seq: int
    turn: int
    name: str
    user_id: int | None = columns.link("app_user.id", nullable=True)
    side: str
    methods: list[str] = columns.array()
    required: bool = False
    state: str = PartyState.WAITING
    asked_at: datetime | None = columns.moment()  # the request was ordered
    reminded_at: datetime | None = columns.moment()
    reminders: int = 0
    acted_at: datetime | None = columns.moment()  # signed, declined, delegated
    reason: str = ""
    delegated_by: int | None = columns.link("signing_party.id", index=False, nullable=True)


class Paper(SQLModel, table=True):
    """A paper of an envelope as it stood when it was put in: the hash is frozen. A replaced one stays in the record."""

    __tablename__ = "signing_document"
    __table_args__ = (UniqueConstraint("envelope_id", "document_id"),)

    id: int | None = columns.identity()
    envelope_id: int = columns.link("signing.id", index=False)
    seq: int
    document_id: int = columns.link("document.id")
    title: str
    number: str
    version: int
    sha256: str
    streebog: str = ""  # hash by ГОСТ Р 34.11-2012, when it was made
    size: int
    pdf_key: str
    seal_key: str = ""
    sealed_by: str = ""
    successor_id: int | None = columns.link(
        "document.id", index=False, nullable=True
    )  # is being made to take its place
    replaced_at: datetime | None = columns.moment()


class Signature(SQLModel, table=True):
    """One party's signature under one paper, with everything that proves it. Append-only but for the second look."""

    __tablename__ = "signing_signature"
    __table_args__ = (UniqueConstraint("party_id", "document_id"),)

    id: int | None = columns.identity()
    envelope_id: int = columns.link("signing.id")
    party_id: int = columns.link("signing_party.id", index=False)
    document_id: int = columns.link("document.id", index=False)
    method: str
    sha256: str  # of the paper's bytes
    streebog: str = ""
    bound_to: str  # of all papers of the envelope
    at: datetime = columns.moment(...)
    user_id: int | None = columns.link("app_user.id", index=False, nullable=True)  # who acted
    address: str = ""
    agent: str = ""
    sign_in_id: int | None = Field(default=None, sa_type=columns.BIG)
    # simple signature
    agreement: str = ""  # version of the agreement
    channel: str = ""  # masked address of the code
    letter_id: int | None = Field(default=None, sa_type=columns.BIG)
    code_sent_at: datetime | None = columns.moment()
    # paper
    signed_on: date | None = None
    scan_id: int | None = columns.link("attachment.id", index=False, nullable=True)
    mark: str = ""  # what staff wrote about it
    confirmed_by: int | None = columns.link("app_user.id", index=False, nullable=True)
    confirmed_at: datetime | None = columns.moment()
    # certificate, seal
    signature_key: str = ""  # object of the store
    verdict: dict[str, Any] = sealing.document()  # the signer's СНИЛС sealed; shown by `owner.masked`


class SigningTry(SQLModel, table=True):
    """One try to sign, good or bad, with what came of it. Append-only."""

    __tablename__ = "signing_try"

    id: int | None = columns.identity()
    envelope_id: int = columns.link("signing.id")
    party_id: int = columns.link("signing_party.id", index=False)
    method: str
    at: datetime = columns.moment(...)
    result: str
    facts: dict[str, Any] = columns.document()
    user_id: int | None = Field(default=None, sa_type=columns.BIG)
    address: str = ""
    agent: str = ""


class Agreement(SQLModel, table=True):
    """A version of the agreement on simple signatures; a published text is never changed."""

    __tablename__ = "signing_agreement"

    id: int | None = columns.identity()
    version: str = Field(unique=True)
    title: str
    body: str
    valid_from: date


class Acceptance(SQLModel, table=True):
    """A person joined one version of the agreement, once; given up, it may be joined again."""

    __tablename__ = "signing_acceptance"
    __table_args__ = (
        Index(
            "signing_accepted_once",
            "user_id",
            "agreement_id",
            unique=True,
            postgresql_where=text("revoked_at is null"),
        ),
    )

    id: int | None = columns.identity()
    user_id: int = columns.link("app_user.id", index=False)
    agreement_id: int = columns.link("signing_agreement.id", index=False)
    accepted_at: datetime = columns.moment(...)
    address: str = ""
    agent: str = ""
    sign_in_id: int | None = Field(default=None, sa_type=columns.BIG)
    revoked_at: datetime | None = columns.moment()
    revoked_address: str = ""
    revoked_agent: str = ""
