"""A visit is proposed, agreed, moved, called off; a day is never promised to more people than there are places."""

from datetime import date, datetime

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from infra import clock
from infra.database import Database
from models.connection.tables import Application, Stage
from models.delivery.tables import Letter
from models.process.actor import Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotFound, NotReady, Stale
from models.process.history import broken
from models.process.tables import History
from models.process.terms import calendar
from models.visit import actions, queries, rules
from models.visit.tables import Hours, Kind, Visit, VisitState
from tests.models.story import HIGH, Story

TUESDAY = date(2026, 11, 3)  # the stories begin on Monday, 02.11.2026
WEDNESDAY, THURSDAY, SATURDAY = date(2026, 11, 5), date(2026, 11, 6), date(2026, 11, 7)  # 04.11 is a holiday


def at(story: Story, **typed: str) -> Application:
    return story.to(Stage.INSPECTION, story.organisation(), **(typed or HIGH))


def proposed(story: Story, case: Application, on: date = TUESDAY, hours: Hours = Hours.MORNING) -> Visit:
    inspector = story.staff(Role.INSPECTOR)
    return actions.propose(
        story.session, case.id or 0, Kind.INSPECTION, inspector.person, on, hours, inspector, story.now
    )


def tags(story: Story, case: Application) -> list[str]:
    rows = story.session.exec(select(History).where(History.subject_id == case.id, History.process == "connection"))
    return [r.tag for r in rows]


def test_a_proposed_visit_is_in_the_history_and_in_a_letter(story: Story) -> None:
    case = at(story)
    visit = proposed(story, case)
    assert (visit.state, visit.place) == (VisitState.PROPOSED, 1)
    assert tags(story, case)[-1] == "desk:connection:visit_proposed"
    letter = story.session.exec(
        select(Letter).where(Letter.application_id == case.id).order_by(col(Letter.id).desc())
    ).first()
    assert letter is not None
    assert "03.11.2026, с 9 до 12" in letter.data["what"]


def test_the_applicant_agrees(story: Story) -> None:
    case = at(story)
    visit = actions.agree(story.session, proposed(story, case).id or 0, story.house.owner(case), story.now)
    assert (visit.state, visit.agreed_at) == (VisitState.AGREED, story.now)
    assert tags(story, case)[-1] == "cabinet:connection:visit_agreed"


def test_the_applicant_takes_another_time(story: Story) -> None:
    case = at(story)
    visit = proposed(story, case)
    actions.take(story.session, visit.id or 0, WEDNESDAY, Hours.EVENING, story.house.owner(case), story.now)
    assert (visit.on, visit.hours, visit.state, visit.moved) == (WEDNESDAY, "15-18", VisitState.AGREED, 1)


def test_somebody_else_finds_no_visit(story: Story) -> None:
    visit, other = proposed(story, at(story)), at(story)
    with pytest.raises(NotFound):
        actions.agree(story.session, visit.id or 0, story.house.owner(other), story.now)


def test_a_full_part_of_a_day_takes_nobody_more(story: Story) -> None:
    for _ in range(rules.PLACES):
        proposed(story, at(story))
    with pytest.raises(Invalid, match="Every place"):
        proposed(story, at(story))
    inspector = story.staff(Role.INSPECTOR).person
    assert (TUESDAY, Hours.MORNING) not in queries.free(story.session, inspector, [TUESDAY])
    assert (TUESDAY, Hours.NOON) in queries.free(story.session, inspector, [TUESDAY])


def test_the_database_refuses_the_same_place_twice(story: Story) -> None:
    one, two = proposed(story, at(story)), proposed(story, at(story), hours=Hours.NOON)
    clash = update(Visit).where(col(Visit.id) == two.id).values(hours=one.hours, place=one.place)
    with pytest.raises(IntegrityError, match="visit_one_place"), story.session.begin_nested():
        story.session.execute(clash)


def test_a_new_proposal_calls_the_older_one_off(story: Story) -> None:
    case = at(story)
    older, newer = proposed(story, case), proposed(story, case, THURSDAY)
    assert (older.state, newer.state) == (VisitState.CANCELLED, VisitState.PROPOSED)
    assert queries.alive(story.session, case.id or 0, Kind.INSPECTION) is newer


@pytest.mark.parametrize("day", [date(2026, 11, 1), SATURDAY, date(2026, 11, 4)])
def test_visits_are_on_working_days_that_lie_ahead(story: Story, day: date) -> None:
    with pytest.raises(ManyInvalid):
        proposed(story, at(story), day)


def test_a_visit_is_called_off_with_a_reason_only(story: Story) -> None:
    case = at(story)
    visit, inspector = proposed(story, case), story.staff(Role.INSPECTOR)
    with pytest.raises(Invalid):
        actions.call_off(story.session, visit.id or 0, " ", inspector, story.now)
    actions.call_off(story.session, visit.id or 0, "Дорогу занесло", inspector, story.now)
    assert (visit.state, visit.reason) == (VisitState.CANCELLED, "Дорогу занесло")
    with pytest.raises(Stale):
        actions.agree(story.session, visit.id or 0, story.house.owner(case), story.now)


def test_an_applicant_plans_no_visits_and_calls_none_off(story: Story) -> None:
    case = at(story)
    visit, owner = proposed(story, case), story.house.owner(case)
    with pytest.raises(NotAllowed):
        actions.call_off(story.session, visit.id or 0, "не хочу", owner, story.now)
    with pytest.raises(NotAllowed):
        actions.propose(
            story.session, case.id or 0, Kind.INSPECTION, owner.person, TUESDAY, Hours.NOON, owner, story.now
        )


def test_nobody_comes_where_nothing_waits_for_him(story: Story) -> None:
    with pytest.raises(NotReady):
        proposed(story, story.to(Stage.CHECKING))


def test_who_waits_for_a_visit_is_listed_until_a_day_is_promised(story: Story) -> None:
    case, meter = at(story), story.to(Stage.METERING)
    kinds = [Kind.INSPECTION, Kind.METERING]
    waiting = queries.without(story.session, story.house.branch.id, kinds)
    assert {(k, c.id) for k, c in waiting} == {(Kind.INSPECTION, case.id), (Kind.METERING, meter.id)}
    proposed(story, case)
    assert [(k, c.id) for k, c in queries.without(story.session, None, kinds)] == [(Kind.METERING, meter.id)]


def test_the_route_is_reordered_inside_one_part_of_the_day(story: Story) -> None:
    first, second, noon = (
        proposed(story, at(story)),
        proposed(story, at(story)),
        proposed(story, at(story), hours=Hours.NOON),
    )
    inspector = story.staff(Role.INSPECTOR)
    actions.go_earlier(story.session, second.id or 0, inspector)
    actions.go_earlier(story.session, noon.id or 0, inspector)
    day = [v.id for v, _ in queries.day(story.session, inspector.person, TUESDAY)]
    assert day == [second.id, first.id, noon.id]


def test_a_visit_whose_day_has_passed_is_not_forgotten(story: Story) -> None:
    visit, inspector = proposed(story, at(story)), story.staff(Role.INSPECTOR).person
    assert [v.id for v, _ in queries.overdue(story.session, inspector, WEDNESDAY)] == [visit.id]
    assert queries.coming_days(story.session, inspector, TUESDAY) == {TUESDAY: 1}


def test_a_visit_to_a_case_that_left_the_stage_frees_its_place(story: Story) -> None:
    case, other = at(story), at(story)
    visit, kept = proposed(story, case), proposed(story, other)
    assert actions.sweep(story.session, story.now) == 0
    story.move(case, "terminate", Role.MANAGER, reason="по заявлению")
    story.session.flush()
    assert actions.sweep(story.session, story.now) == 1
    assert (visit.state, kept.state) == (VisitState.CANCELLED, VisitState.PROPOSED)
    last = story.history(case)[-1]
    assert (last.tag, last.actor_role) == ("engine:connection:visit_called_off", Role.SYSTEM)
    assert broken(story.history(case), case.chain) == []
    assert actions.sweep(story.session, story.now) == 0


def test_the_sweep_leaves_a_case_alone_that_somebody_works_on(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        story = Story(session, now)
        case = at(story)
        visit, case_id = proposed(story, case).id or 0, case.id or 0
        story.move(case, "terminate", Role.MANAGER, reason="по заявлению")
        inspector = story.staff(Role.INSPECTOR).person
    with database.transaction() as busy:
        busy.execute(text("select 1 from connection where id = :id for update"), {"id": case_id})
        with database.transaction() as session:
            assert actions.sweep(session, now) == 0
    with database.transaction() as session:
        assert actions.sweep(session, now) == 1
        row = session.get(Visit, visit)
        assert row is not None
        assert (row.state, row.inspector_id) == (VisitState.CANCELLED, inspector)


def test_a_part_of_today_that_has_passed_is_not_promised(story: Story) -> None:
    case = at(story)
    with pytest.raises(ManyInvalid):  # the stories begin at noon in Moscow
        proposed(story, case, story.now.date(), Hours.MORNING)
    assert proposed(story, case, story.now.date(), Hours.NOON).on == story.now.date()


# ------------------------------------------------------------------------------------------------ the sheet
def test_a_sheet_is_kept_as_typed_and_goes_with_the_visit(story: Story) -> None:
    case, inspector = at(story), story.staff(Role.INSPECTOR)
    visit = proposed(story, case)
    assert actions.keep(story.session, case.id or 0, Kind.INSPECTION, {"a": 1}, 0, inspector, story.now) == 1
    assert actions.keep(story.session, case.id or 0, Kind.INSPECTION, {"a": 2}, 1, inspector, story.now) == 2
    row = queries.sheet(story.session, case.id or 0, Kind.INSPECTION)
    assert row is not None
    assert row.values == {"a": 2}
    actions.done(story.session, case.id or 0, Kind.INSPECTION, inspector, story.now)
    assert queries.sheet(story.session, case.id or 0, Kind.INSPECTION) is None
    assert visit.state == VisitState.DONE


def test_a_sheet_saved_elsewhere_is_not_overwritten(story: Story) -> None:
    case, inspector = at(story), story.staff(Role.INSPECTOR)
    actions.keep(story.session, case.id or 0, Kind.INSPECTION, {"a": 1}, 0, inspector, story.now)
    with pytest.raises(Stale):
        actions.keep(story.session, case.id or 0, Kind.INSPECTION, {"a": 3}, 0, inspector, story.now)


def test_an_operator_fills_no_sheet(story: Story) -> None:
    case = at(story)
    with pytest.raises(NotAllowed):
        actions.keep(story.session, case.id or 0, Kind.INSPECTION, {}, 0, story.staff(Role.OPERATOR), story.now)


def test_an_applicant_reads_his_own_visits_alone(database: Database) -> None:
    with database.transaction() as db:
        story = Story(db, clock.now())
        mine, other = at(story), at(story)
        for case in (mine, other):
            proposed(story, case, rules.days_ahead(calendar(db), clock.today())[0])
        owner, case_id = mine.applicant_id, mine.id
    with database.reading(owner) as db:
        assert [v.application_id for v in db.exec(select(Visit)).all()] == [case_id]
