"""Notices and letters about a power: to who was named, to the principal, to both when it ends. Orders rows, sends nothing.

Nothing that was typed by the principal but the names goes into a letter to a stranger."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.delivery import actions as delivery
from models.delivery import spread
from models.people import represent_rules as rules
from models.people.represent_tables import Representative
from models.people.rules import greeting
from models.people.tables import User
from models.process.actor import Role
from models.process.tables import Setting

_SOMEBODY = "Клиент личного кабинета"
OFFER, NEWS = "representative_offer", "representative_news"
PAGE = "/representatives"


def offered(session: Session, row: Representative, now: datetime) -> None:
    """To the contact, and into the cabinet of who has proved to be its owner. Who offers learns nothing of it."""
    user = _owner(session, row.contact)
    said = f"Вас указали представителем: {row.principal_name}"
    if user is not None:
        _notice(session, row, user, "offered", said, now)
    address = row.contact if "@" in row.contact else user.email if user is not None else ""
    if address:
        told = _data(session, row.agent_name, now) | {"what": greeting(row.principal_name) or _SOMEBODY}
        delivery.order(session, f"representative:{row.id}:offer", OFFER, address, told, now)


def _owner(session: Session, contact: str) -> User | None:
    """Whose contact it is for certain; an unproved one is nobody's."""
    which = User.email == contact if "@" in contact else User.phone == contact if contact.startswith("+") else None
    if which is None:
        which = User.registration_number == contact
    query = select(User).where(which, User.active, User.role == Role.APPLICANT).order_by(col(User.id))
    return next((u for u in session.exec(query) if contact in rules.contacts_of(u)), None)


def told(session: Session, row: Representative, what: str, said: str, now: datetime) -> None:
    """To both, by their wishes. `what` is a key of the step: done once, told once."""
    for user_id in (row.principal_id, row.agent_id):
        user = session.get(User, user_id) if user_id is not None else None
        if user is None or not user.active:
            continue
        _notice(session, row, user, what, said, now)
        if user.email and spread.letter_goes(session, user.id or 0, NEWS):
            data = _data(session, user.name, now) | {"what": said, "details": [rules.called(row)]}
            delivery.order(session, f"representative:{row.id}:{what}:{user.id}", NEWS, user.email, data, now)


def _notice(session: Session, row: Representative, user: User, what: str, said: str, now: datetime) -> None:
    key = f"representative:{row.id}:{what}:{user.id}"
    delivery.notify(session, key, user.id or 0, None, NEWS, said, rules.called(row), now)


def _data(session: Session, name: str, now: datetime) -> dict[str, Any]:
    """The shape of documents.data.LetterData."""
    org = session.get(Setting, "org")
    ours: Mapping[str, Any] = org.value.get("utility", {}) if org else {}
    empty = dict.fromkeys(("number", "date", "object", "address", "what", "due", "turn", "then"), "")
    words = {"name": name, "link": PAGE, "details": [], "phone": ours.get("phone", "")}
    return empty | words | {"utility": ours.get("full_short", "")}
