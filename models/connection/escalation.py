"""Escalation: when a clock of ours passes 50, 80 or 100 % of its term, the staff concerned are told, once a mark. Sends no mail.

Source: domain b.5: amber at 50 %, red at 80 %, the head at 100 %."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Field, Session, SQLModel, col, select

from models.connection.tables import PROCESS, Stage
from models.delivery import actions as delivery
from models.people.tables import User
from models.process import columns
from models.process.actor import Role
from models.process.tables import Term
from models.process.terms import MARKS

KIND = "escalation"
HEAD = 100  # per cent: the manager is told
ACTING: dict[str, Role] = {  # who carries a case on at a stage; at any other it is the operator
    Stage.ENGINEERING: Role.ENGINEER,
    Stage.APPROVAL: Role.MANAGER,
    Stage.DISAGREEMENT: Role.LAWYER,  # the engineer, where no lawyer works
    Stage.EXECUTION: Role.ENGINEER,
    Stage.INSPECTION: Role.INSPECTOR,
    Stage.METERING: Role.METERING,
}
NOT_TOLD = ("TU-EXP",)  # validity of the conditions: nobody at the desk is late with it


class TermMark(SQLModel, table=True):
    """This clock has passed this mark and its people were told. The key makes telling twice telling once."""

    __tablename__ = "term_mark"

    term_id: int = Field(primary_key=True, foreign_key="term.id", ondelete="CASCADE", sa_type=columns.BIG)
    mark: int = Field(primary_key=True)
    at: datetime = columns.moment(...)


_PASSED = text("""
    with passed as (
        select t.id, (select max(m.mark) from unnest(cast(:marks as int[])) m (mark)
                       where :now >= t.starts_at + (t.due_at - t.starts_at) * m.mark / 100) as mark
          from term t
         where t.process = :process and t.whose = 'grid' and not t.is_right and t.rule <> all(:others)
           and t.done_at is null and t.cancelled_at is null and t.paused_at is null)
    insert into term_mark (term_id, mark, at)
    select p.id, p.mark, :now from passed p
     where p.mark is not null and not exists (select 1 from term_mark d where d.term_id = p.id and d.mark >= p.mark)
     order by p.id limit :limit
    on conflict do nothing returning term_id, mark""")


def press(session: Session, now: datetime, limit: int = 500) -> int:
    """Tell about every mark that was passed and not told yet: of several missed at once only the highest. How many."""
    found = session.execute(
        _PASSED, {"marks": list(MARKS), "now": now, "process": PROCESS, "others": list(NOT_TOLD), "limit": limit}
    ).all()
    for row in found:
        _tell(session, session.get_one(Term, row.term_id), int(row.mark), now)
    return len(found)


def _tell(session: Session, term: Term, mark: int, now: datetime) -> None:
    case = session.execute(
        text("select number, stage, branch_id from connection where id = :id"), {"id": term.subject_id}
    ).one()
    title = (
        f"{case.number or 'Заявка'}: прошло {mark}\u00a0% срока"
        if mark < HEAD
        else f"{case.number or 'Заявка'}: срок прошёл"
    )
    body = f"{term.title}. Последний день {term.due_on:%d.%m.%Y}."
    for user_id in concerned(session, term.subject_id, str(case.stage), case.branch_id, mark):
        key = f"{KIND}:{term.id}:{mark}:{user_id}"
        delivery.notify(session, key, user_id, term.subject_id, KIND, title, body, now)


def concerned(session: Session, case_id: int, stage: str, branch_id: int, mark: int) -> Sequence[int]:
    """Who may act at this stage in this branch, the engineer of the conditions before all others; at 100 % the managers."""
    role = Role.MANAGER if mark >= HEAD else ACTING.get(stage, Role.OPERATOR)
    people = _of_role(session, role, branch_id)
    if role == Role.LAWYER and not people:
        people = _of_role(session, Role.ENGINEER, branch_id)
    author = session.execute(
        text("select author_id from conditions where application_id = :id order by version desc limit 1"),
        {"id": case_id},
    ).scalar()
    own = [u for u in people if u.role != Role.ENGINEER or author in (None, u.id)]
    return [u.id or 0 for u in own or people]


def _of_role(session: Session, role: Role, branch_id: int) -> list[User]:
    query = select(User).where(User.role == role, User.active)
    return [u for u in session.exec(query.order_by(col(User.id))) if u.branch_id in (None, branch_id)]
