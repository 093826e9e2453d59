"""What proves a person: one-time links and codes, consents and their texts, the second factor. No secret is kept plainly."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.people import sealing
from models.process import columns


class Purpose(StrEnum):
    REGISTER = "register"
    RECOVER = "recover"
    EMAIL = "email"  # a new address
    PHONE = "phone"  # a new number


class Channel(StrEnum):
    EMAIL = "email"
    PHONE = "phone"


class Wanted(StrEnum):
    """What a challenge is for."""

    ADD = "add"
    SECOND = "second"  # after the password
    ALONE = "alone"  # instead of it


class Proof(SQLModel, table=True):
    """A one-time link or code that was promised to somebody. Also made for nobody: answers never tell who is registered.

    `handle` is the page on which the code is typed, `token_hash` the link of the letter: two different secrets."""

    __tablename__ = "proof"
    __table_args__ = (Index("proof_by_contact", "purpose", "contact", "created_at"),)

    id: int | None = columns.identity()
    purpose: str
    channel: str
    contact: str  # address or number it was sent to; empty: nobody has asked for a real one
    user_id: int | None = columns.link("app_user.id", nullable=True)
    handle_hash: str = Field(unique=True)
    token_hash: str = Field(unique=True)
    code_hash: str = ""
    data: dict[str, Any] = sealing.document()  # of a registration: what was typed, the password as its hash
    created_at: datetime = columns.moment(...)
    expires_at: datetime = columns.moment(...)
    tries: int = 0
    proved_at: datetime | None = columns.moment()  # the link was followed, the code was right
    used_at: datetime | None = columns.moment()  # what it was for is done


class ConsentText(SQLModel, table=True):
    """One edition of a consent, word for word. Never changed: other words are another row."""

    __tablename__ = "consent_text"
    __table_args__ = (UniqueConstraint("kind", "sha256"),)

    id: int | None = columns.identity()
    kind: str
    version: str
    title: str
    purpose: str
    text: str
    sha256: str
    since: datetime = columns.moment(...)


class Consent(SQLModel, table=True):
    """Who agreed to which text, when, from where, for what (152-ФЗ, ст. 9). One row a consent, never merged."""

    __tablename__ = "consent"
    __table_args__ = (Index("consent_by_user", "user_id", "kind"),)

    id: int | None = columns.identity()
    user_id: int = columns.link("app_user.id", index=False)
    text_id: int = columns.link("consent_text.id")
    kind: str
    version: str
    sha256: str  # of the text that was shown
    purpose: str
    given_at: datetime = columns.moment(...)
    address: str = ""
    agent: str = ""
    channel: str = "site"
    withdrawn_at: datetime | None = columns.moment()


class SecondFactor(SQLModel, table=True):
    """An authenticator application of a person; the secret is encrypted by the vault."""

    __tablename__ = "second_factor"

    user_id: int = Field(primary_key=True, foreign_key="app_user.id", sa_type=columns.BIG)
    secret: bytes
    created_at: datetime = columns.moment(...)
    confirmed_at: datetime | None = columns.moment()
    last_step: int = Field(default=0, sa_type=columns.BIG)  # a code is used once


class SpareCode(SQLModel, table=True):
    """A recovery code for whoever has lost his authenticator; used once."""

    __tablename__ = "spare_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    id: int | None = columns.identity()
    user_id: int = columns.link("app_user.id")
    code_hash: str
    used_at: datetime | None = columns.moment()


class Passkey(SQLModel, table=True):
    """A key of a person's device (WebAuthn). Only its public half is here; a revoked one stays as a row and opens nothing."""

    __tablename__ = "passkey"

    id: int | None = columns.identity()
    user_id: int = columns.link("app_user.id")
    name: str  # as its owner calls it
    credential: str = Field(unique=True)  # its identifier, base64url
    public_key: bytes
    used_count: int = Field(default=0, sa_type=columns.BIG)  # as the device counts; a lower one tells of a copy
    added_at: datetime = columns.moment(...)
    used_at: datetime | None = columns.moment()
    ended_at: datetime | None = columns.moment()


class PasskeyAsk(SQLModel, table=True):
    """A challenge that was given to one browser and is answered once."""

    __tablename__ = "passkey_ask"

    id: int | None = columns.identity()
    handle_hash: str = Field(unique=True)
    purpose: str  # Wanted
    user_id: int | None = columns.link("app_user.id", nullable=True)
    challenge: bytes
    expires_at: datetime = columns.moment(..., index=True)
