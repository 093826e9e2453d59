"""Registration: what was typed waits in a one-time proof until its owner has shown that he reads the contact.

Whether somebody is registered is told to nobody but the owner of the contact."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from models.delivery import actions as delivery
from models.people import actions, card, consents, proofs
from models.people.proof_tables import Channel, Proof, Purpose
from models.people.proofs import Promise
from models.people.tables import PersonKind, User
from models.process.actor import Actor, Role
from models.process.errors import Invalid

_KEPT = ("email", "phone", "snils", "inn", "ogrn", "kpp", "address", "head", "head_post", "city")


class LoginTaken(Invalid):
    """Told only after a contact was proved."""

    def __init__(self) -> None:
        super().__init__("login", "There is a cabinet with this login already: recover the access to it")


class Sender(NamedTuple):
    """Words of the utility for letters, and how long a link lives."""

    utility: str
    phone: str
    life: timedelta


def begin(
    session: Session,
    kind: PersonKind,
    values: Mapping[str, str],
    login_field: str,
    password_hash: str,
    ticked: Sequence[consents.Wording],
    now: datetime,
    sender: Sender,
    *,
    with_code: bool = False,
    browser: str = "",
) -> Promise:
    """A promise, and a letter or a message on its way. For a contact that is a login already the owner gets another
    letter and the promise leads nowhere: the page looks the same. `browser` binds the link to where it was asked for."""
    channel = Channel(values.get("channel") or (Channel.EMAIL if values.get("email") else Channel.PHONE))
    contact = values[channel.value]
    data: dict[str, Any] = {
        "kind": kind,
        "values": dict(values),
        "login": values[login_field],
        "password": password_hash,
    }
    data |= {"consents": [w.kind for w in ticked], "browser": proofs.hashed(browser) if browser else ""}
    known = login_field == channel and _login_exists(session, values[login_field])
    made = proofs.promise(
        session, Purpose.REGISTER, channel, contact, now, sender.life, data={} if known else data, with_code=with_code
    )
    if known:
        proofs.hollow(session, made.proof)
    if _too_often(session, contact, now):
        proofs.hollow(session, made.proof)
        return made
    letter = "already_registered" if known else ("registration_code" if with_code else "registration_link")
    send(session, letter, made, card.full_name(values), sender, now)
    return made


def send(session: Session, kind: str, made: Promise, name: str, sender: Sender, now: datetime) -> None:
    """Order the letter (or message) that carries the secrets of a promise."""
    day = (now + sender.life).date().isoformat()
    name = name if any(c.isalpha() for c in name) else ""  # nobody is greeted by a number
    told = {"name": name, "utility": sender.utility, "phone": sender.phone, "what": made.code, "due": day}
    told["link"] = "/recovery" if kind == "already_registered" else f"/c/{made.token}"
    told["hours"] = str(int(sender.life.total_seconds() // 3600))
    kind = f"{kind}_sms" if made.proof.channel == Channel.PHONE else kind
    delivery.order(session, f"people:{kind}:{made.proof.id}", kind, made.proof.contact, told, now)


def _too_often(session: Session, contact: str, now: datetime) -> bool:
    """Nobody's mailbox is filled from our pages: silently, because the page tells nothing."""
    if actions.tries(session, "register-contact", contact, now) >= actions.LIMITS["register-contact"][0]:
        return True
    actions.count_attempt(session, "register-contact", contact, now)
    return False


def _login_exists(session: Session, login: str) -> bool:
    return session.exec(select(func.count()).where(User.login == login)).one() > 0


def complete(
    session: Session,
    row: Proof,
    now: datetime,
    wordings: Sequence[consents.Wording],
    *,
    address: str = "",
    agent: str = "",
    login: str = "",
) -> User:
    """The account, its consents and its audit line. Raises LoginTaken; then another `login` may be tried.

    The database has the last word on the login: two who confirm at once do not both get it. It is looked for before,
    because under an earlier key it would be another word to the database."""
    data = row.data
    values: dict[str, str] = data["values"]
    if _login_exists(session, login or data["login"]):
        raise LoginTaken
    user = _user(PersonKind(data["kind"]), values, login or data["login"], data["password"], now)
    if row.channel == Channel.EMAIL:
        user.email_confirmed_at = now
    else:
        user.phone_confirmed_at = now
    user.registration_number = next_number(session, now)
    try:
        with session.begin_nested():
            session.add(user)
            session.flush()
    except IntegrityError:
        raise LoginTaken from None
    for wording in wordings:
        if wording.kind in data["consents"]:
            consents.give(session, user.id or 0, wording, now, address=address, agent=agent)
    actor = Actor(Role.APPLICANT, user.id, user.name, address=address)
    actions.note(session, actor, "people:user:registered", now, channel=row.channel, kind=data["kind"])
    proofs.used(session, row, now)
    session.flush()
    return user


def next_number(session: Session, now: datetime) -> str:
    """'26000123': by it a person is named at the counter and in a power, whatever he signs in with. Row G-01."""
    number = session.execute(select(func.nextval("registration_number"))).scalar_one()
    return f"{now:%y}{number:06d}"


def _user(kind: PersonKind, values: Mapping[str, str], login: str, password_hash: str, now: datetime) -> User:
    born = values.get("birth_date", "")
    kept: dict[str, Any] = {name: values.get(name, "") for name in _KEPT}
    return User(
        login=login,
        role=Role.APPLICANT,
        kind=kind,
        name=card.full_name(values) or login,
        password_hash=password_hash,
        password_changed_at=now,
        created_at=now,
        birth_date=date.fromisoformat(born) if born else None,
        **kept,
    )
