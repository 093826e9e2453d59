"""A person and his data: the copy is whole and has no secrets, requests have their days, retention deletes what it may."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from models.connection.tables import Application, Stage
from models.people import actions as people
from models.people import my_data, retention
from models.people.access_tables import DataRequest, RequestKind, RetentionRule
from models.people.represent_tables import Act, State
from models.people.rules import actor_of
from models.people.tables import Audit, User
from models.process.actor import Role
from models.process.errors import Invalid, NotAllowed, NotFound, Stale
from tests.models.people.powers import power
from tests.models.story import Story


def test_the_copy_holds_everything_of_his_and_no_secret(story: Story) -> None:
    anna, boris = story.house.applicant(), story.house.applicant()
    case = story.to(Stage.EXECUTION, anna)
    other = story.to(Stage.EXECUTION, boris)
    found = my_data.copy_of(story.session, anna.id or 0)
    assert [row["number"] for row in found["applications"]] == [case.number]
    assert found["documents"]
    assert {row["application_id"] for row in found["files"]} == {case.id}
    assert "password_hash" not in found["card"][0]
    assert other.number not in str(found)
    names = [name for name, _key in my_data.files_of(story.session, anna.id or 0)]
    assert {name.partition("/")[0] for name in names} == {"documents", "files"}
    assert not [n for n in names if ".." in n]


def test_looks_of_staff_are_told_and_ones_own_are_not(story: Story) -> None:
    anna = story.house.applicant()
    case = story.to(Stage.EXECUTION, anna)
    for actor in (story.staff(Role.OPERATOR), actor_of(anna)):
        people.note(story.session, actor, "desk:person:looked", story.now, process="connection", subject_id=case.id)
    assert [(x.who, x.number) for x in my_data.looks(story.session, anna.id or 0)] == [
        (story.staff(Role.OPERATOR).name, case.number)
    ]


def test_a_request_has_its_days_and_is_made_once(story: Story) -> None:
    anna = story.house.applicant()
    row = my_data.ask(story.session, RequestKind.CORRECT, "улица", actor_of(anna), story.now)
    assert row.due_at.date() - row.asked_at.date() == timedelta(days=10), "seven working days, and 4 November is none"
    with pytest.raises(Stale):
        my_data.ask(story.session, RequestKind.CORRECT, "улица", actor_of(anna), story.now)
    with pytest.raises(NotAllowed):
        my_data.answer(story.session, row.id or 0, "да", story.staff(Role.ENGINEER), story.now)
    with pytest.raises(Invalid):
        my_data.answer(story.session, row.id or 0, " ", story.staff(Role.OPERATOR), story.now)
    my_data.answer(story.session, row.id or 0, "исправлено", story.staff(Role.OPERATOR), story.now)
    assert my_data.of_person(story.session, anna.id or 0)[0].answer == "исправлено"


def test_nobody_takes_back_the_request_of_another(story: Story) -> None:
    anna, boris = story.house.applicant(), story.house.applicant()
    row = my_data.ask(story.session, RequestKind.DELETE, "прошу", actor_of(anna), story.now)
    with pytest.raises(NotFound):
        my_data.take_back(story.session, row.id or 0, actor_of(boris), story.now)


@pytest.mark.parametrize("filed", [False, True], ids=["nothing filed", "an application filed"])
def test_after_thirty_days_the_cabinet_is_emptied_and_what_law_binds_stays(story: Story, filed: bool) -> None:
    anna = story.house.applicant()
    case = story.to(Stage.EXECUTION, anna) if filed else None
    my_data.ask(story.session, RequestKind.DELETE, "прошу", actor_of(anna), story.now)
    assert retention.run(story.session, "cabinet", story.now + timedelta(days=29)) == 0
    assert retention.run(story.session, "cabinet", story.now + timedelta(days=31)) == 1
    story.session.refresh(anna)
    assert (anna.name, anna.email, anna.snils, anna.active) == ("—", "", "", False)
    request = story.session.exec(select(DataRequest).where(DataRequest.user_id == anna.id)).one()
    story.session.refresh(request)
    assert request.answer == (retention.KEPT if filed else retention.GONE)
    if case is not None:
        assert story.session.get(Application, case.id).number  # type: ignore[union-attr]


def test_with_the_cabinet_every_power_ends_on_both_sides(story: Story) -> None:
    anna, boris, other = (story.house.applicant() for _ in range(3))
    clerk = story.staff(Role.OPERATOR)
    given = power(story.session, anna, boris, [Act.PAY], clerk, story.now)
    held = power(story.session, other, anna, [Act.PAY], clerk, story.now)
    beside = power(story.session, other, boris, [Act.PAY], clerk, story.now)
    my_data.ask(story.session, RequestKind.DELETE, "Удалите", actor_of(anna), story.now)
    retention.run(story.session, "cabinet", story.now + timedelta(days=31))
    assert [row.state for row in (given, held, beside)] == [State.REVOKED, State.REVOKED, State.ACTIVE]


def test_a_request_taken_back_deletes_nothing(story: Story) -> None:
    anna = story.house.applicant()
    row = my_data.ask(story.session, RequestKind.DELETE, "прошу", actor_of(anna), story.now)
    my_data.take_back(story.session, row.id or 0, actor_of(anna), story.now)
    assert retention.run(story.session, "cabinet", story.now + timedelta(days=60)) == 0


def test_old_drafts_go_and_filed_applications_never(story: Story) -> None:
    anna = story.house.applicant()
    draft, filed = story.house.draft(anna), story.to(Stage.CHECKING, anna)
    ids = draft.id, filed.id
    story.session.flush()
    later = story.now + timedelta(days=400)
    assert retention.run(story.session, "draft", story.now + timedelta(days=80)) == 0
    assert retention.run(story.session, "draft", later) == 1
    left = (
        story.session.execute(text("select id from connection where id = any(:ids)"), {"ids": list(ids)})
        .scalars()
        .all()
    )
    assert left == [filed.id]
    assert retention.run(story.session, "contract", later) == 0, "a rule that only tells deletes nothing"


def test_every_rule_that_deletes_has_its_verb_and_its_run_is_written_down(story: Story) -> None:
    rules = story.session.exec(select(RetentionRule)).all()
    assert {r.name for r in rules if r.deletes} == set(retention.names())
    story.house.draft()
    retention.run(story.session, "draft", story.now + timedelta(days=400))
    assert story.session.exec(select(Audit).where(Audit.tag == "people:retention:draft")).first()


def test_the_deleted_person_has_no_login_left(story: Story) -> None:
    anna = story.house.applicant()
    my_data.ask(story.session, RequestKind.DELETE, "прошу", actor_of(anna), story.now)
    before = anna.login
    retention.run(story.session, "cabinet", story.now + timedelta(days=31))
    assert story.session.exec(select(User).where(User.login == before)).first() is None
