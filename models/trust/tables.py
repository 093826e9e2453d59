"""Trusted centres, lists of revoked certificates, certificates of customers, machine-readable powers of attorney.

Certificates are small: their bytes stand in the rows, those of people sealed. Files that people sign live in the store."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from models.people import sealing
from models.process import columns

LISTS, CERTIFICATES = "trust", "certificate"  # processes: refresh of a list, warnings of a certificate


class Place(StrEnum):
    ROOT = "root"  # believed by itself
    BETWEEN = "between"  # helps to find the way to a root; proves nothing alone


class Standing(StrEnum):
    PROPOSED = "proposed"  # waits for the second look
    TRUSTED = "trusted"
    WITHDRAWN = "withdrawn"


class Centre(SQLModel, table=True):
    """A certificate of a certification centre. Believed only after another employee has compared its fingerprint."""

    __tablename__ = "trust_centre"
    __table_args__ = (
        Index("trust_centre_once", "sha256", unique=True, postgresql_where=text("state <> 'withdrawn'")),
        CheckConstraint("state in ('proposed', 'trusted', 'withdrawn')"),
        CheckConstraint("place in ('root', 'between')"),
        CheckConstraint("state <> 'trusted' or confirmed_by is not null", name="trust_centre_second_look"),
        CheckConstraint("confirmed_by <> proposed_by", name="trust_centre_two_people"),
    )

    id: int | None = columns.identity()
    sha256: str
    place: str
    owner: str
    issuer: str
    number: str
    not_before: datetime = columns.moment(...)
    not_after: datetime = columns.moment(...)
    der: bytes
    state: str = Standing.PROPOSED
    proposed_by: int = columns.link("app_user.id", index=False)
    proposed_at: datetime = columns.moment(...)
    confirmed_by: int | None = columns.link("app_user.id", index=False, nullable=True)
    confirmed_at: datetime | None = columns.moment()
    withdrawn_by: int | None = columns.link("app_user.id", index=False, nullable=True)
    withdrawn_at: datetime | None = columns.moment()
    reason: str = ""  # why it was withdrawn


class RevocationList(SQLModel, table=True):
    """Where one list of revoked certificates comes from, and its newest bytes. Without an address it came as a file."""

    __tablename__ = "trust_list"
    __table_args__ = (
        Index("trust_list_once", "address", unique=True, postgresql_where=text("removed_at is null and address <> ''")),
    )

    id: int | None = columns.identity()
    address: str = ""
    issuer: str = ""
    der: bytes | None = None
    sha256: str = ""
    entries: int = 0
    this_update: datetime | None = columns.moment()
    next_update: datetime | None = columns.moment()
    added_by: int | None = columns.link("app_user.id", index=False, nullable=True)
    added_at: datetime = columns.moment(...)
    tried_at: datetime | None = columns.moment()  # the last try to fetch it
    fetched_at: datetime | None = columns.moment()  # the last good one
    failures: int = 0  # in a row
    error: str = ""
    removed_at: datetime | None = columns.moment()


class UserCertificate(SQLModel, table=True):
    """A certificate that a customer has registered. `doubt` says why a signature by it would not be accepted today."""

    __tablename__ = "user_certificate"
    __table_args__ = (
        Index("user_certificate_once", "user_id", "sha256", unique=True, postgresql_where=text("removed_at is null")),
    )

    id: int | None = columns.identity()
    user_id: int = columns.link("app_user.id")
    sha256: str
    owner: str
    organisation: str = ""
    inn: str = ""
    inn_legal: str = ""
    ogrn: str = ""
    snils: str = Field(default="", sa_type=sealing.SealedText)
    number: str
    issuer: str
    not_before: datetime = columns.moment(...)
    not_after: datetime = columns.moment(...)
    qualified: bool = False
    der: bytes = Field(sa_type=sealing.SealedBytes)  # СНИЛС and ИНН of the owner stand in it
    source: str = "file"  # file | signature
    doubt: str = ""
    registered_at: datetime = columns.moment(...)
    warned: list[int] = columns.array()  # days before the end that were told
    removed_at: datetime | None = columns.moment()


class Power(SQLModel, table=True):
    """A machine-readable power of attorney (МЧД) with the report of its checks and the answer of the state register."""

    __tablename__ = "power_of_attorney"
    __table_args__ = (
        Index("power_once", "user_id", "number", unique=True, postgresql_where=text("withdrawn_at is null")),
    )

    id: int | None = columns.identity()
    user_id: int = columns.link("app_user.id")
    number: str = Field(index=True)
    principal: str
    principal_inn: str
    representatives: list[dict[str, Any]] = sealing.array()  # name, inn, snils
    powers: list[list[str]] = columns.array()  # code, text
    issued: date
    until: date
    parent: str = ""
    xml_key: str  # objects of the store
    signature_key: str
    status: str  # of the checks on the day it came
    report: dict[str, Any] = sealing.document()
    registered_at: datetime = columns.moment(...)
    # what people found out
    read_by: int | None = columns.link("app_user.id", index=False, nullable=True)  # read the powers written as text
    read_at: datetime | None = columns.moment()
    asked_by: int | None = columns.link("app_user.id", index=False, nullable=True)  # asked the state register
    asked_at: datetime | None = columns.moment()
    revoked_at: datetime | None = columns.moment()  # told by the register, the principal or the customer
    revoked_why: str = ""
    withdrawn_at: datetime | None = columns.moment()  # taken off by the customer
