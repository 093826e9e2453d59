"""Requests about personal data at the desk: corrections of the card and answers (152-ФЗ, ст. 14, 20, 21). A correction is written into the audit by the names of its fields alone."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from sqlmodel import Session

from models.people import access, actions, card, my_data
from models.people.access import Right, Subject
from models.people.access_tables import DataRequest, RequestKind
from models.people.tables import User
from models.process.actor import Actor
from models.process.errors import Invalid, ManyInvalid, NotFound

SUBJECT = "people"
CORRECTED = ("name", "birth_date", "address")  # contacts and numbers are proved by the person himself


def correct(
    session: Session, request_id: int, typed: Mapping[str, str], words: str, actor: Actor, now: datetime
) -> DataRequest:
    """Change the card as was asked, and answer. Raises NotAllowed, ManyInvalid, Stale."""
    access.need(actor, Subject.DATA_REQUEST, Right.CHANGE)
    row = session.get(DataRequest, request_id)
    if row is None or row.kind != RequestKind.CORRECT:
        raise NotFound
    user = session.get(User, row.user_id, with_for_update=True)
    assert user is not None, "a user is never deleted"
    values = _checked(user, typed)
    changed = [name for name in CORRECTED if _kept(user, name) != values[name]]
    for name in changed:
        setattr(user, name, _typed(name, values[name]))
    session.add(user)
    if changed:
        actions.note(session, actor, "people:data:corrected", now, process=SUBJECT, subject_id=user.id, fields=changed)
    return my_data.answer(session, request_id, words, actor, now)


def kept(user: User) -> dict[str, str]:
    return {name: _kept(user, name) for name in CORRECTED}


def _kept(user: User, name: str) -> str:
    value = getattr(user, name)
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _typed(name: str, value: str) -> object:
    return (date.fromisoformat(value) if value else None) if name == "birth_date" else value


def _checked(user: User, typed: Mapping[str, str]) -> dict[str, str]:
    values, faults = kept(user), []
    for name in set(CORRECTED) & set(typed):
        check: Callable[[str, str, str], str] = card.CHECKS[name]
        try:
            values[name] = check(typed[name], user.kind or "", name) if typed[name].strip() else ""
            if not values["name"]:
                raise Invalid("name", "Fill in this field")
        except Invalid as wrong:
            faults.append(wrong)
    if faults:
        raise ManyInvalid(faults)
    return values
