"""People: branches, users, sign-in sessions, counted attempts, the audit of looks at personal data. What proves a person
(links, codes, second factor, consents) stands in proof_tables."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.people import sealing
from models.process import columns
from models.process.words import N_


class PersonKind(StrEnum):
    INDIVIDUAL = "individual"
    ENTREPRENEUR = "entrepreneur"
    LEGAL_ENTITY = "legal_entity"


PERSON_KINDS = {
    PersonKind.INDIVIDUAL: N_("individual"),
    PersonKind.ENTREPRENEUR: N_("individual entrepreneur"),
    PersonKind.LEGAL_ENTITY: N_("legal entity"),
}


class LoginKind(StrEnum):
    """By what a person may sign in; a profile names its own."""

    EMAIL = "email"
    REGISTRATION_NUMBER = "registration_number"
    ACCOUNT = "account"
    PHONE = "phone"
    SNILS = "snils"
    INN = "inn"


LOGIN_KINDS = {
    LoginKind.EMAIL: N_("e-mail"),
    LoginKind.REGISTRATION_NUMBER: N_("registration number"),
    LoginKind.ACCOUNT: N_("number of the personal account"),
    LoginKind.PHONE: N_("phone"),
    LoginKind.SNILS: N_("СНИЛС"),
    LoginKind.INN: N_("ИНН"),
}


class Branch(SQLModel, table=True):
    """A branch of the utility with its own desk."""

    __tablename__ = "branch"

    id: int | None = columns.identity()
    name: str = Field(unique=True)
    address: str = ""
    phone: str = ""
    time_zone: str = "Europe/Moscow"


class User(SQLModel, table=True):
    """A person who signs in: an applicant or staff. `login` is СНИЛС (11 digits), ИНН, e-mail or a staff name."""

    __tablename__ = "app_user"

    id: int | None = columns.identity()
    login: str = Field(unique=True, sa_type=sealing.SealedLogin)
    role: str
    kind: str | None = None  # PersonKind of an applicant
    name: str  # full name of a person, or the short name of an organisation
    post: str = ""  # staff: position
    email: str = Field(default="", index=True)
    phone: str = Field(default="", index=True)
    branch_id: int | None = columns.link("branch.id", nullable=True)
    password_hash: str
    active: bool = True
    created_at: datetime = columns.moment(...)
    registration_number: str | None = Field(default=None, unique=True)
    # the applicant's block of b.8, prefilled into applications
    snils: str = Field(default="", sa_type=sealing.SealedText, index=True)  # encrypted, found by equality
    inn: str = Field(default="", index=True)
    ogrn: str = ""
    kpp: str = ""
    birth_date: date | None = None
    address: str = ""
    head: str = ""  # who signs for an organisation: name and post
    head_post: str = ""
    authority: str = ""
    bank_account: str = ""
    bank_bic: str = ""
    passport: bytes | None = None  # encrypted JSON {series, number, issuer, issued, code}
    # how he proves to be himself
    city: str = ""  # chosen at registration where the profile asks for it
    email_confirmed_at: datetime | None = columns.moment()
    phone_confirmed_at: datetime | None = columns.moment()
    password_changed_at: datetime | None = columns.moment()
    temporary_until: datetime | None = columns.moment()  # the password was given by staff and must be changed (D-14)
    erased_at: datetime | None = columns.moment()  # his data were deleted as he asked; what law binds stays without him


class SignIn(SQLModel, table=True):
    """A session of a signed-in person; only the hash of its token is kept."""

    __tablename__ = "sign_in"

    id: int | None = columns.identity()
    token_hash: str = Field(unique=True)
    user_id: int = columns.link("app_user.id")
    created_at: datetime = columns.moment(...)
    seen_at: datetime = columns.moment(...)
    expires_at: datetime = columns.moment(...)
    ended_at: datetime | None = columns.moment()
    csrf: str
    address: str = ""
    agent: str = ""
    waits_for: str = ""  # Wait: what is asked before anything opens


class Wait(StrEnum):
    """What a session still waits for after the password."""

    FACTOR = "factor"  # the code of the second factor
    ENROL = "enrol"  # staff must set a second factor up first
    PASSWORD = "password"  # noqa: S105 - a temporary one must be changed


class Attempt(SQLModel, table=True):
    """Counted tries of something that must not be guessed; old rows are swept by upkeep."""

    __tablename__ = "attempt"
    __table_args__ = (Index("attempt_by_key", "kind", "key", "at"),)

    id: int | None = columns.identity()
    kind: str  # sign-in | check | status | code
    key: str = Field(sa_type=sealing.StampedText)  # of a login or a network address: compared, never read
    at: datetime = columns.moment(...)


class Audit(SQLModel, table=True):
    """Somebody looked at personal data, or did what leaves no trace in a case. Append-only."""

    __tablename__ = "audit"

    id: int | None = columns.identity()
    at: datetime = columns.moment(..., index=True)
    user_id: int | None = Field(default=None, sa_type=columns.BIG, index=True)
    user_name: str = ""
    tag: str  # source:subject:action
    process: str = ""
    subject_id: int | None = Field(default=None, sa_type=columns.BIG)
    facts: dict[str, Any] = columns.document()
    address: str = ""


class SimpleCode(SQLModel, table=True):
    """A one-time code of a simple signature: hashed, bound to the hash of what is signed (63-ФЗ, ст. 9)."""

    __tablename__ = "simple_code"
    __table_args__ = (UniqueConstraint("user_id", "purpose", "bound_to", "created_at"),)

    id: int | None = columns.identity()
    user_id: int = columns.link("app_user.id")
    purpose: str  # application
    bound_to: str  # sha256 of what is signed
    code_hash: str
    channel: str  # masked address it was sent to
    created_at: datetime = columns.moment(...)
    expires_at: datetime = columns.moment(...)
    tries: int = 0
    used_at: datetime | None = columns.moment()
