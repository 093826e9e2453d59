"""Pages of news, outages, answers and surveys in the cabinet, and the editor's desk, without a browser."""

import io
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from dashboard import menu, parts
from dashboard.views import content_results
from infra import clock
from models.connection.tables import Application, Stage
from models.content import queries
from models.content.tables import ContentItem, Kind, State, SurveyAnswer
from models.delivery.tables import Notice
from models.process.actor import Role
from tests.dashboard.doors import profile
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401
from tests.models.content.items import QUESTIONS, item


def made(cabinet: Cabinet, kind: Kind, **more: Any) -> int:  # noqa: F811
    with cabinet.writing() as story:
        return item(story.session, kind, clock.now() - timedelta(minutes=5), **more).id or 0


def row(cabinet: Cabinet, item_id: int) -> ContentItem:  # noqa: F811
    found: ContentItem = cabinet.read(lambda db: db.get(ContentItem, item_id))
    return found


@pytest.mark.rows("J-042")
def test_a_reader_finds_his_news_and_reads_it_whole(cabinet: Cabinet) -> None:  # noqa: F811
    assert "Новостей сейчас нет" in cabinet.shows("bulletin").text
    here = made(cabinet, Kind.NEWS, text="Приходите **с 9 до 18**. <script>alert(1)</script>")
    made(cabinet, Kind.NEWS, title="Только организациям", audience=["legal_entity"])
    text = cabinet.shows("bulletin").text
    assert "Открыт офис в Лесном" in text
    assert "Только организациям" not in text
    assert "Только организациям" in cabinet.shows("bulletin", "firm").text
    whole = cabinet.shows("bulletin", id=here)
    assert "<strong>с 9 до 18</strong>" in whole.text
    assert "<script>" not in whole.app.get("html")[1].proto.body, "what was typed stays text"


@pytest.mark.rows("J-043", "M-09", "H-05")
def test_the_schedule_puts_ones_own_address_first(cabinet: Cabinet) -> None:  # noqa: F811
    now = clock.now()
    cabinet.case(Stage.CHECKING, object_address="пос. Лесное, ул. Озёрная, д. 5")
    days = {"begins_at": now + timedelta(days=1), "ends_at": now + timedelta(days=1, hours=3)}
    made(cabinet, Kind.OUTAGE, title="Чужая улица", places=["пос. Северный, ул. Новая"], **days)
    made(cabinet, Kind.OUTAGE, title="Наша улица", begins_at=now + timedelta(days=5), ends_at=now + timedelta(days=6))
    text = cabinet.shows("schedule").text
    assert text.index("Наша улица") < text.index("Чужая улица")
    assert text.count("ваш адрес") == 1
    assert "ваш адрес" not in cabinet.shows("schedule", "stranger").text
    assert "отключение по вашему адресу" in cabinet.shows("home").text


@pytest.mark.rows("J-041")
def test_answers_are_searched(cabinet: Cabinet) -> None:  # noqa: F811
    made(cabinet, Kind.FAQ)
    page = cabinet.shows("answers")
    assert "Сколько ждать?" in page.text
    assert "Такого ответа пока нет" in page.fill("answers-words", "трансформатор").text


@pytest.mark.rows("J-029", "M-14")
def test_a_survey_is_answered_once_and_a_fault_keeps_what_was_chosen(cabinet: Cabinet) -> None:  # noqa: F811
    survey = made(cabinet, Kind.SURVEY)
    assert "survey-" + str(survey) in [b.key for b in cabinet.shows("home").app.button]
    page = cabinet.shows("surveys", id=survey)
    page.app.text_area(key="survey-3").set_value("Быстрее")
    page.press("survey-send")
    assert "Вопрос 1: выберите или напишите ответ" in page.text
    assert page.app.text_area(key="survey-3").value == "Быстрее"
    assert cabinet.read(lambda db: db.exec(select(SurveyAnswer)).all()) == []
    page.app.radio(key="survey-0").set_value(1)
    page.app.checkbox(key="survey-1-2").check()
    page.app.radio(key="survey-2").set_value(4)
    page.press("survey-send")
    assert cabinet.read(lambda db: db.exec(select(SurveyAnswer.given)).all()) == [[1, [2], 4, "Быстрее"]]
    again = cabinet.shows("surveys", id=survey)
    assert "ваш ответ принят" in again.text
    assert "survey-send" not in [b.key for b in again.app.button]
    assert f"survey-{survey}" not in [b.key for b in cabinet.shows("home").app.button]


@pytest.mark.rows("G-20", "G-21", "G-22", "G-23")
def test_the_start_page_has_forms_to_fill_to_download_and_to_send_and_copies_of_papers(cabinet: Cabinet) -> None:  # noqa: F811
    cabinet.case(Stage.EXECUTION)
    blank = made(cabinet, Kind.FORM, published=False, title="Бланк заявки")
    with cabinet.writing() as story:
        kept = story.session.get_one(ContentItem, blank)
        kept.file_key, kept.file_name, kept.file_type, kept.file_size, kept.state = (
            "k" * 64,
            "б.docx",
            "application/pdf",
            9,
            "published",
        )
        kept.shown_from = clock.now()
        story.session.add(kept)
    page = cabinet.shows("home")
    assert {"Заполнить", "Отправить"} <= set(page.buttons)
    assert f'href="/forms/{blank}" download>Скачать' in page.text
    assert page.text.count("Скачать") > 1, "a copy beside each paper"
    assert 'href="/files/' in page.text
    page.press("send-form")
    assert cabinet.went[-1][0] == "appeal"


@pytest.mark.rows("J-030")
def test_hints_go_step_by_step_and_come_back_when_asked(cabinet: Cabinet) -> None:  # noqa: F811
    page = cabinet.shows("home")
    assert "Подсказка 1 из 5" in page.text
    assert "Подсказка 2 из 5" in page.press("hint-next-home").text
    assert "Подсказка 1 из 5" in page.press("hint-back-home").text
    page.press("hint-home")
    assert "Подсказка" not in cabinet.shows("home").text
    cabinet.shows("home").press("hint-again-home")
    assert "Подсказка 1 из 5" in cabinet.shows("home").text


@pytest.mark.rows("J-014", "J-079", "R-05", "D-24")
def test_contacts_are_there_before_any_contract_with_manuals_and_requirements(cabinet: Cabinet) -> None:  # noqa: F811
    text = cabinet.shows("contacts", "stranger").text
    for said in (
        "8 800 555-01-47",
        "ул. Озёрная, д. 2",
        "/manual",
        "не менее 256 кбит/с",
        "Прочитайте до начала работы",
    ):
        assert said in text, said


# ------------------------------------------------------------------------------------------------ the editor
def test_the_editor_has_a_desk_of_his_own_and_no_cases() -> None:
    shown = [v.entry.name for v in menu.views_of(Role.EDITOR) if not v.entry.development]
    assert shown == ["content", "security", "content_edit"]


def test_the_editor_writes_looks_publishes_and_withdraws(cabinet: Cabinet) -> None:  # noqa: F811
    cabinet.open("content", Role.EDITOR).press("new-news")
    assert cabinet.went[-1] == ("content_edit", {"kind": Kind.NEWS})
    page = cabinet.open("content_edit", Role.EDITOR, kind="news").fill("content-news-title", "Новый тариф")
    page.fill("content-news-text", "С **января**. <b>жирно</b>")
    assert "<strong>января</strong>" in page.text, "the preview is live"
    page.press("content-publish")
    item_id = int(str(cabinet.went[-1][1]["id"]))
    assert (row(cabinet, item_id).state, row(cabinet, item_id).title) == (State.PUBLISHED, "Новый тариф")
    assert "Новый тариф" in cabinet.shows("bulletin").text
    page = cabinet.open("content_edit", Role.EDITOR, id=item_id).press("content-withdraw")
    assert "Напишите, почему снимаете" in page.text
    page.fill(f"content-remark-{item_id}", "опечатка").press("content-withdraw")
    assert "Новый тариф" not in cabinet.shows("bulletin").text
    told = cabinet.open("content_edit", Role.EDITOR, id=item_id).text
    assert "опечатка" in told


def test_what_is_not_whole_is_saved_and_says_what_is_missing(cabinet: Cabinet) -> None:  # noqa: F811
    page = cabinet.open("content_edit", Role.EDITOR, kind="faq").press("content-save")
    assert "Напишите заголовок" in page.text
    page.fill("content-faq-title", "Где счётчик?").press("content-publish")
    item_id = int(str(cabinet.went[-1][1]["id"]))
    assert row(cabinet, item_id).state == State.DRAFT


def test_somebody_who_wrote_meanwhile_is_not_overwritten(cabinet: Cabinet) -> None:  # noqa: F811
    item_id = made(cabinet, Kind.NEWS)
    page = cabinet.open("content_edit", Role.EDITOR, id=item_id).fill(f"content-{item_id}-lead", "моя правка")
    cabinet.open("content_edit", Role.MANAGER, id=item_id).fill(f"content-{item_id}-lead", "чужая правка").press(
        "content-save"
    )
    cabinet.open("content", Role.EDITOR)  # the editor is who acts again
    page.press("content-save")
    assert "Кто-то успел" in page.text or "изменил" in page.text
    assert row(cabinet, item_id).lead == "чужая правка"


def test_the_auditor_looks_and_changes_nothing(cabinet: Cabinet) -> None:  # noqa: F811
    item_id = made(cabinet, Kind.NEWS)
    shown = cabinet.open("content_edit", Role.AUDITOR, id=item_id)
    assert not {"content-save", "content-publish", "content-withdraw"} & {b.key for b in shown.app.button}
    assert shown.app.text_input(key=f"content-{item_id}-title").disabled


def test_a_survey_is_put_together_question_by_question(cabinet: Cabinet) -> None:  # noqa: F811
    page = cabinet.open("content_edit", Role.EDITOR, kind="survey").fill("content-survey-title", "Опрос")
    page.fill("content-survey-text", "Коротко").fill("content-survey-q0-text", "Удобно?")
    page.fill("content-survey-q0-options", "да\nнет").press("content-survey-add")
    page.fill("content-survey-q1-text", "Оценка").fill("content-survey-q1-kind", "scale").press("content-publish")
    kept = row(cabinet, int(str(cabinet.went[-1][1]["id"])))
    assert kept.state == State.PUBLISHED
    assert [(q["kind"], q["text"], q.get("options"), q.get("steps")) for q in kept.questions] == [
        ("single", "Удобно?", ["да", "нет"], None), ("scale", "Оценка", None, 5)]  # fmt: skip


def test_results_are_shown_by_shares_and_the_sheet_has_no_names(cabinet: Cabinet) -> None:  # noqa: F811
    survey = made(cabinet, Kind.SURVEY, title="Как прошло: удобно?")
    for login in ("anna", "stranger"):
        page = cabinet.shows("surveys", login, id=survey)
        page.app.radio(key="survey-0").set_value(0)
        page.app.radio(key="survey-2").set_value(5)
        page.app.text_area(key="survey-3").set_value("=1+1")
        page.press("survey-send")
    text = cabinet.open("content_edit", Role.EDITOR, id=survey).text
    assert "ответов: 2" in cabinet.open("content", Role.EDITOR).text
    assert "2 · 100\u00a0%" in text
    assert "в среднем 5,0 из 5" in text
    found = cabinet.read(lambda db: (queries.item(db, survey), queries.given(db, survey)))
    sheet = load_workbook(io.BytesIO(content_results.sheet(*found))).active
    rows = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert [q["text"] for q in QUESTIONS] == rows[0][2:]
    assert [line[2:] for line in rows[1:]] == [["в кабинете", None, 5, "=1+1"]] * 2
    assert "Смирнова" not in str(rows)


def test_a_utility_without_applications_has_news_on_its_start_page(
    cabinet: Cabinet,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made(cabinet, Kind.NEWS)
    with profile(monkeypatch, "vostok"):
        page = cabinet.shows("home")
    assert "Открыт офис в Лесном" in page.text
    assert "fill-in" not in [b.key for b in page.app.button]


def test_a_notice_of_an_outage_leads_to_the_schedule(cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    now = clock.now()
    case = cabinet.case(Stage.CHECKING, object_address="пос. Лесное, ул. Озёрная, д. 5")
    branch = cabinet.read(lambda db: db.get_one(Application, case).branch_id)
    made(cabinet, Kind.OUTAGE, begins_at=now + timedelta(days=1), ends_at=now + timedelta(days=2), branches=[branch])
    notice = cabinet.read(lambda db: db.exec(select(Notice).where(Notice.kind == "outage")).one())
    monkeypatch.setattr(parts, "rows", lambda table, key: str(notice.id) if key == "notices" else None)
    cabinet.shows("notices")
    assert cabinet.went[-1] == ("schedule", {})
    assert cabinet.read(lambda db: db.get_one(Notice, notice.id).read_at) is not None
