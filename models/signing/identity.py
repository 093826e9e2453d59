"""Passport data confirmed by a simple signature after the first sign-in (row H-24): the statement, its code, the evidence.

The code is bound to the words that were shown: other data need another code. Knows no encryption; gets locked bytes."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.connection import queries as cases
from models.delivery import actions as delivery
from models.delivery.tables import Letter
from models.people import actions as people
from models.people import rules
from models.people.tables import PersonKind, SimpleCode, User
from models.process.actor import Actor
from models.process.errors import Invalid, ManyInvalid, NotFound
from models.process.words import N_
from models.signing import agreement
from models.signing.identity_tables import IdentitySignature
from models.signing.sign import Visit

PURPOSE = "identity"
FIELDS = ("series", "number", "issued", "issuer", "code")
EMPTY = N_("Fill in this field")


def confirmed(session: Session, user_id: int) -> IdentitySignature | None:
    """The newest confirmation."""
    query = select(IdentitySignature).where(IdentitySignature.user_id == user_id)
    return session.exec(query.order_by(col(IdentitySignature.id).desc())).first()


def checked(typed: Mapping[str, str], issued: date | None, birth: date | None, today: date) -> dict[str, str]:
    """The data as they are kept. Raises ManyInvalid with a fault for each field."""
    told = {name: typed.get(name, "").strip() for name in FIELDS if name != "issued"}
    faults = [Invalid(f"passport_{name}", EMPTY) for name, value in told.items() if not value]
    if issued is None:
        faults.append(Invalid("passport_issued", EMPTY))
    faults += rules.passport_faults(told["series"], told["number"], issued, told["code"], birth, today)
    if faults or issued is None:
        raise ManyInvalid(faults)
    found = rules.passport(told["series"], told["number"], issued, told["code"], birth, today)
    return found | {"issuer": told["issuer"][:200]}


def statement(name: str, passport: Mapping[str, str]) -> str:
    """What is signed, word for word. A legal text: Russian in every language of the screen."""
    day = date.fromisoformat(passport["issued"])
    return (
        f"Я, {name}, подтверждаю, что мой паспорт гражданина Российской Федерации: серия {passport['series']}, "
        f"номер {passport['number']}, выдан {day:%d.%m.%Y}, {passport['issuer']}, код подразделения {passport['code']}. "
        "Данные указаны мной и соответствуют документу."
    )


def fingerprint(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def send(session: Session, actor: Actor, words: str, now: datetime) -> SimpleCode:
    """A code for these very words. Raises NotReady before the agreement, Invalid without an e-mail."""
    user = _person(session, actor)
    agreement.needed(session, actor, now)
    if not user.email:
        raise Invalid("email", N_("There is no e-mail in your profile: call us, and we write it in"))
    digits = people.make_code(session, user, PURPOSE, fingerprint(words), now)
    query = select(SimpleCode).where(SimpleCode.user_id == user.id, SimpleCode.purpose == PURPOSE)
    row = session.exec(query.where(col(SimpleCode.used_at).is_(None))).one()
    delivery.order(
        session, f"code:{row.id}", "signature_code", user.email, _letter(session, user, digits, words, now), now
    )
    return row


def begin(session: Session, actor: Actor, words: str, now: datetime) -> int:
    """Count a try before the code is looked at; commit it before `enter`. Raises Invalid("code")."""
    return people.begin_try(session, _person(session, actor), PURPOSE, fingerprint(words), now)


def enter(session: Session, actor: Actor, words: str, sealed: bytes, typed: str, counted: int, now: datetime,
          visit: Visit) -> IdentitySignature:  # fmt: skip
    """The confirmation, in one transaction with the code's use. `sealed`: the data, locked. Raises Invalid("code")."""
    user, joined = _person(session, actor), agreement.needed(session, actor, now)
    used = people.use_code(session, user, PURPOSE, fingerprint(words), typed, now, counted=counted)
    letter = session.exec(select(Letter.id).where(Letter.key == f"code:{used.id}")).first()
    row = IdentitySignature(
        user_id=actor.person, sha256=fingerprint(words), sealed=sealed, agreement=joined.version, channel=used.channel,
        letter_id=letter, code_sent_at=used.created_at, at=now, address=visit.address or actor.address,
        agent=visit.agent[:300], sign_in_id=visit.sign_in_id,
    )  # fmt: skip
    user.passport = sealed
    session.add_all([row, user])
    session.flush()
    people.note(
        session, actor, "cabinet:identity:confirm", now, process=PURPOSE, subject_id=actor.person, sha256=row.sha256
    )
    return row


def _person(session: Session, actor: Actor) -> User:
    """A passport is a person's: an organisation confirms itself by its certificate. Raises NotFound."""
    user = session.get(User, actor.user_id) if actor.user_id else None
    if user is None or user.kind == PersonKind.LEGAL_ENTITY:
        raise NotFound
    return user


def _letter(session: Session, user: User, digits: str, words: str, now: datetime) -> dict[str, object]:
    """The shape of documents.data.LetterData."""
    told = cases.org(session)["utility"]
    return {
        "name": user.name, "number": "", "date": "", "object": "", "address": "", "what": "Подтверждение паспортных данных",
        "due": "", "turn": "", "then": "", "link": "/identity", "phone": told["phone"], "utility": told["full_short"],
        "details": [
            f"Код: {digits}. Действует 10 минут",
            f"Заявление о паспортных данных: отпечаток заканчивается на {fingerprint(words)[-4:]}",
        ],
    }  # fmt: skip
