"""Staff: each change by the right person, with an audit row; rights that lead by two people."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from models.desk.rules import stood_in
from models.people import access, sessions, staff, staff_queries
from models.people.access import MATRIX, Right, Subject
from models.people.tables import Audit, User
from models.process.actor import STAFF, Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, Stale
from tests.models.story import Story


def user(story: Story, login: str) -> User:
    return story.session.exec(select(User).where(User.login == login)).one()


def last(session: Session) -> Audit:
    return session.exec(select(Audit).order_by(Audit.id.desc())).first()  # type: ignore[union-attr, return-value]


def hire(story: Story, role: Role, actor: Actor, reason: str = "новый человек") -> User:
    return staff.hire(
        story.session,
        "sokolova",
        "Соколова Ирина",
        "Специалист",
        "s@x.example",
        role,
        None,
        "hash",
        reason,
        actor,
        story.now,
    )


def test_a_new_colleague_signs_in_once_by_a_temporary_password(story: Story) -> None:
    made = hire(story, Role.ENGINEER, story.staff(Role.ADMIN))
    assert (made.role, made.temporary_until) == (Role.ENGINEER, story.now + staff.FIRST_PASSWORD)
    assert (last(story.session).tag, last(story.session).subject_id) == ("people:staff:hired", made.id)


def test_who_is_to_lead_is_an_operator_until_a_second_person_agrees(story: Story) -> None:
    admin = story.staff(Role.ADMIN)
    made = hire(story, Role.MANAGER, admin)
    assert made.role == Role.OPERATOR
    change, _user = staff_queries.waiting(story.session)[0]
    with pytest.raises(NotAllowed, match="second person"):
        staff.decide(story.session, change.id or 0, True, admin, story.now)
    staff.decide(story.session, change.id or 0, True, story.staff(Role.MANAGER), story.now)
    assert made.role == Role.MANAGER
    with pytest.raises(Stale):
        staff.decide(story.session, change.id or 0, False, story.staff(Role.MANAGER), story.now)


def test_who_only_stands_in_for_a_head_gives_nobody_a_role(story: Story) -> None:
    made = hire(story, Role.MANAGER, story.staff(Role.ADMIN))
    change, _user = staff_queries.waiting(story.session)[0]
    hat = stood_in(story.staff(Role.OPERATOR), user(story, "manager"))
    with pytest.raises(NotAllowed):
        staff.decide(story.session, change.id or 0, True, hat, story.now)
    assert made.role == Role.OPERATOR


def test_a_refused_role_is_not_given(story: Story) -> None:
    staff.give_role(
        story.session, user(story, "engineer").id or 0, Role.ADMIN, "замена", story.staff(Role.ADMIN), story.now
    )
    change, who = staff_queries.waiting(story.session)[0]
    staff.decide(story.session, change.id or 0, False, story.staff(Role.MANAGER), story.now)
    assert who.role == Role.ENGINEER


def test_blocking_ends_every_session(story: Story, now: datetime) -> None:
    them = user(story, "operator")
    for token in ("a" * 40, "b" * 40):
        sessions.begin(story.session, them, token, now, timedelta(hours=8))
    assert staff.block(story.session, them.id or 0, "уволен", story.staff(Role.ADMIN), now) == 2
    assert sessions.of_token(story.session, "a" * 40) is None
    assert last(story.session).facts["sessions"] == 2
    staff.unblock(story.session, them.id or 0, story.staff(Role.ADMIN), now)
    assert them.active


def test_another_branch_is_another_wall_so_sessions_end(story: Story, now: datetime) -> None:
    them = user(story, "operator")
    sessions.begin(story.session, them, "c" * 40, now, timedelta(hours=8))
    staff.transfer(story.session, them.id or 0, None, story.staff(Role.ADMIN), now)
    assert them.branch_id is None
    assert sessions.of_token(story.session, "c" * 40) is None


def test_a_second_factor_is_taken_off_after_an_identity_check_only(story: Story, now: datetime) -> None:
    them = user(story, "operator")
    with pytest.raises(Invalid):
        staff.reset_factor(story.session, them.id or 0, " ", story.staff(Role.ADMIN), now)
    staff.reset_factor(story.session, them.id or 0, "паспорт", story.staff(Role.ADMIN), now)
    assert last(story.session).tag == "people:staff:factor_reset"


@pytest.mark.parametrize("role", sorted(STAFF - {Role.ADMIN}))
def test_nobody_but_the_administrator_changes_staff(story: Story, role: Role) -> None:
    with pytest.raises(NotAllowed):
        hire(story, Role.ENGINEER, story.staff(role))
    with pytest.raises(NotAllowed):
        staff.block(story.session, user(story, "billing").id or 0, "x", story.staff(role), story.now)


def test_nobody_changes_himself(story: Story) -> None:
    admin = story.staff(Role.ADMIN)
    with pytest.raises(NotAllowed, match="own rights"):
        staff.block(story.session, admin.person, "x", admin, story.now)


def test_a_wrong_card_is_told_field_by_field(story: Story) -> None:
    with pytest.raises(ManyInvalid) as refused:
        staff.hire(
            story.session,
            "operator",
            "Один",
            "",
            "нет",
            "APPLICANT",
            10**9,
            "h",
            "",
            story.staff(Role.ADMIN),
            story.now,
        )
    assert {e.field for e in refused.value.errors} == {"login", "name", "role", "branch", "email"}


# ------------------------------------------------------------------------------------------------ the table of rights
def test_the_default_is_nobody() -> None:
    assert not access.may("STRANGER", Subject.APPLICATION, Right.READ)
    assert not access.may(Role.SYSTEM, Subject.STAFF, Right.CREATE)
    assert all(set(row) == STAFF | {Role.APPLICANT} for row in MATRIX.values())


def test_the_auditor_changes_nothing() -> None:
    changed = {s for s, row in MATRIX.items() if row[Role.AUDITOR] & {Right.CREATE, Right.CHANGE}}
    assert changed == set()


def test_moves_of_a_connection_do_not_contradict_the_table() -> None:
    from models.connection.rules import MOVES

    for move in MOVES.table.values():
        for role in move.by:
            if role != Role.SYSTEM:
                assert access.may(role, Subject.APPLICATION, Right.READ), (move.name, role)
                assert role not in (Role.AUDITOR, Role.ADMIN), move.name
