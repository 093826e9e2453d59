"""Way back for whoever has lost his password, temporary access by the office, changes of password and contacts.

Asking never tells whether somebody is registered. Every new password ends all other sessions."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.delivery import actions as delivery
from models.people import actions, proofs, rules, sign_out
from models.people.proof_tables import Channel, Proof, Purpose
from models.people.proofs import Promise
from models.people.registration import Sender, send
from models.people.tables import User
from models.process.actor import STAFF, Actor, Role
from models.process.errors import Invalid, NotAllowed, NotFound

CENTRE = frozenset({Role.OPERATOR, Role.MANAGER, Role.ADMIN})  # who may grant temporary access
_MOST = 20  # logins behind one contact


def by_contact(session: Session, channel: Channel, contact: str) -> Sequence[User]:
    """All logins behind an address or a number (row R-93). Staff ask their administrator instead."""
    column = User.email if channel == Channel.EMAIL else User.phone
    query = select(User).where(column == contact, User.active, col(User.role).not_in(STAFF))
    if channel == Channel.EMAIL:
        query = select(User).where(
            (col(User.email) == contact) | (col(User.login) == contact), User.active, col(User.role).not_in(STAFF)
        )
    return session.exec(query.order_by(col(User.login)).limit(_MOST)).all()


def by_login(session: Session, login: str, kind: str = "") -> Sequence[User]:
    """By status and login (row D-12)."""
    query = select(User).where(User.login == rules.login_of(login), User.active, col(User.role).not_in(STAFF))
    return session.exec(query.where(User.kind == kind) if kind else query).all()


def contact_of(user: User) -> tuple[Channel, str]:
    """Where a link for this person goes: his address, else his phone; ("email", "") when he gave none."""
    if not user.email and user.phone:
        return Channel.PHONE, user.phone
    return Channel.EMAIL, user.email


def ask(
    session: Session,
    users: Sequence[User],
    channel: Channel,
    contact: str,
    now: datetime,
    sender: Sender,
    *,
    with_code: bool = False,
) -> Promise:
    """A promise whatever was typed; a letter or a message only when there is somebody who can get it."""
    ids = [user.id for user in users]
    made = proofs.promise(
        session, Purpose.RECOVER, channel, contact, now, sender.life, data={"users": ids}, with_code=with_code
    )
    if not (users and contact) or _too_often(session, contact, now):
        proofs.hollow(session, made.proof)
        return made
    name = users[0].name if len(users) == 1 else ""
    send(session, "recovery_code" if with_code else "recovery_link", made, name, sender, now)
    return made


def _too_often(session: Session, contact: str, now: datetime) -> bool:
    if actions.tries(session, "recover-contact", contact, now) >= actions.LIMITS["recover-contact"][0]:
        return True
    actions.count_attempt(session, "recover-contact", contact, now)
    return False


def logins(session: Session, row: Proof) -> list[User]:
    """Whose password this proof may change."""
    found = [session.get(User, user_id) for user_id in row.data.get("users", [])]
    return [user for user in found if user is not None and user.active]


def finish(
    session: Session, row: Proof, user_id: int, password_hash: str, now: datetime, sender: Sender, address: str = ""
) -> User:
    """The new password of the chosen login. Raises NotFound for a login that this proof does not open."""
    user = next((user for user in logins(session, row) if user.id == user_id), None)
    if user is None or row.proved_at is None:
        raise NotFound
    if row.channel == Channel.EMAIL:
        user.email_confirmed_at = user.email_confirmed_at or (now if user.email == row.contact else None)
    set_password(session, user, password_hash, now, sender, address=address, tag="people:user:recovered")
    proofs.used(session, row, now)
    return user


def set_password(
    session: Session,
    user: User,
    password_hash: str,
    now: datetime,
    sender: Sender,
    *,
    keep: int | None = None,
    address: str = "",
    tag: str = "people:user:password_changed",
) -> None:
    """A new password; every session but `keep` ends with the keys of programs, and the person is told by letter."""
    user.password_hash, user.password_changed_at, user.temporary_until = password_hash, now, None
    session.add(user)
    actor = Actor(Role(user.role), user.id, user.name, address=address)
    sign_out.everywhere(session, user.id or 0, actor, now, keep=keep)
    actions.note(session, actor, tag, now)
    if user.email:
        told = {"name": user.name, "utility": sender.utility, "phone": sender.phone, "link": "/recovery"}
        key = f"people:password_changed:{user.id}:{now.timestamp():.6f}"
        delivery.order(session, key, "password_changed", user.email, told, now)
    session.flush()


# ------------------------------------------------------------------------------------------------ temporary access
def grant_temporary(
    session: Session,
    user: User,
    actor: Actor,
    password_hash: str,
    checked_by: str,
    now: datetime,
    life: timedelta,
    *,
    contacts_lost: bool = False,
) -> None:
    """Access for whoever has no contacts in his account, after the centre has seen his document (row D-14).

    One sign-in within `life`, then a password of his own. Raises NotAllowed, Invalid."""
    if actor.role not in CENTRE or user.role in STAFF:
        raise NotAllowed("Temporary access is granted by the customer centre, to applicants only")
    if not checked_by.strip():
        raise Invalid("checked_by", "Write which document you have seen")
    if (user.email or user.phone) and not contacts_lost:
        raise Invalid("contacts_lost", "The account has contacts: the person can recover the access himself")
    user.password_hash, user.temporary_until = password_hash, now + life
    session.add(user)
    sign_out.everywhere(session, user.id or 0, actor, now)
    actions.note(
        session,
        actor,
        "people:user:temporary_access",
        now,
        process="people",
        subject_id=user.id,
        document=checked_by.strip(),
        until=user.temporary_until.isoformat(),
        contacts_lost=contacts_lost,
    )
    session.flush()


# ------------------------------------------------------------------------------------------------ contacts
def ask_contact(session: Session, user: User, channel: Channel, contact: str, now: datetime, sender: Sender) -> Promise:
    """A new address gets a link, a new number a code (rows R-84, R-85); nothing changes until it is proved."""
    purpose, by_code = (Purpose.EMAIL, False) if channel == Channel.EMAIL else (Purpose.PHONE, True)
    made = proofs.promise(
        session, purpose, channel, contact, now, sender.life, user_id=user.id, with_code=by_code, data={"to": contact}
    )
    send(session, "phone_code" if by_code else "email_link", made, user.name, sender, now)
    return made


def change_contact(session: Session, row: Proof, now: datetime, sender: Sender, address: str = "") -> User:
    """The proved contact replaces the old one, also as the login when the old address was it; the old address is told by
    letter. Raises Invalid when that login is taken meanwhile."""
    user = session.get(User, row.user_id)
    if user is None or row.proved_at is None:
        raise NotFound
    before = user.email if row.purpose == Purpose.EMAIL else user.phone
    proofs.void_links(session, user, now)
    if row.purpose == Purpose.EMAIL:
        _move_login(session, user, row.contact)
        user.email, user.email_confirmed_at = row.contact, now
    else:
        user.phone, user.phone_confirmed_at = row.contact, now
    session.add(user)
    actor = Actor(Role(user.role), user.id, user.name, address=address)
    actions.note(session, actor, "people:user:contact_changed", now, channel=row.channel, before=actions.masked(before))
    if row.purpose == Purpose.EMAIL and before and before != row.contact:
        _tell_old_address(session, user, before, now, sender)
    proofs.used(session, row, now)
    session.flush()
    return user


def _tell_old_address(session: Session, user: User, before: str, now: datetime, sender: Sender) -> None:
    """Whoever has lost the account to another hears of it; the new address is told in part only."""
    told = {
        "name": user.name,
        "utility": sender.utility,
        "phone": sender.phone,
        "address": actions.masked(user.email),
    }
    delivery.order(session, f"people:email_changed:{user.id}:{now.timestamp():.6f}", "email_changed", before, told, now)


def _move_login(session: Session, user: User, address: str) -> None:
    if user.login != user.email:
        return
    taken = session.exec(select(User).where(User.login == address, User.id != user.id)).first()
    if taken is not None:
        raise Invalid("email", "This address is the login of another cabinet: choose another")
    user.login = address
