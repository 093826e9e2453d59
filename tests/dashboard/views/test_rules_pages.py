"""The rule editor and the deadline board as staff see and use them."""

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from dashboard import parts, session
from dashboard.views import board_parts, deadlines
from documents.sheets.statistics import workbook
from infra import clock
from infra.database import Database
from models.connection import actions as cases
from models.connection import escalation
from models.connection.contract import Override, OverrideState
from models.connection.deadlines import Asked
from models.connection.tables import Application, Stage
from models.people.tables import User
from models.process import terms
from models.process.actor import Role
from models.process.tables import CalendarOverride, Term
from models.rulebook import editions
from models.rulebook.tables import ChangeState, Kind, RuleChange
from tests.dashboard.views.desk import Desk, Page
from tests.dashboard.views.test_desk_cases import at


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(database, monkeypatch)


def changes(desk: Desk) -> list[RuleChange]:
    return list(desk.reading(lambda db: db.exec(select(RuleChange)).all()))


# ------------------------------------------------------------------------------------------------ the editor
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR])
def test_every_list_of_rules_opens(desk: Desk, kind: Kind, role: Role) -> None:
    with desk.writing():
        pass
    text = desk.open("rules", role, kind=str(kind)).text
    assert "Правила" in text
    assert {
        "term": "TP-01",
        "rate": "9\u00a0192,19",
        "vat": "22\u00a0%",
        "key_rate": "16\u00a0%",
        "retention": "Обращения и ответы на них",
        "limit": "10",
        "calendar": "Ни один день",
    }[kind] in text


def test_every_deadline_can_be_opened_and_shows_its_editions(desk: Desk) -> None:
    with desk.writing():
        pass
    for code in ("TP-01", "TP-11", "TU-PEN", "TP-06X", "TU-EXP", "PAY-X25"):
        assert "Редакции" in desk.open("rules", Role.MANAGER, kind="term", code=code).text


def test_what_nobody_has_looked_up_is_marked_and_the_companys_own_is_not(desk: Desk) -> None:
    with desk.writing():
        pass
    assert "основание не сверено" in desk.open("rules", Role.AUDITOR, kind="retention", code="appeal").text
    assert "основание не сверено" not in desk.open("rules", Role.AUDITOR, kind="retention", code="notice").text


def test_terms_of_appeals_speak_of_their_kinds_in_words(desk: Desk) -> None:
    with desk.writing():
        pass
    assert "4\u00a0рабочих часа" in desk.open("rules", Role.MANAGER, kind="term", code="AP-REVIEW").text
    page = desk.open("rules", Role.MANAGER, kind="term", code="AP-ANSWER")
    page.fill("rule-term-AP-ANSWER-lengths-complaint", "20 дн.").fill("rule-term-AP-ANSWER-reason", "Приказ № 9")
    assert "Жалоба" in page.text
    page.press("rule-term-AP-ANSWER-send")
    (row,) = changes(desk)
    assert (row.code, row.values["lengths"]["complaint"], row.values["lengths"]["question"]) == (
        "AP-ANSWER",
        "20d",
        "15d",
    )


def test_a_change_is_proposed_previewed_and_confirmed_by_a_second_person(desk: Desk) -> None:
    with desk.writing():
        pass
    page = desk.open("rules", Role.MANAGER, kind="term", code="TP-01")
    assert "Пока то же, что сейчас" in page.text
    page.fill("rule-term-TP-01-length", 7)
    assert "По новой редакции" in page.text
    page.press("rule-term-TP-01-send")
    assert "Напишите, почему меняется правило" in page.text
    page.fill("rule-term-TP-01-reason", "Приказ № 7").press("rule-term-TP-01-send")
    (row,) = changes(desk)
    assert (row.state, row.values["length"], row.reason) == (ChangeState.PROPOSED, 7, "Приказ № 7")
    again = desk.open("rules", Role.MANAGER, kind="term", code="TP-01")
    assert "Подтвердит второй человек" in again.text
    assert f"change-yes-{row.id}" not in {b.key for b in again.app.button}
    other = desk.open("rules", Role.ADMIN)
    assert "3\u00a0→\u00a07" in other.text or "3 → 7" in other.text
    other.press(f"change-yes-{row.id}")
    assert len(desk.reading(lambda db: editions.of(db, Kind.TERM, "TP-01"))) == 2
    story = desk.open("rules", Role.AUDITOR, kind="term", code="TP-01").text
    assert "Приказ № 7" in story
    assert "поставлено с программой" in story


def test_a_wrong_condition_is_told_beside_its_field_and_no_preview_is_shown(desk: Desk) -> None:
    with desk.writing():
        pass
    page = desk.open("rules", Role.MANAGER, kind="term", code="TP-01").fill("rule-term-TP-01-condition", "near,moon")
    assert "Признака «moon» нет" in page.text
    assert "По новой редакции" not in page.text


def test_a_second_person_declines_and_says_why(desk: Desk) -> None:
    with desk.writing():
        pass
    page = desk.open("rules", Role.MANAGER, kind="vat", code="vat")
    page.fill("rule-vat-vat-percent", "20").fill("rule-vat-vat-reason", "Закон").press("rule-vat-vat-send")
    (row,) = changes(desk)
    desk.open("rules", Role.ADMIN).decide(
        f"change-no-{row.id}", f"change-declined-{row.id}", **{f"change_why_{row.id}": "Закона нет"}
    )
    assert changes(desk)[0].state == ChangeState.DECLINED
    assert "Закона нет" in desk.open("rules", Role.MANAGER, kind="vat").text


def test_a_day_is_moved_by_two_people(desk: Desk) -> None:
    with desk.writing():
        pass
    page = desk.open("rules", Role.MANAGER, kind="calendar")
    first = clock.today() + timedelta(days=1)
    page.fill("rule-calendar-note", "Постановление").fill("rule-calendar-reason", "Перенос").press("rule-calendar-send")
    (row,) = changes(desk)
    working = desk.reading(lambda db: terms.calendar(db).is_working(first))
    desk.open("rules", Role.ADMIN, kind="calendar").press(f"change-yes-{row.id}")
    found = desk.reading(lambda db: db.get_one(CalendarOverride, first))
    assert found.working is not working


def test_an_unknown_rule_is_not_found(desk: Desk) -> None:
    with desk.writing():
        pass
    for query in ({"kind": "term", "code": "TP-99"}, {"kind": "weather", "code": "x"}, {"kind": "rate", "code": "x"}):
        assert "ничего не нашли" in desk.open("rules", Role.MANAGER, **query).text.lower()


# ------------------------------------------------------------------------------------------------ the board of all cases
def late(desk: Desk) -> tuple[int, int]:
    """(case, term): an offer that is late and lapsed."""
    case_id = at(desk, Stage.ENGINEERING, days=60).id or 0
    with desk.writing() as story:
        story.house.now = clock.now()
        case = story.session.get_one(Application, case_id)
        story.look(case)
        term = story.terms(case)["TP-04X"]
        assert term.lapsed_at
        return case_id, term.id or 0


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ENGINEER, Role.MANAGER, Role.AUDITOR, Role.BILLING])
def test_the_board_opens_for_everybody_at_the_desk(desk: Desk, role: Role) -> None:
    with desk.writing():
        pass
    assert "Сроки" in desk.open("deadlines", role).text
    at(desk, Stage.CHECKING)
    text = desk.open("deadlines", role, whose="grid").text
    assert "Проверка комплекта документов" in text


def test_filters_of_the_address_narrow_the_board(desk: Desk) -> None:
    late(desk)
    at(desk, Stage.CHECKING)
    assert "TP-01 ·" in desk.open("deadlines", Role.MANAGER, rule="TP-01").text
    only = desk.open("deadlines", Role.MANAGER, group="late").text
    assert "TP-04X ·" in only
    assert "TP-01 · сетевая" not in only
    assert "сообщено руководителю" in only


def test_a_late_term_gets_its_reason_right_there(desk: Desk) -> None:
    _case, term = late(desk)
    page = desk.open("deadlines", Role.ENGINEER)
    assert "Регулятор спрашивает" in page.text
    page.press("late-save")
    assert "Выберите причину" in page.text
    page.app.selectbox(key="late-code").select("supply")
    page.fill("late-note", "Опоры не пришли").press("late-save")
    assert desk.reading(lambda db: db.get_one(Term, term).late_code) == "supply"


def test_another_last_day_is_proposed_on_the_card_and_confirmed_on_the_board(desk: Desk) -> None:
    case_id = at(desk, Stage.CHECKING).id or 0
    with desk.writing() as story:
        term = story.terms(story.session.get_one(Application, case_id))["TP-01"]
        before, term_id = term.due_on, term.id or 0
        day = before + timedelta(days=14)
        cases.propose_override(story.session, case_id, story.staff(Role.MANAGER), term_id, day, "Паводок", clock.now())
    (row,) = desk.reading(lambda db: db.exec(select(Override)).all())
    mine = desk.open("deadlines", Role.MANAGER)
    assert "Решает второй человек" in mine.text
    other = desk.open("deadlines", Role.MANAGER, login=second_manager(desk))
    other.press(f"override-yes-{row.id}")
    assert desk.reading(lambda db: db.get_one(Override, row.id)).state == OverrideState.APPLIED
    assert desk.reading(lambda db: db.get_one(Term, term_id)).due_on == day


def second_manager(desk: Desk) -> str:
    logins: list[str] = desk.reading(
        lambda db: [u.login for u in db.exec(select(User).where(User.role == Role.MANAGER))]
    )
    return next(login for login in logins if login != "manager")


def test_the_sheet_holds_every_line(desk: Desk) -> None:
    late(desk)
    desk.open("deadlines", Role.MANAGER)
    book = load_workbook(io.BytesIO(workbook(deadlines.sheet(session.current(), Asked(group="late")))))
    rows = list(book.active.iter_rows(values_only=True))
    assert any("TP-04X" in row for row in rows)


def test_who_was_told_reads_it_on_the_board(desk: Desk) -> None:
    late(desk)
    with desk.writing() as story:
        assert escalation.press(story.session, clock.now())
    page = desk.open("deadlines", Role.MANAGER)
    assert "Вам сообщили" in " ".join([page.text, *[e.label for e in page.app.expander]])
    page.press("told-read")
    assert "Вам сообщили" not in " ".join(e.label for e in page.app.expander)


# ------------------------------------------------------------------------------------------------ the board of one case
def _block(case_id: int) -> None:
    from dashboard.faults import guarded
    from dashboard.views import board_parts

    guarded(lambda: board_parts.block(case_id), "block")


def block_of(desk: Desk, case_id: int) -> Page:
    app = AppTest.from_function(_block, args=(case_id,), default_timeout=30)
    app.run()
    return Page(app, desk.went)


def test_a_manager_proposes_another_day_on_the_board_of_the_case(desk: Desk) -> None:
    case_id = at(desk, Stage.CHECKING).id or 0
    desk.open("deadlines", Role.MANAGER)
    page = block_of(desk, case_id).press(f"override-{case_id}-send")
    assert "Впишите причину" in page.text
    page.fill(f"override-{case_id}-reason", "Паводок").press(f"override-{case_id}-send")
    (row,) = desk.reading(lambda db: db.exec(select(Override)).all())
    assert row.reason == "Паводок"
    assert "ждёт второго руководителя" in block_of(desk, case_id).text
    desk.open("deadlines", Role.OPERATOR)
    assert not [b for b in block_of(desk, case_id).app.button if str(b.key).startswith("override-")]


def test_late_works_are_told_in_roubles(desk: Desk) -> None:
    case_id = at(desk, Stage.EXECUTION, days=200).id or 0
    desk.open("deadlines", Role.MANAGER)
    text = block_of(desk, case_id).text
    assert "Неустойка на сегодня" in text
    assert "Должна сетевая организация" in text
    assert "0,25\u00a0% платы за день" in text


def test_the_block_of_a_case_shows_both_sides_and_what_a_lapse_does(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id, _term = late(desk)
    desk.open("deadlines", Role.MANAGER)
    told: list[str] = []
    monkeypatch.setattr(parts, "show", lambda *html: told.append("".join(html)))
    board_parts.block(case_id)
    text = " ".join(told)
    assert "ПП 861, п. 105" in text
    assert "сообщается руководителю" in text or "руководител" in text
    assert "просрочено" in text
