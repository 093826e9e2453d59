"""Passport data of a person, confirmed by his simple signature; row H-24."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.process import columns


class IdentitySignature(SQLModel, table=True):
    """Passport data that a person has confirmed by a simple signature; row H-24. Append-only: new data are a new row."""

    __tablename__ = "identity_signature"

    id: int | None = columns.identity()
    user_id: int = columns.link("app_user.id")
    sha256: str  # of the statement that was shown and signed
    sealed: bytes | None  # the data, locked by the vault; gone with the cabinet of the person
    agreement: str  # version of the agreement
    channel: str  # masked address of the code
    letter_id: int | None = Field(default=None, sa_type=columns.BIG)
    code_sent_at: datetime = columns.moment(...)
    at: datetime = columns.moment(...)
    address: str = ""
    agent: str = ""
    sign_in_id: int | None = Field(default=None, sa_type=columns.BIG)
