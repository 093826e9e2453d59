"""The code that signs an application (63-ФЗ, ст. 9): checked whole, bound to what was typed, ordered as a letter. The pages
and the open interface send it alike; the code itself is kept nowhere but in that letter."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from models.connection import actions, effects
from models.connection.moving import lock
from models.delivery import actions as delivery
from models.people import actions as people
from models.people.tables import SimpleCode, User
from models.process.actor import Actor
from models.process.errors import Invalid, NotFound

PURPOSE = "application"
WHAT = "Заявка на технологическое присоединение"


def order(session: Session, case_id: int, actor: Actor, passport: Mapping[str, str], now: datetime) -> SimpleCode:
    """The row of the code that is on its way. Raises ManyInvalid with every fault of the form, Invalid("email")."""
    bound = actions.check_draft(session, case_id, actor, dict(passport), now)
    user = owner(session, actor)
    if not user.email:
        raise Invalid("email", "There is no e-mail in your profile: call us, and we write it in")
    code = people.make_code(session, user, PURPOSE, bound, now)
    row = session.exec(
        select(SimpleCode).where(SimpleCode.user_id == user.id).order_by(col(SimpleCode.id).desc())
    ).first()
    assert row is not None
    case = lock(session, case_id, actor)
    data = effects.letter_data(session, case, text=WHAT) | {
        "name": user.name,
        "number": "",
        "object": str(case.draft.get("object_name", "")),
        "address": str(case.draft.get("object_address", "")),
        "details": [f"Код: {code}. Действует 10 минут"],
        "link": f"/filing?id={case_id}",
    }
    # not bound to the case: nobody at the desk reads codes among the letters of an application
    delivery.order(session, f"code:{row.id}", "signature_code", user.email, data, now)
    return row


def owner(session: Session, actor: Actor) -> User:
    user = session.get(User, actor.user_id)
    if user is None:
        raise NotFound
    return user
