"""Cases of other people that a representative reaches: for the lists of his cabinet. Plain selects."""

from collections.abc import Sequence

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from models.connection.tables import Application, Stage
from models.people.represent_tables import Act, Representative, State


def of_agent(session: Session, user_id: int, principal_id: int | None = None) -> Sequence[Application]:
    """Cases that powers in force cover, newest first; a draft only for who may prepare applications."""
    moment = func.business_now()
    covers = or_(
        col(Representative.application_id).is_(None), col(Representative.application_id) == col(Application.id)
    )
    seen = or_(col(Application.stage) != Stage.DRAFT, col(Representative.acts).contains([Act.FILE.value]))
    query = select(Application).where(
        select(Representative.id)
        .where(
            col(Representative.principal_id) == col(Application.applicant_id), covers, seen,
            Representative.agent_id == user_id, Representative.state == State.ACTIVE,
            col(Representative.starts_at) <= moment, col(Representative.until) > moment,
        )
        .exists()
    )  # fmt: skip
    if principal_id is not None:
        query = query.where(Application.applicant_id == principal_id)
    return session.exec(query.order_by(col(Application.id).desc())).all()
