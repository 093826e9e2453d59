"""Staff of one branch work on the cases of their branch. Heads, administrators and whoever belongs to no branch work on all;
a branch without a desk of its own is everybody's. The database keeps the same rule (migrations 0014 and 0018)."""

from sqlmodel import Session, col, select

from models.people.tables import Branch, User
from models.process.actor import Actor, Role
from models.process.errors import NotAllowed

WIDE = frozenset({Role.MANAGER, Role.ADMIN})


class OtherBranch(NotAllowed):
    template = "This belongs to the branch «%(branch)s»: its staff work on it, or a head"


def reaches(session: Session, actor: Actor, branch_id: int | None) -> bool:
    """Whether this member of staff may change what belongs to the branch. Others are asked elsewhere: True."""
    if not actor.is_staff or actor.role in WIDE or None in (actor.branch_id, branch_id):
        return True
    return actor.branch_id == branch_id or not has_desk(session, branch_id or 0)


def has_desk(session: Session, branch_id: int) -> bool:
    query = select(User.id).where(User.branch_id == branch_id, col(User.active), User.role == Role.OPERATOR)
    return session.exec(query.limit(1)).first() is not None


def need(session: Session, actor: Actor, branch_id: int | None) -> None:
    """Raises OtherBranch."""
    if not reaches(session, actor, branch_id):
        found = session.get(Branch, branch_id)
        raise OtherBranch(branch=found.name if found else "")
