"""The queue and the card of a case, as each role sees them."""

import pytest
from sqlmodel import select

from infra.database import Database
from models.connection.tables import Application, Message, Stage
from models.delivery.queries import letters_of
from models.people.tables import Audit, Branch
from models.process.actor import Role
from tests.dashboard.views.desk import Desk
from tests.models.story import HIGH, Story


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(database, monkeypatch)


def at(desk: Desk, stage: Stage, **ago: float) -> Application:
    with desk.writing(**ago) as story:
        return placed(story, stage)


def placed(story: Story, stage: Stage) -> Application:
    high = stage == Stage.INSPECTION
    return story.to(stage, story.organisation() if high else None, **HIGH if high else {})


# ------------------------------------------------------------------------------------------------ the queue
def test_each_role_finds_the_stages_where_it_acts(desk: Desk) -> None:
    checking, engineering = at(desk, Stage.CHECKING), at(desk, Stage.ENGINEERING)
    operator = desk.open("queue", Role.OPERATOR).text
    assert checking.number in operator
    assert engineering.number not in operator
    engineer = desk.open("queue", Role.ENGINEER).text
    assert engineering.number in engineer
    assert checking.number not in engineer
    manager = desk.open("queue", Role.MANAGER).text
    assert checking.number in manager
    assert engineering.number in manager


def test_names_are_shortened_in_the_list(desk: Desk) -> None:
    at(desk, Stage.CHECKING)
    text = desk.open("queue", Role.OPERATOR).text
    assert "Смирнова\u00a0А.\u00a0В." in text
    assert "Анна Викторовна" not in text
    assert "11223344595" not in text


def test_another_branch_is_seen_only_when_all_branches_are_chosen(desk: Desk) -> None:
    with desk.writing() as story:
        other = story.session.exec(select(Branch).where(Branch.id != story.house.branch.id)).first()
        assert other is not None
        story.house.branch = other
        case = story.to(Stage.CHECKING)
    page = desk.open("queue", Role.OPERATOR)
    assert case.number not in page.text
    page.fill("queue-branch", 0)
    assert case.number in page.text


def test_what_waits_for_the_client_is_a_filter(desk: Desk) -> None:
    checking, waiting = at(desk, Stage.CHECKING), at(desk, Stage.AWAITING_INFO)
    page = desk.open("queue", Role.OPERATOR)
    page.app.segmented_control(key="queue-group").set_value("client").run()
    assert waiting.number in page.text
    assert checking.number not in page.text
    assert "ждём документы клиента" in page.text


def test_the_least_time_left_stands_first_and_what_is_late_is_said(desk: Desk) -> None:
    late = at(desk, Stage.CHECKING, days=20)
    with desk.writing() as story:
        story.later(days=20)
        fresh = story.to(Stage.CHECKING)
    text = desk.open("queue", Role.OPERATOR).text
    assert text.index(late.number or "") < text.index(fresh.number or "")
    assert "просрочено 1" in text
    assert "просрочено на" in text


def test_the_search_goes_on_beyond_the_queue(desk: Desk) -> None:
    done = at(desk, Stage.COMPLETED)
    at(desk, Stage.CHECKING)
    page = desk.open("queue", Role.OPERATOR)
    assert done.number not in page.text
    page.fill("queue-find", done.number or "")
    assert "Нашли среди всех заявок" in page.text
    assert done.number in page.text
    page.fill("queue-find", "нет такого нигде")
    assert "Ничего не нашли" in page.text


def test_an_empty_queue_says_what_to_do(desk: Desk) -> None:
    with desk.writing():
        pass
    assert "Вас ничего не ждёт" in desk.open("queue", Role.METERING).text


def test_a_stage_of_the_process_opens_its_queue(desk: Desk) -> None:
    case = at(desk, Stage.ENGINEERING)
    assert case.number in desk.open("queue", Role.OPERATOR, stage="ENGINEERING").text
    assert "Вас ничего не ждёт" in desk.open("queue", Role.OPERATOR, stage="<script>").text


# ------------------------------------------------------------------------------------------------ the card
@pytest.mark.parametrize("stage", [s for s in Stage if s != Stage.DRAFT])
def test_every_stage_has_its_card_for_every_role(desk: Desk, stage: Stage) -> None:
    case = at(desk, stage)
    for role in (Role.OPERATOR, Role.MANAGER, Role.AUDITOR):
        page = desk.open("case", role, id=case.id)
        assert case.number is None or case.number in page.text
        assert "Что можно сделать" in page.text


def test_a_draft_belongs_to_its_applicant(desk: Desk) -> None:
    case = at(desk, Stage.DRAFT)
    assert "Садовый дом" not in desk.open("case", Role.MANAGER, id=case.id).text


@pytest.mark.parametrize("typed", ["", "0", "abc", "99999999999999999999", "1; drop table connection"])
def test_a_strange_address_is_calmly_refused(desk: Desk, typed: str) -> None:
    with desk.writing():
        pass
    assert 'role="alert"' in desk.open("case", Role.OPERATOR, id=typed).text


def test_an_auditor_reads_and_presses_nothing(desk: Desk) -> None:
    case = at(desk, Stage.CHECKING)
    page = desk.open("case", Role.AUDITOR, id=case.id)
    assert "аудитор ничего не меняет" in page.text
    assert not [b.key for b in page.app.button if (b.key or "").startswith(("move-", "again-", "request"))]
    assert "Отправить сообщение" not in page.buttons


def test_a_closed_move_names_the_fact_that_opens_it(desk: Desk) -> None:
    case = at(desk, Stage.OFFER_PLACED)
    text = desk.open("case", Role.OPERATOR, id=case.id).text
    assert "Заключить договор" in text
    assert "банк подтвердит" in text


def test_the_applicants_turn_is_told_in_his_own_words(desk: Desk) -> None:
    case = at(desk, Stage.OFFER_PLACED)
    assert "14\u00a0850,00\u00a0₽" in desk.open("case", Role.OPERATOR, id=case.id).text


def test_a_complete_set_is_accepted_after_a_window_that_says_what_then(desk: Desk) -> None:
    case = at(desk, Stage.CHECKING)
    page = desk.open("case", Role.OPERATOR, id=case.id).press("move-accept")
    assert "инженер готовит технические условия" in page.text
    page.decide("move-accept", "do-accept")
    assert desk.reading(lambda db: db.get(Application, case.id).stage) == Stage.ENGINEERING


def test_a_return_asks_for_a_reason_that_the_history_keeps(desk: Desk) -> None:
    case = at(desk, Stage.CHECKING)
    page = desk.open("case", Role.OPERATOR, id=case.id).decide("move-return", "do-return")
    assert "причину" in page.text
    assert desk.reading(lambda db: db.get(Application, case.id).stage) == Stage.CHECKING
    page.decide("move-return", "do-return", reason_return="Нет полномочий")
    assert desk.reading(lambda db: db.get(Application, case.id).stage) == Stage.RETURNED
    assert "Нет полномочий" in desk.open("case", Role.OPERATOR, id=case.id).text


def test_missing_information_is_asked_for_with_a_ready_made_phrase(desk: Desk) -> None:
    case = at(desk, Stage.CHECKING)
    page = desk.open("case", Role.OPERATOR, id=case.id)
    assert page.app.button(key="request-info").disabled
    page.fill(f"missing-{case.id}-ready", 1).press("request-info")
    found = desk.reading(lambda db: db.get(Application, case.id))
    assert found.stage == Stage.AWAITING_INFO
    assert found.missing[0]["ground"] == "пункт 10 Правил"
    assert "ЕГРН" in found.missing[0]["how"]


def test_the_manager_suspends_and_resumes(desk: Desk) -> None:
    case = at(desk, Stage.EXECUTION)
    page = desk.open("case", Role.MANAGER, id=case.id)
    page.decide("move-suspend", "do-suspend", reason_suspend="Участок затоплен")
    page = desk.open("case", Role.MANAGER, id=case.id)
    assert "Участок затоплен" in page.text
    page.decide("move-resume", "do-resume")
    assert desk.reading(lambda db: db.get(Application, case.id).suspended_at) is None


def test_personal_data_are_masked_until_somebody_opens_them_and_is_written_down(desk: Desk) -> None:
    case = at(desk, Stage.CHECKING)
    page = desk.open("case", Role.OPERATOR, id=case.id)
    assert "+79225550123" not in page.text
    assert "512340" not in page.text
    assert desk.reading(lambda db: db.exec(select(Audit).where(Audit.tag == "desk:person:read")).all()) == []
    page.press("open-person")
    assert "+79225550123" in page.text
    assert "4108 512340" in page.text
    (row,) = desk.reading(lambda db: db.exec(select(Audit).where(Audit.tag == "desk:person:read")).all())
    assert (row.process, row.subject_id) == ("connection", case.id)
    assert row.user_name in page.text
    assert row.user_name in desk.open("people_looks", Role.AUDITOR).text


def test_a_message_is_answered_and_goes_by_letter_too(desk: Desk) -> None:
    case = at(desk, Stage.OFFER_PLACED)
    page = desk.open("case", Role.OPERATOR, id=case.id)
    page.press(f"answer-{case.id}-0-send")
    assert "Сначала напишите сообщение" in page.text
    page.fill(f"answer-{case.id}-0-text", "Да, можно.").press(f"answer-{case.id}-0-send")
    assert f"answer-{case.id}-0-send" not in [b.key for b in page.app.button], "a second click belongs to nothing"
    assert [m.text for m in desk.reading(lambda db: db.exec(select(Message)).all())] == ["Да, можно."]
    assert "message" in desk.reading(lambda db: [m.kind for m in letters_of(db, case.id or 0)])


def test_typed_html_stays_text(desk: Desk) -> None:
    with desk.writing() as story:
        case = story.to(Stage.CHECKING, object_name="<img src=x onerror=alert(1)>")
    page = desk.open("case", Role.OPERATOR, id=case.id)
    raw = " ".join(str(e.proto.body) for e in page.app.get("html"))
    assert "<img" not in raw
    assert "&lt;img" in raw


def test_the_history_tells_who_did_what_from_where_to_where(desk: Desk) -> None:
    case = at(desk, Stage.ENGINEERING)
    text = desk.open("case", Role.MANAGER, id=case.id).text
    assert "на проверке → подготовка ТУ" in text
    assert "Сотрудник Operator Петрович" in text
