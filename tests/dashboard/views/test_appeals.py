"""Pages of appeals without a browser: the wizard in the words of the manual, the history, the desk, the calls."""

import io
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from dashboard import appeal_files, files, menu, parts
from infra import clock, storage
from models.appeal import actions, clocks, desk, queries, rules
from models.appeal.moving import lock
from models.appeal.tables import Appeal, AppealCall, AppealFile, CallState, Channel, Stage
from models.connection.tables import Stage as Case
from models.delivery.tables import Notice
from models.people import my_data
from models.people.tables import User
from models.process.actor import Actor, Role
from models.process.errors import NotFound
from models.process.terms import calendar
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F811, F401
from tests.dashboard.views.desk import Page
from tests.models.appeal.desk import sent


def only(cabinet: Cabinet) -> Appeal:  # noqa: F811
    return cabinet.read(lambda db: db.exec(select(Appeal)).one())  # type: ignore[no-any-return]


def made(cabinet: Cabinet, stage: Stage, **more: Any) -> int:  # noqa: F811
    """An appeal of anna's at this stage."""
    with cabinet.writing() as story:
        db, now = story.session, clock.now() - timedelta(minutes=30)
        anna = db.exec(select(User).where(User.login == "anna")).one()
        author, operator = Actor(Role.APPLICANT, anna.id, anna.name), story.staff(Role.OPERATOR)
        appeal = actions.register(db, author, sent(more.pop("kind", "question"), **more), now)
        number = appeal.id or 0
        if stage in (Stage.IN_WORK, Stage.ASKED, Stage.ANSWERED):
            desk.take(db, number, operator, now)
        if stage == Stage.ASKED:
            desk.ask(db, number, operator, "Назовите номер опоры", now)
        if stage == Stage.ANSWERED:
            desk.answer(db, number, operator, "Работы начнутся 1 декабря", (), now)
        return number


class Upload(io.BytesIO):
    """A file as the uploader gives it."""

    name, size = "схема.pdf", 12


# ------------------------------------------------------------------------------------------------ the wizard
@pytest.mark.rows("J-027", "J-118", "J-119", "J-121", "J-122", "J-123", "J-124", "J-125")
def test_without_a_contract_the_wizard_has_three_steps_in_the_words_of_the_manual(cabinet: Cabinet) -> None:  # noqa: F811
    shown = cabinet.shows("appeal")
    assert "Подать обращение" in shown.buttons
    shown = cabinet.shows("appeal", new=1)
    assert "Подача обращения" in shown.text
    assert "Укажите тип операции" in shown.text
    assert shown.app.radio(key="appeal-type").options == ["Подать обращение", "Сообщить об ошибке"]
    assert "Продолжить" in shown.buttons
    shown.press("appeal-go")
    assert "Введите вашу контактную информацию" in shown.text
    shown.fill("appeal-phone", "12").press("appeal-go")
    assert "Введите вашу контактную информацию" in shown.text, "a fault keeps the step"
    assert "номер телефона" in shown.text
    shown.fill("appeal-phone", "+7 922 555-01-23").fill("appeal-wants", True)
    wished = shown.app.selectbox(key="appeal-call-on").value
    shown.fill("appeal-call-hours", "12-15") if "с 12 до 15" in shown.app.selectbox(
        key="appeal-call-hours"
    ).options else None
    shown.press("appeal-go")
    assert "Введите текст сообщения" in shown.text
    assert "Отправить" in shown.buttons
    shown.press("appeal-go")
    assert "Напишите, в чём дело" in shown.text
    shown.fill("appeal-text", "Когда начнутся работы?").press("appeal-go")
    appeal = only(cabinet)
    assert cabinet.went[-1] == ("appeal", {"id": appeal.id})
    assert shown.app.session_state["feeder-done"] == (
        f"Номер обращения – {appeal.number}. С Вами свяжутся в ближайшее время!"
    )
    assert (appeal.kind, appeal.channel, appeal.stage) == ("question", Channel.CABINET, Stage.REGISTERED)
    assert cabinet.read(lambda db: db.exec(select(AppealCall)).one()).on == wished


@pytest.mark.rows("J-119", "J-120", "J-121")
def test_with_a_contract_it_is_chosen_and_the_requisites_are_checked(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Case.CHECKING)
    shown = cabinet.shows("appeal", new=1).fill("appeal-kind", "complaint").press("appeal-go")
    assert "Выбор договора" in shown.text
    assert len(shown.app.radio(key="appeal-case").options) == 2, "the application, or none"
    shown.press("appeal-go")
    assert "Проверьте реквизиты и контактную информацию" in shown.text
    assert "Контактная информация" in shown.text
    shown.press("appeal-requisites")
    assert "112-233-445 95" in shown.text
    shown.press("appeal-go").fill("appeal-text", "Не отвечают неделю").press("appeal-go")
    assert (only(cabinet).application_id, only(cabinet).kind) == (case, "complaint")


@pytest.mark.rows("J-119", "M-15")
def test_an_error_is_reported_without_a_kind_and_without_a_callback(cabinet: Cabinet) -> None:  # noqa: F811
    shown = cabinet.shows("appeal", new=1).fill("appeal-type", "error")
    assert "appeal-kind" not in [s.key for s in shown.app.selectbox]
    shown.press("appeal-go")
    assert "appeal-wants" not in [c.key for c in shown.app.checkbox]
    shown.press("appeal-go").fill("appeal-text", "Не открывается счёт").press("appeal-go")
    assert only(cabinet).kind == "error"


@pytest.mark.rows("G-17", "G-26")
def test_a_question_about_an_application_is_a_kind_of_its_own(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Case.CHECKING)
    shown = cabinet.shows("appeal", new=1, case=case)
    assert shown.app.selectbox(key="appeal-kind").value == "case"
    shown.press("appeal-go").press("appeal-go").press("appeal-go").press("appeal-go")
    assert "Если отправляете файлы, напишите зачем" in shown.text
    shown.fill("appeal-text", "Можно ли ускорить?").press("appeal-go")
    assert (only(cabinet).application_id, only(cabinet).kind) == (case, "case")


def test_what_was_typed_stays_when_one_goes_back(cabinet: Cabinet) -> None:  # noqa: F811
    shown = cabinet.shows("appeal", new=1).press("appeal-go").fill("appeal-name", "Анна В.").press("appeal-go")
    shown.fill("appeal-text", "Почти готово").press("appeal-back")
    assert shown.app.text_input(key="appeal-name").value == "Анна В."
    shown.press("appeal-go")
    assert shown.app.text_area(key="appeal-text").value == "Почти готово"


def test_files_are_sniffed_and_kept_under_their_sum(cabinet: Cabinet) -> None:  # noqa: F811
    good, bad = appeal_files.described([Upload(b"%PDF-1.7 x"), Upload(b"MZ program")])
    assert [file.media_type for file, _bytes in (good, bad)] == [files.PDF, files.UNKNOWN]
    assert storage.storage().get(appeal_files.stored([good])[0].key) == b"%PDF-1.7 x"


# ------------------------------------------------------------------------------------------------ the author's card
@pytest.mark.rows("J-028")
def test_the_history_shows_ones_own_appeals_alone(cabinet: Cabinet) -> None:  # noqa: F811
    assert "Обращений пока нет" in cabinet.shows("appeal").text
    number = made(cabinet, Stage.ANSWERED)
    text = cabinet.shows("appeal").text
    assert "История обращений" in text
    assert only(cabinet).number in text
    assert "Обращений пока нет" in cabinet.shows("appeal", "stranger").text
    assert "Работы начнутся" not in cabinet.shows("appeal", "stranger", id=number).text


def test_an_author_who_was_asked_has_the_turn_and_replies(cabinet: Cabinet) -> None:  # noqa: F811
    number = made(cabinet, Stage.ASKED)
    shown = cabinet.shows("appeal", id=number)
    assert "Назовите номер опоры" in shown.text
    shown.press("reply-send")
    assert "Напишите, в чём дело" in shown.text
    shown.fill("reply-text", "Опора 12").press("reply-send")
    assert only(cabinet).stage == Stage.IN_WORK
    assert [line.text for line in cabinet.read(lambda db: queries.whole(db, number).lines)][-1] == "Опора 12"


def test_the_answer_is_marked_and_reopened(cabinet: Cabinet) -> None:  # noqa: F811
    number = made(cabinet, Stage.ANSWERED)
    shown = cabinet.shows("appeal", id=number)
    assert "Работы начнутся 1 декабря" in shown.text
    shown.press("mark-send")
    assert "Выберите оценку" in shown.text
    shown.fill("mark", 4).press("mark-send")
    assert only(cabinet).mark == 4
    cabinet.shows("appeal", id=number).decide("reopen", "reopen-sure", reopen_reason="Не сказано, кто придёт")
    assert (only(cabinet).stage, only(cabinet).reopened) == (Stage.IN_WORK, 1)


def test_an_author_withdraws_with_a_reason(cabinet: Cabinet) -> None:  # noqa: F811
    number = made(cabinet, Stage.REGISTERED)
    shown = cabinet.shows("appeal", id=number)
    shown.press("withdraw")
    shown.app.button(key="withdraw").click()
    shown.press("withdraw-sure")
    assert only(cabinet).stage == Stage.REGISTERED
    cabinet.shows("appeal", id=number).decide("withdraw", "withdraw-sure", withdraw_reason="Разобралась сама")
    assert only(cabinet).stage == Stage.WITHDRAWN


# ------------------------------------------------------------------------------------------------ the desk
def test_the_register_shows_and_filters_by_the_address(cabinet: Cabinet) -> None:  # noqa: F811
    made(cabinet, Stage.REGISTERED)
    text = cabinet.open("appeals", Role.OPERATOR).text
    assert only(cabinet).number in text
    assert "Смирнова Анна" in text
    assert "Под выбранное ничего не подходит" in cabinet.open("appeals", Role.OPERATOR, group="late").text
    assert only(cabinet).number in cabinet.open("appeals", Role.OPERATOR, text="смирнова", kind="question").text
    assert "Под выбранное" in cabinet.open("appeals", Role.OPERATOR, kind="thanks").text


def test_the_desk_looks_takes_and_answers(cabinet: Cabinet) -> None:  # noqa: F811
    number = made(cabinet, Stage.REGISTERED)
    operator = cabinet.read(lambda db: db.exec(select(User).where(User.login == "operator")).one().id)
    page = cabinet.open("appeals", Role.OPERATOR, id=number)
    page.window("move-review", "review-sure", assignee=operator)
    assert (only(cabinet).stage, only(cabinet).assignee_id) == (Stage.REVIEWED, operator)
    cabinet.open("appeals", Role.OPERATOR, id=number).press("move-take")
    assert only(cabinet).stage == Stage.IN_WORK
    empty = cabinet.open("appeals", Role.OPERATOR, id=number).window("move-answer", "answer-sure")
    assert "Напишите, в чём дело" in empty.text
    cabinet.open("appeals", Role.OPERATOR, id=number).decide(
        "move-answer", "answer-sure", answer_text="Начнём 1 декабря"
    )
    assert only(cabinet).stage == Stage.ANSWERED


def test_the_case_lists_what_was_written_about_it(cabinet: Cabinet) -> None:  # noqa: F811
    case, links = cabinet.case(Case.CHECKING), list[tuple[str, str, object]]()
    cabinet.patch.setattr(menu, "link", lambda name, label, **query: links.append((name, label, query.get("id"))))
    assert "Обращения" not in cabinet.open("case", Role.OPERATOR, id=case).text
    number = made(cabinet, Stage.REGISTERED, kind="case", application_id=case)
    assert "Обращения" in cabinet.open("case", Role.OPERATOR, id=case).text
    assert ("appeals", f"{only(cabinet).number}: зарегистрировано", number) in links


def test_the_desk_asks_and_redirects(cabinet: Cabinet) -> None:  # noqa: F811
    number = made(cabinet, Stage.IN_WORK)
    cabinet.open("appeals", Role.OPERATOR, id=number).decide("move-ask", "ask-sure", ask_text="Какой номер опоры?")
    assert only(cabinet).stage == Stage.ASKED
    cabinet.open("appeals", Role.OPERATOR, id=number).press("move-go_on")
    page = cabinet.open("appeals", Role.OPERATOR, id=number)
    page.window("move-redirect", "redirect-sure", redirect__where="Администрация", redirect__reason="Не наш вопрос")
    assert (only(cabinet).stage, only(cabinet).redirected_to) == (Stage.REDIRECTED, "Администрация")


def test_an_auditor_looks_and_has_no_buttons(cabinet: Cabinet) -> None:  # noqa: F811
    number = made(cabinet, Stage.IN_WORK, call=None)
    shown = cabinet.open("appeals", Role.AUDITOR, id=number)
    assert [b for b in shown.app.button if (b.key or "").startswith("move-")] == []
    assert "Показатели за 90 дней" in [e.label for e in cabinet.open("appeals", Role.AUDITOR).app.expander]
    assert "Показатели за 90 дней" not in [e.label for e in cabinet.open("appeals", Role.OPERATOR).app.expander]


@pytest.mark.rows("R-95", "R-96", "D-22", "D-24")
def test_a_call_is_registered_at_once_and_its_number_is_told(cabinet: Cabinet) -> None:  # noqa: F811
    page = cabinet.open("appeals", Role.OPERATOR)
    page.window("appeal-register", "reg-sure", **{"reg__name": "1", "reg__text": "Нет света"})
    assert "Напишите ФИО автора" in page.text, "an operator is told of the author, not of himself"
    assert "Напишите телефон" in page.text
    more = {"reg__name": "Громов Илья", "reg__phone": "8 922 555-01-23", "reg__text": "Нет света"}
    page.window("appeal-register", "reg-sure", **more)
    appeal = only(cabinet)
    assert (appeal.channel, appeal.phone) == (Channel.PHONE, "+79225550123")
    assert f"Номер обращения: {appeal.number}" in page.text


@pytest.mark.rows("J-122")
def test_promised_calls_stand_in_the_week_and_are_written_down(cabinet: Cabinet) -> None:  # noqa: F811
    with cabinet.database.transaction() as db:
        on = rules.call_days(calendar(db), clocks.hours(db), clock.now())[1]
    made(cabinet, Stage.REGISTERED, call=(on, "12-15"))
    call = cabinet.read(lambda db: db.exec(select(AppealCall)).one())
    page = _calls(cabinet, on)
    assert "с 12 до 15" in page.text
    page.window(f"call-{call.id}-missed", "call-sure", call__note="Не отвечает", call__again=False)
    assert cabinet.read(lambda db: db.get(AppealCall, call.id).state) == CallState.NOT_REACHED
    assert "не дозвонились" in _calls(cabinet, on).text


def _calls(cabinet: Cabinet, on: object) -> Page:  # noqa: F811
    return cabinet.open("callbacks", Role.OPERATOR, **{"from": on})


def test_a_manager_sees_the_counts(cabinet: Cabinet) -> None:  # noqa: F811
    made(cabinet, Stage.ANSWERED)
    text = cabinet.open("appeals", Role.MANAGER).text
    for said in ("Ответ в срок", "100\u00a0%", "Просмотр в срок", "Обращения по видам"):
        assert said in text, said


def test_files_of_another_are_not_found(cabinet: Cabinet) -> None:  # noqa: F811
    number = made(cabinet, Stage.REGISTERED)
    with cabinet.database.transaction() as db:
        db.add(AppealFile(appeal_id=number, from_staff=False, name="a.pdf", media_type="application/pdf", size=1,
                          sha256="a", key="a", uploaded_at=clock.now()))  # fmt: skip
    file = cabinet.read(lambda db: db.exec(select(AppealFile)).one().id)
    users = cabinet.read(lambda db: {u.login: u.id for u in db.exec(select(User))})
    with cabinet.database.reading(users["anna"]) as db:
        assert queries.file(db, file).name == "a.pdf"
    with cabinet.database.reading(users["stranger"]) as db, pytest.raises(NotFound):
        queries.file(db, file)
    with cabinet.database.transaction() as db, pytest.raises(NotFound):
        lock(db, number, Actor(Role.APPLICANT, users["stranger"]))


def test_the_copy_of_my_data_holds_my_appeals_with_their_talk(cabinet: Cabinet) -> None:  # noqa: F811
    number = made(cabinet, Stage.ANSWERED)
    anna, stranger = (
        cabinet.read(lambda db, n=n: db.exec(select(User).where(User.login == n)).one().id)
        for n in ("anna", "stranger")
    )
    copy = cabinet.read(lambda db: my_data.copy_of(db, anna))
    assert [row["number"] for row in copy["appeals"]] == [cabinet.read(lambda db: db.get(Appeal, number).number)]
    assert [row["text"] for row in copy["appeal_talk"]] == ["Работы начнутся 1 декабря"]
    assert cabinet.read(lambda db: my_data.copy_of(db, stranger))["appeals"] == []


@pytest.mark.rows("G-15", "J-039")
def test_a_notice_of_an_appeal_leads_to_it(cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    number = made(cabinet, Stage.REGISTERED)
    notice = cabinet.read(lambda db: db.exec(select(Notice).where(Notice.kind == "appeal_received")).one())
    assert f">{notice.title}</button>" in cabinet.shows("notices").text
    monkeypatch.setattr(parts, "rows", lambda table, key: str(notice.id) if key == "notices" else None)
    cabinet.shows("notices")
    assert cabinet.went[-1] == ("appeal", {"id": number})
