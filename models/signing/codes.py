"""Signing by a code, step by step: send it, count the try, enter it. Each step is a transaction of its own at the edge."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.delivery.tables import Letter
from models.people import actions as people
from models.people.tables import SimpleCode, User
from models.process.actor import Actor
from models.process.errors import Invalid, NotFound
from models.signing import agreement, letters, sign
from models.signing.moving import own
from models.signing.sign import Visit
from models.signing.tables import Envelope, Method, Result


def purpose(signer_id: int) -> str:
    """A code of one party is never void because of another envelope."""
    return f"signing:{signer_id}"


def send(session: Session, signer_id: int, actor: Actor, now: datetime) -> SimpleCode:
    """A new code and its letter; the one before is void. Raises NotReady before the agreement or out of turn."""
    envelope, signer = sign.ready(session, signer_id, actor, Method.CODE, now)
    agreement.needed(session, actor, now)
    user = _user(session, actor)
    if not user.email:
        raise Invalid("email", "There is no e-mail in your profile: call us, and we write it in")
    digits = people.make_code(session, user, purpose(signer_id), sign.bound_for(envelope, signer), now)
    row = _newest(session, user, signer_id)
    letters.code(session, envelope, user, row, digits, now)
    return row


def begin(session: Session, signer_id: int, actor: Actor, now: datetime) -> int:
    """Count a try before the code is looked at; commit it before `enter`. Raises Invalid("code")."""
    envelope, signer = own(session, signer_id, actor)
    return people.begin_try(session, _user(session, actor), purpose(signer_id), sign.bound_for(envelope, signer), now)


def enter(
    session: Session, signer_id: int, actor: Actor, typed: str, counted: int, now: datetime, visit: Visit
) -> Envelope:
    """The signature, in one transaction with the code's use. Raises Invalid("code")."""
    envelope, signer = sign.ready(session, signer_id, actor, Method.CODE, now)
    joined, user = agreement.needed(session, actor, now), _user(session, actor)
    bound = sign.bound_for(envelope, signer)
    used = people.use_code(session, user, purpose(signer_id), bound, typed, now, counted=counted)
    letter = session.exec(select(Letter.id).where(Letter.key == f"code:{used.id}")).first()
    return sign.by_code(session, signer_id, actor, used, now, visit, agreement=joined.version, letter_id=letter)


def failed(session: Session, signer_id: int, actor: Actor, now: datetime, visit: Visit, why: Invalid) -> None:
    """A try that came to nothing stays in the record of the envelope."""
    _, signer = own(session, signer_id, actor)
    result = Result.WRONG if why.template.startswith("The code is wrong") else Result.VOID
    sign.note_try(session, signer, Method.CODE, result, actor, now, visit)


def _newest(session: Session, user: User, signer_id: int) -> SimpleCode:
    query = select(SimpleCode).where(SimpleCode.user_id == user.id, SimpleCode.purpose == purpose(signer_id))
    return session.exec(query.where(col(SimpleCode.used_at).is_(None))).one()


def _user(session: Session, actor: Actor) -> User:
    user = session.get(User, actor.user_id)
    if user is None:
        raise NotFound
    return user
