"""Read side of representatives: who may act for whom, now; what waits for a person and for the desk. Plain selects."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from models.people import represent_rules as rules
from models.people.represent_tables import OPEN_STATES, Act, Representative, State
from models.people.tables import User
from models.process.actor import Actor, Role
from models.process.errors import NotFound


def live(
    session: Session, agent_id: int, principal_id: int, case_id: int | None = None, at: datetime | None = None
) -> Sequence[Representative]:
    """Powers in force at `at` (now, by the clock of the database) that cover this case; without a case, all that cover
    every application. The oldest first."""
    query = select(Representative).where(
        Representative.agent_id == agent_id,
        Representative.principal_id == principal_id,
        _in_force(at),
        _covering(case_id),
    )
    return session.exec(query.order_by(col(Representative.id))).all()


def _in_force(at: datetime | None) -> ColumnElement[bool]:
    moment = at if at is not None else func.business_now()
    active = col(Representative.state) == State.ACTIVE
    return and_(active, col(Representative.starts_at) <= moment, col(Representative.until) > moment)


def _covering(case_id: int | None) -> ColumnElement[bool]:
    return or_(col(Representative.application_id).is_(None), col(Representative.application_id) == case_id)


def _acts(rows: Sequence[Representative]) -> frozenset[str]:
    return frozenset(act for row in rows for act in row.acts)


def acts(session: Session, person: int, principal_id: int, case_id: int | None) -> frozenset[str] | None:
    """What this person may do in the case as a representative; None: the case is his own."""
    return None if person == principal_id else _acts(live(session, person, principal_id, case_id))


def reaches(session: Session, principal_id: int, case_id: int | None, actor: Actor) -> bool:
    """Whether an applicant finds this case: it is his own, or a power in force covers it."""
    if actor.role != Role.APPLICANT or actor.user_id == principal_id:
        return True
    return actor.user_id is not None and bool(live(session, actor.user_id, principal_id, case_id))


def reads(session: Session, principal_id: int, case_id: int, person: int, wanted: Collection[Act]) -> bool:
    """His own, or one of these acts was given to him."""
    return person == principal_id or bool(_acts(live(session, person, principal_id, case_id)) & set(wanted))


def need(
    session: Session, principal_id: int, case_id: int | None, actor: Actor, *wanted: Act, at: datetime | None = None
) -> None:
    """Raises NotFound for a stranger, BeyondPower for a representative to whom one of these acts was not given."""
    if actor.role != Role.APPLICANT or actor.user_id == principal_id:
        return
    rows = _kept(session, live(session, actor.person, principal_id, case_id, at))
    if not rows:
        raise NotFound
    if (lacks := rules.missing(_acts(rows), wanted)) is not None:
        raise rules.beyond(lacks, rows[0])


def _kept(session: Session, rows: Sequence[Representative]) -> Sequence[Representative]:
    """Those still in force, shared until the transaction ends: a revocation waits for what is being done, and what begins
    after it finds nothing."""
    ids = [r.id for r in rows]
    query = select(Representative).where(col(Representative.id).in_(ids), Representative.state == State.ACTIVE)
    query = query.order_by(col(Representative.id)).with_for_update(read=True)
    return session.exec(query.execution_options(populate_existing=True)).all() if ids else []


def need_move(
    session: Session, principal_id: int, case_id: int, actor: Actor, name: str, at: datetime | None = None
) -> None:
    """The same for a legal move of a connection; a move that no act carries is the principal's own."""
    if name in rules.OF_MOVES:
        need(session, principal_id, case_id, actor, *rules.OF_MOVES[name], at=at)
    elif actor.role == Role.APPLICANT and actor.user_id != principal_id:
        need(session, principal_id, case_id, actor, at=at)
        raise rules.OnlyInPerson(principal=live(session, actor.person, principal_id, case_id, at)[0].principal_name)


def voice(session: Session, principal_id: int, case_id: int | None, actor: Actor, at: datetime | None = None) -> Actor:
    """The actor as histories and papers name him: a representative with his power and his principal."""
    if actor.role != Role.APPLICANT or actor.user_id in (None, principal_id):
        return actor
    rows = live(session, actor.person, principal_id, case_id, at)
    return replace(actor, name=rules.called(rows[0])) if rows else actor


def signs_as(session: Session, person: int, principal_id: int, case_id: int) -> int:
    """Whose party of an envelope this person is: the principal's, when the power lets him sign; else his own."""
    return principal_id if reads(session, principal_id, case_id, person, (Act.SIGN,)) else person


# ------------------------------------------------------------------------------------------------ lists
def of_principal(session: Session, user_id: int) -> Sequence[Representative]:
    """Who acts for him, those in force and waiting first."""
    query = select(Representative).where(Representative.principal_id == user_id)
    rows = session.exec(query.order_by(col(Representative.id).desc()).limit(100)).all()
    return sorted(rows, key=lambda r: r.state not in OPEN_STATES)


def of_agent(session: Session, user: User) -> Sequence[Representative]:
    """Powers that he holds or held, and those offered to one of his contacts."""
    mine = col(Representative.agent_id) == user.id
    offered = (
        col(Representative.agent_id).is_(None)
        & (col(Representative.state) == State.OFFERED)
        & col(Representative.contact).in_(rules.contacts_of(user))
        & (col(Representative.principal_id) != user.id)
    )
    query = select(Representative).where(or_(mine, offered))
    rows = session.exec(query.order_by(col(Representative.id).desc()).limit(100)).all()
    return sorted(rows, key=lambda r: r.state not in OPEN_STATES)


def principals(session: Session, agent_id: int, *wanted: Act, whole: bool = False) -> dict[int, str]:
    """Whom he acts for now: id → name. `wanted`: only those who gave these acts; `whole`: for every application."""
    query = select(Representative).where(Representative.agent_id == agent_id, _in_force(None))
    if whole:
        query = query.where(col(Representative.application_id).is_(None))
    rows = session.exec(query.order_by(col(Representative.principal_name), col(Representative.id))).all()
    return {r.principal_id: r.principal_name for r in rows if rules.missing(r.acts, wanted) is None}


def of_case(session: Session, principal_id: int, case_id: int) -> Sequence[Representative]:
    """Powers of the applicant that cover this case and are open: for the card and the desk."""
    query = select(Representative).where(
        Representative.principal_id == principal_id,
        col(Representative.state).in_(OPEN_STATES),
        _covering(case_id),
    )
    return session.exec(query.order_by(col(Representative.id))).all()


def agents_of(session: Session, principal_id: int, case_id: int, at: datetime) -> list[tuple[User, frozenset[str]]]:
    """Who hears of this case besides the applicant, with what each may do."""
    query = select(Representative, User).join(User, col(User.id) == col(Representative.agent_id))
    query = query.where(
        Representative.principal_id == principal_id, _in_force(at), _covering(case_id), col(User.active)
    )
    found: dict[int, tuple[User, frozenset[str]]] = {}
    for row, user in session.exec(query.order_by(col(Representative.id))):
        before = found[row.agent_id or 0][1] if row.agent_id in found else frozenset[str]()
        found[row.agent_id or 0] = (user, before | frozenset(row.acts))
    return list(found.values())


def unchecked(session: Session, limit: int = 100) -> Sequence[Representative]:
    """What the desk has to look at, the oldest first."""
    query = select(Representative).where(
        Representative.state == State.OFFERED, col(Representative.checked_at).is_(None)
    )
    return session.exec(query.order_by(col(Representative.id)).limit(limit)).all()


def lately(session: Session, limit: int = 50) -> Sequence[Representative]:
    """The newest powers that the desk has looked at or that have ended."""
    query = select(Representative).where(
        or_(col(Representative.state) != State.OFFERED, col(Representative.checked_at).is_not(None))
    )
    return session.exec(query.order_by(col(Representative.id).desc()).limit(limit)).all()
