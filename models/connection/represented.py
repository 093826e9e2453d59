"""Cases of other people that a representative reaches: for the lists of his cabinet. Plain selects."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from models.connection.tables import Application
from models.people.represent_tables import Act, Representative, State


def covered(user_id: int, act: Act) -> ColumnElement[bool]:
    """Of a select that names Application: whether a power in force gives this person this act in the case."""
    return _by_power(user_id, col(Representative.acts).contains([act.value]))


def _by_power(user_id: int, gives: ColumnElement[bool]) -> ColumnElement[bool]:
    moment = func.business_now()
    covers = or_(
        col(Representative.application_id).is_(None), col(Representative.application_id) == col(Application.id)
    )
    return (
        select(Representative.id)
        .where(
            col(Representative.principal_id) == col(Application.applicant_id), covers, gives,
            Representative.agent_id == user_id, Representative.state == State.ACTIVE,
            col(Representative.starts_at) <= moment, col(Representative.until) > moment,
        )
        .exists()
    )  # fmt: skip


def of_agent(session: Session, user_id: int, principal_id: int | None = None) -> Sequence[Application]:
    """Cases that powers in force cover, newest first; what was never sent only for who may prepare applications."""
    seen = or_(col(Application.submitted_at).is_not(None), col(Representative.acts).contains([Act.FILE.value]))
    query = select(Application).where(_by_power(user_id, seen))
    if principal_id is not None:
        query = query.where(Application.applicant_id == principal_id)
    return session.exec(query.order_by(col(Application.id).desc())).all()
