"""The deadline board across cases, the escalation marks, the morning letter: each told once."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from models.connection import actions, deadlines, digest, escalation
from models.connection.deadlines import Asked
from models.connection.escalation import TermMark
from models.connection.overrides import LateReason
from models.connection.tables import Application, Stage
from models.delivery.tables import Letter, Notice
from models.people.tables import User
from models.process.actor import Role
from models.process.errors import Invalid
from models.process.keyset import After
from models.process.tables import Term
from tests.models.story import Story

MOSCOW = ZoneInfo("Europe/Moscow")


def told(session: Session) -> list[tuple[str, str]]:
    """(role, title) of every notice about pressure, in order."""
    session.flush()
    query = select(User.role, Notice.title).join(Notice, Notice.user_id == User.id).where(Notice.kind == "escalation")  # type: ignore[arg-type]
    return [(role, title) for role, title in session.exec(query.order_by(Notice.id))]  # type: ignore[arg-type]


def part(term: Term, share: float) -> datetime:
    return term.starts_at + (term.due_at - term.starts_at) * share


@pytest.fixture
def case(story: Story) -> Application:
    return story.to(Stage.ENGINEERING)


# ------------------------------------------------------------------------------------------------ marks
def test_every_mark_of_a_term_is_told_once_to_whoever_may_act(
    session: Session, story: Story, case: Application
) -> None:
    term = story.terms(case)["TP-04X"]
    escalation.press(session, part(term, 0.49))
    assert told(session) == []
    for share, role, words in (
        (0.51, Role.ENGINEER, "прошло 50"),
        (0.81, Role.ENGINEER, "прошло 80"),
        (1.01, Role.MANAGER, "срок прошёл"),
    ):
        before = len(told(session))
        assert escalation.press(session, part(term, share)) == 1
        new = told(session)[before:]
        assert {r for r, _title in new} == {role}
        assert words in new[0][1]
        assert escalation.press(session, part(term, share)) == 0
        assert told(session)[before:] == new


def test_without_the_memory_of_marks_a_mark_would_be_found_again(
    session: Session, story: Story, case: Application
) -> None:
    """The control: it is the row that makes twice once. The notice has a key of its own and stays one even then."""
    term = story.terms(case)["TP-04X"]
    escalation.press(session, part(term, 0.6))
    session.flush()
    for row in session.exec(select(TermMark)):
        session.delete(row)
    session.flush()
    assert escalation.press(session, part(term, 0.6)) == 1
    assert len(told(session)) == 1


def test_of_marks_missed_together_only_the_highest_is_told(session: Session, story: Story, case: Application) -> None:
    term = story.terms(case)["TP-04X"]
    assert escalation.press(session, part(term, 0.9)) == 1
    assert ["прошло 80" in title for _role, title in told(session)] == [True]


def test_a_clock_that_stands_or_is_the_applicants_presses_nobody(
    session: Session, story: Story, case: Application
) -> None:
    term = story.terms(case)["TP-04X"]
    term.paused_at = story.now
    assert escalation.press(session, part(term, 0.9)) == 0
    waiting = story.to(Stage.AWAITING_INFO)
    info = story.terms(waiting)["TP-02"]
    escalation.press(session, part(info, 0.9))
    assert info.id not in {row.term_id for row in session.exec(select(TermMark))}


def test_at_a_stage_somebody_is_always_concerned(session: Session, story: Story, case: Application) -> None:
    for stage in Stage:
        for mark in (50, 80, 100):
            assert escalation.concerned(session, case.id or 0, stage, case.branch_id, mark)


# ------------------------------------------------------------------------------------------------ the board of all cases
def test_the_board_shows_clocks_of_both_sides_the_nearest_first(
    session: Session, story: Story, case: Application
) -> None:
    story.to(Stage.OFFER_PLACED)
    rows = deadlines.page(session, Asked(), story.now).rows
    days = [r.term.due_on for r in rows]
    assert days == sorted(days)
    assert {r.term.whose for r in rows} >= {"grid", "applicant"}
    ours = deadlines.page(session, Asked(whose="grid", rule="TP-04X", branch_id=case.branch_id), story.now).rows
    assert [(r.case.id, r.term.rule) for r in ours] == [(case.id, "TP-04X")]
    assert ours[0].then == "the head is told, the reason goes into the report"


def test_groups_count_what_their_pages_show(session: Session, story: Story, case: Application) -> None:
    story.to(Stage.CHECKING)
    term = story.terms(case)["TP-04X"]
    for share in (0.3, 0.6, 0.85, 1.1):
        at = part(term, share)
        counts = deadlines.counts(session, Asked(), at)
        for group in deadlines.GROUPS:
            assert counts[group] == len(deadlines.page(session, Asked(group=group), at, limit=500).rows), (share, group)
        mark = {0.3: 0, 0.6: 50, 0.85: 80, 1.1: 100}[share]
        (row,) = deadlines.page(session, Asked(rule="TP-04X"), at).rows[:1]
        assert row.mark == mark


def test_pages_together_are_the_whole_list(session: Session, story: Story) -> None:
    for _n in range(4):
        story.to(Stage.CHECKING)
    whole = [r.term.id for r in deadlines.everything(session, Asked(), story.now)]
    found: list[int | None] = []
    after: After | None = None
    while True:
        cut = deadlines.page(session, Asked(), story.now, after, limit=3)
        found += [r.term.id for r in cut.rows]
        if cut.after is None:
            break
        after = After.read(str(cut.after))
    assert found == whole
    assert len(whole) == len(set(whole)) >= 8


@pytest.mark.parametrize("typed", ["вчера", "2026-11-25.", "2026-13-45.7", "1"])
def test_a_made_up_place_in_the_list_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        After.read(typed)


def test_the_engineer_of_the_conditions_narrows_the_board(session: Session, story: Story, case: Application) -> None:
    mine = story.to(Stage.APPROVAL)
    engineer = story.staff(Role.ENGINEER).person
    found = {r.case.id for r in deadlines.page(session, Asked(engineer_id=engineer), story.now).rows}
    assert mine.id in found
    assert case.id not in found


# ------------------------------------------------------------------------------------------------ reasons and second persons
def test_a_lapsed_clock_waits_for_its_reason_and_no_longer(session: Session, story: Story, case: Application) -> None:
    story.wait_for(case, "TP-04X")
    story.look(case)
    (row,) = deadlines.unexplained(session, None, story.now)
    assert row.term.rule == "TP-04X"
    actions.explain_delay(
        session, case.id or 0, story.staff(Role.ENGINEER), row.term.id or 0, LateReason.SUPPLY, "Опоры", story.now
    )
    assert deadlines.unexplained(session, None, story.now) == []


def test_another_day_waits_in_the_list_until_somebody_decides(
    session: Session, story: Story, case: Application
) -> None:
    term = story.terms(case)["TP-04X"]
    day = term.due_on + timedelta(days=7)
    actions.propose_override(session, case.id or 0, story.staff(Role.MANAGER), term.id or 0, day, "Паводок", story.now)
    (found,) = deadlines.proposed(session, case.branch_id, story.now)
    assert (found.override.due_on, found.row.case.id, found.by) == (day, case.id, story.staff(Role.MANAGER).name)
    assert deadlines.proposed(session, case.branch_id + 1000, story.now) == []


# ------------------------------------------------------------------------------------------------ the morning letter
def morning(day: date, at: time = time(8, 31)) -> datetime:
    return datetime.combine(day, at, MOSCOW)


@pytest.fixture(autouse=True)
def address(session: Session, story: Story) -> None:
    for user in session.exec(select(User).where(User.role == Role.MANAGER)):
        user.email = "manager@example.org"
    session.flush()


def letters(session: Session) -> list[Letter]:
    session.flush()
    return list(session.exec(select(Letter).where(Letter.kind == digest.KIND)))


def test_managers_get_one_letter_a_working_day_from_half_past_eight(
    session: Session, story: Story, case: Application
) -> None:
    day = story.now.astimezone(MOSCOW).date() + timedelta(days=1)
    assert digest.order(session, morning(day, time(8, 29)), MOSCOW) == 0
    managers = len(session.exec(select(User).where(User.role == Role.MANAGER)).all())
    assert digest.order(session, morning(day), MOSCOW) == managers > 0
    assert digest.order(session, morning(day, time(8, 36)), MOSCOW) == 0
    assert digest.order(session, morning(day, time(17)), MOSCOW) == 0
    made = letters(session)[0]
    assert len(letters(session)) == managers
    assert "/deadlines" in made.data["link"]
    assert any(case.number in line for line in made.data["details"])


def test_on_a_day_off_nobody_is_written_to(session: Session, story: Story, case: Application) -> None:
    sunday = date(2026, 11, 8)
    assert digest.order(session, morning(sunday), MOSCOW) == 0
    assert digest.order(session, morning(sunday + timedelta(days=1)), MOSCOW) > 0


def test_the_letter_tells_late_clocks_from_those_of_the_next_ten_working_days(
    session: Session, story: Story, case: Application
) -> None:
    term = story.terms(case)["TP-04X"]
    user = session.exec(select(User).where(User.role == Role.MANAGER)).first()
    assert user is not None
    due = term.due_on
    before = digest.letter(session, user, due - timedelta(days=1), morning(due - timedelta(days=1)))
    assert before["what"] == "просрочено 0, в ближайшие 10 рабочих дней истекает 1"
    after = digest.letter(session, user, due + timedelta(days=1), morning(due + timedelta(days=1)))
    assert after["what"] == "просрочено 1, в ближайшие 10 рабочих дней истекает 0"
    assert after["details"][0] == "Просрочено: 1"
    assert "просрочено рабочих дней" in after["details"][1]
