"""Work in progress against capacity: open cases at the stages where a role acts, and how many its people are to hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from models.connection.statistics.sliced import MINE
from models.connection.tables import Stage
from models.people import actions as people
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotAllowed
from models.process.tables import Setting
from models.process.words import N_

SETTING = "norms"
WORK: Mapping[Role, tuple[Stage, ...]] = {  # the desk that a stage waits for
    Role.OPERATOR: (Stage.SUBMITTED, Stage.CHECKING),
    Role.ENGINEER: (Stage.ENGINEERING, Stage.DISAGREEMENT, Stage.EXECUTION),
    Role.MANAGER: (Stage.APPROVAL,),
    Role.INSPECTOR: (Stage.INSPECTION,),
    Role.METERING: (Stage.METERING,),
}
DEFAULT: Mapping[Role, int] = {
    Role.OPERATOR: 30, Role.ENGINEER: 60, Role.MANAGER: 20, Role.INSPECTOR: 20, Role.METERING: 25,
}  # fmt: skip


@dataclass(frozen=True)
class Load:
    """One desk: `open` cases wait for it, `people` work there, each may hold `norm` at once."""

    role: Role
    open: int
    people: int
    norm: int

    @property
    def capacity(self) -> int:
        return self.people * self.norm


def norms(session: Session) -> dict[Role, int]:
    """Cases that one person of a role may hold at once."""
    row = session.get(Setting, SETTING)
    kept = row.value if row else {}
    return {role: int(kept.get(role, usual)) for role, usual in DEFAULT.items()}


def set_norm(session: Session, role: Role, norm: int, actor: Actor, now: datetime) -> None:
    """By a manager; the change stands in the audit. Raises NotAllowed, Invalid("norm")."""
    if actor.role != Role.MANAGER:
        raise NotAllowed(move=N_("Set the norm of a desk"))
    if role not in DEFAULT or not 1 <= norm <= 1000:
        raise Invalid("norm", "A norm is from 1 to 1000 cases for one person")
    before = norms(session)
    if before[role] == norm:
        return
    row = session.get(Setting, SETTING) or Setting(name=SETTING)
    row.value = {**row.value, role: norm}
    session.add(row)
    people.note(session, actor, "desk:norm:set", now, role=role, before=before[role], after=norm)
    session.flush()


def load(session: Session, branch_id: int | None = None, category: str = "") -> list[Load]:
    """Every desk in the order of the line. People without a branch work for all of them."""
    cases = {
        str(r.stage): int(r.n)
        for r in session.execute(
            text(f"select s.stage, count(*) as n from stay s where s.left_at is null and s.stage = any(:stages) and {MINE} group by 1"),  # noqa: S608
            {"stages": [str(s) for stages in WORK.values() for s in stages], "branch": branch_id, "category": category},
        )
    }  # fmt: skip
    hands = {
        str(r.role): int(r.n)
        for r in session.execute(
            text("""select role, count(*) as n from app_user where active and role = any(:roles)
                and (cast(:branch as bigint) is null or branch_id is null or branch_id = :branch) group by 1"""),
            {"roles": [str(r) for r in WORK], "branch": branch_id},
        )
    }
    norm = norms(session)
    return [
        Load(role, sum(cases.get(s, 0) for s in stages), hands.get(role, 0), norm[role])
        for role, stages in WORK.items()
    ]
