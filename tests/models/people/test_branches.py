"""Staff of one branch change what belongs to their branch alone: the verbs say so, and the database when a verb forgets."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from models.booking import actions as bookings
from models.connection import actions, moving
from models.connection.tables import Application, Stage
from models.desk import actions as desk
from models.document.tables import Document
from models.people import branches
from models.people.branches import OtherBranch
from models.people.rules import actor_of
from models.people.tables import Branch, User
from models.process import history
from models.process.actor import SYSTEM, Actor, Role
from models.signing import actions as signing
from models.signing import moving as envelopes
from models.signing.tables import Method, Party, Side
from models.visit import actions as visits
from models.visit.tables import Hours, Kind
from tests.models.booking.office import NINE, NOW, booked, scene, visitor
from tests.models.story import Story


@pytest.fixture
def away(story: Story) -> Branch:
    """Another branch, with a desk of its own."""
    found = next(b for b in story.session.exec(select(Branch)) if b.id != story.house.branch.id)  # type: ignore[union-attr]
    clerk(story, found)
    return found


def clerk(story: Story, branch: Branch | None, role: Role = Role.OPERATOR) -> Actor:
    name = f"{role.lower()}-of-{branch.id if branch else 'all'}"
    user = User(login=name, role=role, name=name, password_hash="", created_at=story.now)
    user.branch_id = branch.id if branch else None
    story.session.add(user)
    story.session.flush()
    return actor_of(user)


def stranger(story: Story, branch: Branch, role: Role = Role.OPERATOR) -> Actor:
    user = story.session.exec(select(User).where(User.login == f"{role.lower()}-of-{branch.id}")).first()
    return actor_of(user) if user else clerk(story, branch, role)


VERBS: dict[str, Callable[[Story, Application, Actor], object]] = {
    "a move": lambda s, c, a: moving.move(s.session, moving.lock(s.session, c.id or 0, a), "accept", a, s.now),
    "a verb": lambda s, c, a: actions.simple_move(s.session, c.id or 0, "accept", a, s.now),
    "a message": lambda s, c, a: actions.say(s.session, c.id or 0, a, "здравствуйте", s.now),
    "in bulk: assign": lambda s, c, a: desk.assign(s.session, c.id or 0, a.person, a, s.now),
    "in bulk: remind": lambda s, c, a: desk.remind(s.session, c.id or 0, a, s.now),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_case_of_another_branch_is_not_touched(story: Story, away: Branch, verb: str) -> None:
    case = story.to(Stage.CHECKING)
    before = case.version
    with pytest.raises(OtherBranch) as told:
        VERBS[verb](story, case, stranger(story, away))
    assert story.house.branch.name in str(told.value)  # type: ignore[union-attr]
    assert case.version == before


@pytest.mark.parametrize("verb", ["a move", "a verb", "a message", "in bulk: assign"])
def test_the_own_branch_works_on_it(story: Story, away: Branch, verb: str) -> None:
    case = story.to(Stage.CHECKING)
    VERBS[verb](story, case, story.staff(Role.OPERATOR))


def test_a_visit_is_planned_by_the_branch_of_the_case(story: Story, away: Branch) -> None:
    case = story.to(Stage.METERING, story.house.applicant())
    told = (
        case.id or 0,
        Kind.INSPECTION,
        story.staff(Role.INSPECTOR).person,
        story.later(days=3).date(),
        Hours.MORNING,
    )
    with pytest.raises(OtherBranch):
        visits.propose(story.session, *told, stranger(story, away, Role.METERING), story.now)


def test_an_office_is_run_by_its_branch(story: Story, away: Branch) -> None:
    place = scene(story.session)
    place.office.branch_id = story.house.branch.id  # type: ignore[union-attr]
    visit = booked(story.session, place)
    for verb in (bookings.check_in, bookings.cancel):
        with pytest.raises(OtherBranch):
            verb(story.session, visit.id or 0, stranger(story, away), NINE)
    assert bookings.check_in(story.session, visit.id or 0, story.staff(Role.OPERATOR), NINE).checked_in_at == NINE


def test_a_caller_is_booked_into_any_office(story: Story, away: Branch) -> None:
    place = scene(story.session)
    place.office.branch_id = story.house.branch.id  # type: ignore[union-attr]
    actor = stranger(story, away)
    held = bookings.hold(story.session, place.wish(), actor, NOW)
    assert bookings.book(story.session, held.id or 0, actor, visitor(1), NOW).pin_hash


def test_signatures_on_paper_are_noted_by_the_branch_of_the_case(story: Story, away: Branch) -> None:
    case = story.to(Stage.EXECUTION, story.house.applicant())
    papers = [d.id or 0 for d in story.session.exec(select(Document).where(Document.application_id == case.id))][:1]
    envelope = signing.open(
        story.session, process="connection", subject_id=case.id or 0, purpose="supplement", documents=papers,
        parties=[Party(name="Анна", user_id=case.applicant_id, side=Side.APPLICANT, methods=(Method.PAPER,))], now=story.now,
    )  # fmt: skip
    with pytest.raises(OtherBranch):
        envelopes.record(story.session, envelope, "noted", stranger(story, away), story.now)
    envelopes.record(story.session, envelope, "noted", story.staff(Role.OPERATOR), story.now)


@pytest.mark.parametrize("role", sorted(branches.WIDE))
def test_heads_and_administrators_work_everywhere(story: Story, away: Branch, role: Role) -> None:
    case = story.to(Stage.CHECKING)
    assert moving.lock(story.session, case.id or 0, stranger(story, away, role)) is case


def test_whoever_has_no_branch_works_everywhere(story: Story, away: Branch) -> None:
    case = story.to(Stage.CHECKING)
    assert moving.lock(story.session, case.id or 0, clerk(story, None)) is case


def test_a_branch_without_a_desk_is_everybodys(story: Story, away: Branch) -> None:
    case = story.to(Stage.CHECKING)
    for user in story.session.exec(select(User).where(User.branch_id == case.branch_id, User.role == Role.OPERATOR)):
        user.active = False
        story.session.add(user)
    story.session.flush()
    assert moving.lock(story.session, case.id or 0, stranger(story, away)) is case


def as_branch(session: Session, branch_id: int | None) -> None:
    session.execute(text("select set_config('feeder.branch_id', :b, true)"), {"b": str(branch_id or "")})


def forgetful(story: Story, case: Application, actor: Actor) -> None:
    """A verb that has forgotten to ask."""
    history.record(story.session, "connection", case, "desk:connection:forgetful", actor, story.now)
    story.session.flush()


def test_the_database_refuses_what_a_verb_forgot(story: Story, away: Branch) -> None:
    case, actor = story.house.submitted(), stranger(story, away)
    as_branch(story.session, away.id)
    with pytest.raises(DBAPIError, match="belongs to another branch"), story.session.begin_nested():
        forgetful(story, case, actor)
    story.session.refresh(case)
    as_branch(story.session, case.branch_id)
    forgetful(story, case, story.staff(Role.OPERATOR))
    as_branch(story.session, away.id)
    history.record(story.session, "connection", case, "engine:connection:goes on", SYSTEM, story.now)
    story.session.flush()


def test_without_the_wall_the_forgetful_verb_would_pass(story: Story, away: Branch) -> None:
    """The control of the test above."""
    case, actor = story.house.submitted(), stranger(story, away)
    story.session.execute(text("alter table history disable trigger history_of_own_branch"))
    as_branch(story.session, away.id)
    forgetful(story, case, actor)
