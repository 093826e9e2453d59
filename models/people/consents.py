"""Consents: each a document and a row of its own, with the edition that was shown (152-ФЗ, ст. 9; 156-ФЗ: never merged)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.people.proof_tables import Consent, ConsentText
from models.process.errors import Invalid


@dataclass(frozen=True)
class Wording:
    """A consent as the profile shows it. `required`: registration is not possible without it (row G-11)."""

    kind: str
    version: str
    title: str
    purpose: str
    text: str
    required: bool = True

    @property
    def sha256(self) -> str:
        return hashlib.sha256(f"{self.title}\n{self.purpose}\n{self.text}".encode()).hexdigest()


def missing(wordings: Iterable[Wording], ticked: Iterable[str]) -> list[Invalid]:
    """A fault for each required consent without its tick."""
    given = set(ticked)
    found = [w for w in wordings if w.required and w.kind not in given]
    return [Invalid(f"consent_{w.kind}", "Tick this: registration is not possible without it") for w in found]


def give(
    session: Session, user_id: int, wording: Wording, now: datetime, *, address: str = "", agent: str = ""
) -> Consent:
    """One tick, one row. Given twice in the same edition it stays the first row."""
    text = edition(session, wording, now)
    query = select(Consent).where(Consent.user_id == user_id, Consent.text_id == text.id)
    found = session.exec(query.where(col(Consent.withdrawn_at).is_(None))).first()
    if found is not None:
        return found
    row = Consent(
        user_id=user_id,
        text_id=text.id or 0,
        kind=wording.kind,
        version=text.version,
        sha256=text.sha256,
        purpose=wording.purpose,
        given_at=now,
        address=address,
        agent=agent[:300],
    )
    session.add(row)
    session.flush()
    return row


def edition(session: Session, wording: Wording, now: datetime) -> ConsentText:
    """The kept text, word for word as it was shown; two who agree first at once share one row."""
    query = select(ConsentText).where(ConsentText.kind == wording.kind, ConsentText.sha256 == wording.sha256)
    if (found := session.exec(query).first()) is not None:
        return found
    values = {"kind": wording.kind, "version": wording.version, "title": wording.title, "purpose": wording.purpose}
    values |= {"text": wording.text, "sha256": wording.sha256}
    session.execute(insert(ConsentText).values(**values, since=now).on_conflict_do_nothing())
    return session.exec(query).one()


def withdraw(session: Session, user_id: int, consent_id: int, now: datetime) -> None:
    row = session.get(Consent, consent_id)
    if row is not None and row.user_id == user_id and row.withdrawn_at is None:
        row.withdrawn_at = now
        session.add(row)


def of_user(session: Session, user_id: int) -> Sequence[tuple[Consent, ConsentText]]:
    query = select(Consent, ConsentText).join(ConsentText, col(Consent.text_id) == ConsentText.id)
    return session.exec(query.where(Consent.user_id == user_id).order_by(col(Consent.given_at))).all()
