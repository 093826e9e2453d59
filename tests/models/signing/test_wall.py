"""The journal of an envelope behind the wall of staff: its branch reads it, another branch does not. By raw SQL."""

from sqlalchemy import text
from sqlmodel import Session, select

from infra.database import Database
from models.people.tables import Branch, User
from models.process.actor import Role
from tests.conftest import NOW
from tests.models.signing.envelopes import Desk

SEEN = "select distinct subject_id from history where process = 'signing'"


def test_a_journal_is_read_in_its_branch_and_by_a_head_and_nowhere_else(database: Database) -> None:
    """An envelope whose number is that of a case opened every journal to every branch, and without one none was open."""
    with database.transaction() as session:
        desk = Desk(session, NOW)
        here, there = session.exec(select(Branch).order_by(Branch.id)).all()[:2]  # type: ignore[arg-type]
        found: dict[tuple[int, int], set[int]] = {}
        for branch, purposes in ((here, ("supplement", "termination")), (there, ("supplement",))):
            desk.case = desk.house.draft(desk.house.applicant())
            opened = [desk.open(desk.utility(), desk.party(), purpose=p) for p in purposes]
            found[clerk(session, branch)] = {e.id or 0 for e in opened}
            session.execute(
                text("update connection set branch_id = :b where id = :id"), {"b": branch.id, "id": desk.case.id}
            )
    for (user, branch), own in found.items():
        with database.reading_as(Role.OPERATOR, user, branch) as session:
            assert set(session.execute(text(SEEN)).scalars()) == own
        with database.reading_as(Role.MANAGER, user, None) as session:
            assert set(session.execute(text(SEEN)).scalars()) == set().union(*found.values())


def clerk(session: Session, branch: Branch) -> tuple[int, int]:
    """An operator of this branch: his id, and the branch's."""
    login, key = f"clerk{branch.id}", branch.id or 0
    user = User(login=login, role=Role.OPERATOR, name=login, branch_id=key, password_hash="", created_at=NOW)
    session.add(user)
    session.flush()
    return user.id or 0, key
