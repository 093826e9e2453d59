"""The applicant's card: whose turn, the eight fields, papers, payments, messages, and the moves he may make."""

import pytest
from sqlmodel import select

from infra import clock
from models.connection import actions, queries
from models.connection.tables import Application, Stage
from models.document import actions as documents
from models.document.tables import Document, DocumentState
from models.payment import actions as payments
from models.payment.tables import OrderState, PaymentOrder
from models.process.actor import Role
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401
from tests.models.story import HIGH

LABELS = (
    "Рег. № и дата регистрации",
    "Статус заявки",
    "Дата направления абоненту проекта договора и ТУ",
    "Дата заключения договора",
    "Информация о ходе исполнения договора ТП",
    "Информация о ходе выполнения технических условий",
    "Дата фактической подачи напряжения",
    "Дата подписания документов о ТП",
)


@pytest.mark.rows("G-31", "G-32", "G-33", "G-34", "G-35", "G-36", "G-37", "G-38", "D-17")
def test_the_card_has_the_fields_of_the_manual_word_for_word(cabinet: Cabinet) -> None:  # noqa: F811
    text = cabinet.shows("application", id=cabinet.case(Stage.OFFER_PLACED)).text
    assert all(f"<dt>{label}</dt>" in text for label in LABELS)
    assert "размещены договор, ТУ, счёт; ожидание оплаты" in text
    assert "Посмотреть условия типового договора" in text


@pytest.mark.rows("G-30", "G-39", "D-18")
def test_papers_stand_on_the_card_and_lead_to_the_file_door(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.OFFER_PLACED)
    text = cabinet.shows("application", id=case).text
    for paper in cabinet.read(lambda db: db.exec(select(Document).where(Document.application_id == case)).all()):
        link = f'href="/files/{paper.id}"'
        assert (link in text) == (paper.state == DocumentState.PLACED), paper.title
    assert "Счёт для внесения платы за ТП" in text
    assert "Технические условия" in text


def test_a_paper_that_has_lost_force_says_so(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.OFFER_PLACED)
    with cabinet.writing() as story:
        documents.annul(story.session, case, {"invoice"}, clock.now())
    assert "утратил силу · PDF" in cabinet.shows("application", id=case).text


@pytest.mark.parametrize(("page", "stage"), [("application", Stage.CHECKING), ("filing", Stage.DRAFT)])
def test_somebody_elses_number_or_none_at_all_finds_nothing(cabinet: Cabinet, page: str, stage: Stage) -> None:  # noqa: F811
    numbers = [
        "0",
        "-1",
        "abc",
        "9" * 20,
        "1 or 1=1",
        *([""] if page == "application" else []),
    ]  # a form begins with none
    for number in (cabinet.case(stage), *numbers):
        text = cabinet.shows(page, "stranger", id=number).text
        assert "По этому номеру ничего не нашли" in text, number
        assert "Садовый дом" not in text


def test_a_case_says_whose_turn_it_is_and_what_comes(cabinet: Cabinet) -> None:  # noqa: F811
    waiting = cabinet.shows("application", id=cabinet.case(Stage.OFFER_PLACED)).text
    for said in (
        "Ваш ход",
        "Оплатите первую часть счёта",
        "До какого дня",
        "Если не оплатить",
        "Заявка будет аннулирована",
    ):
        assert said in waiting
    assert "Чей ход: сеть" in cabinet.shows("application", id=cabinet.case(Stage.CHECKING)).text


def test_above_04_kv_the_applicant_is_awaited_when_the_grid_is_ready(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.EXECUTION, "firm", **HIGH)
    with cabinet.writing() as story:
        story.move(story.session.get(Application, case), "report_grid_works", Role.ENGINEER)
    page = cabinet.shows("application", "firm", id=case)
    assert "Закончите свои работы и сообщите о них" in page.text
    assert "Ваш ход" in page.text
    page.decide("report_own_works", "own-works-sure")
    assert cabinet.read(lambda db: db.get(Application, case).own_works_done_at) is not None


# ------------------------------------------------------------------------------------------------ payments
@pytest.mark.rows("D-20")
def test_paying_makes_one_order_and_then_waits_for_the_bank(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.OFFER_PLACED)
    cabinet.shows("application", id=case).press("pay")
    orders = cabinet.read(lambda db: db.exec(select(PaymentOrder)).all())
    assert len(orders) == 1
    again = cabinet.shows("application", id=case)
    assert "pay" not in [b.key for b in again.app.button]
    assert "Открываем страницу банка" in again.text


def test_the_way_to_the_bank_opens_when_the_order_is_registered(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.OFFER_PLACED)
    _order(cabinet, case, OrderState.REGISTERED, form="https://bank.example/pay/1?a=1&b=2")
    text = cabinet.shows("application", id=case).text
    assert 'href="https://bank.example/pay/1?a=1&b=2" target="_self"' in text
    assert "Перейти к оплате" in text


def test_a_declined_payment_says_why_and_may_be_tried_again(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.OFFER_PLACED)
    _order(cabinet, case, OrderState.DECLINED, "Недостаточно средств")
    page = cabinet.shows("application", id=case)
    assert "Банк отклонил платёж" in page.text
    assert "Недостаточно средств" in page.text
    assert "pay" in [b.key for b in page.app.button]


def test_the_schedule_names_four_parts_and_what_is_paid(cabinet: Cabinet) -> None:  # noqa: F811
    text = cabinet.shows("application", id=cabinet.case(Stage.EXECUTION)).text
    for share in ("15", "30", "35", "20"):
        assert f"{share}\u00a0%" in text
    assert text.count("не оплачена") == 3
    assert "оплачено " in text


def test_the_next_part_may_be_paid_before_its_turn(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.EXECUTION)
    page = cabinet.shows("application", id=case).press("pay")
    assert "Открываем страницу банка" in page.text
    orders = cabinet.read(lambda db: db.exec(select(PaymentOrder).order_by(PaymentOrder.id)).all())
    assert [len(o.instalments) for o in orders] == [1, 1]


def _order(cabinet: Cabinet, case: int, state: OrderState, error: str = "", form: str = "") -> None:  # noqa: F811
    with cabinet.writing() as story:
        db = story.session
        owner = story.house.owner(db.get(Application, case))
        order = payments.order_payment(db, case, owner, clock.now())
        order.state, order.error, order.form_url, order.bank_id = state, error, form, "b1"
        db.add(order)


# ------------------------------------------------------------------------------------------------ other moves
def test_missing_information_is_answered_only_with_something(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.AWAITING_INFO)
    page = cabinet.shows("application", id=case)
    assert "План устройств" in page.text
    page.press("supply-info")
    assert "Приложите файл или напишите ответ" in page.text
    assert cabinet.stage(case) == Stage.AWAITING_INFO
    page.fill(f"reply-{case}", "План был в прошлый раз").press("supply-info")
    assert "Отправлено. Продолжаем проверку" in page.text
    assert cabinet.stage(case) == Stage.CHECKING


def test_a_refusal_needs_demands_and_makes_the_offer_void(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.OFFER_PLACED)
    page = cabinet.shows("application", id=case)
    page.decide("refuse_offer", "refuse-sure")
    assert cabinet.stage(case) == Stage.OFFER_PLACED
    page.decide("refuse_offer", "refuse-sure", refuse_why="Точка присоединения далеко от дома")
    assert cabinet.stage(case) == Stage.DISAGREEMENT
    assert "утратил силу" in cabinet.shows("application", id=case).text


def test_withdrawing_tells_the_consequence_first(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.OFFER_PLACED)
    page = cabinet.shows("application", id=case).press("withdraw")
    assert "Договор, технические условия и счёт утратят силу" in page.text
    assert cabinet.stage(case) == Stage.OFFER_PLACED
    page.decide("withdraw", "withdraw-sure", withdraw_why="Передумали")
    assert cabinet.stage(case) == Stage.WITHDRAWN
    assert "Передумали" in cabinet.shows("application", id=case).text


def test_under_contract_nothing_is_withdrawn(cabinet: Cabinet) -> None:  # noqa: F811
    page = cabinet.shows("application", id=cabinet.case(Stage.EXECUTION))
    assert "withdraw" not in [b.key for b in page.app.button]


@pytest.mark.rows("D-16")
def test_data_are_corrected_until_the_approval_and_every_version_is_shown(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.ENGINEERING)
    page = cabinet.shows("application", id=case).fill(f"correct-{case}-phone", "12").press("correct")
    assert "Проверьте номер телефона" in page.text
    page.fill(f"correct-{case}-phone", "8 922 555-01-99").press("correct")
    assert "Исправления сохранены" in page.text
    assert cabinet.read(lambda db: db.get(Application, case).person["phone"]) == "+79225550199"
    assert "Версия 2" in page.text
    assert "+79225550199" in page.text.split("Версия 2", 1)[1].split("Версия 1")[0]
    later = cabinet.shows("application", id=cabinet.case(Stage.APPROVAL))
    assert "correct" not in [b.key for b in later.app.button]


def test_an_empty_message_is_not_sent_and_a_sent_one_is_shown_as_text(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.CHECKING)
    page = cabinet.shows("application", id=case).press(f"send-message-{case}-0")
    assert "Сначала напишите сообщение" in page.text
    page.fill(f"message-{case}-0", "<b>Когда?</b>").press(f"send-message-{case}-0")
    assert [m.text for m in cabinet.read(lambda db: queries.messages(db, case))] == ["<b>Когда?</b>"]
    assert f"send-message-{case}-0" not in [b.key for b in page.app.button], "a second click belongs to nothing"
    page.press(f"send-message-{case}-1")
    assert len(cabinet.read(lambda db: queries.messages(db, case))) == 1


def test_the_suspension_shows_its_reason(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.CHECKING)
    with cabinet.writing() as story:
        actions.suspend(story.session, case, story.staff(Role.MANAGER), "Ждём решения суда", clock.now())
    text = cabinet.shows("application", id=case).text
    assert "Ждём решения суда" in text
    assert "Сроки приостановлены" in text


def test_opening_the_card_reads_our_words_and_tells_by_when_we_look(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.CHECKING)
    with cabinet.writing() as story:
        actions.say(story.session, case, story.staff(Role.OPERATOR), "Пришлите план", clock.now())
    page = cabinet.shows("application", id=case)
    assert cabinet.read(lambda db: queries.messages(db, case))[0].read_at is not None
    page.fill(f"message-{case}-0", "Пришлём завтра").press(f"send-message-{case}-0")
    assert "ещё не прочитано" in page.text
    assert "посмотрим до" in page.text
    with cabinet.writing() as story:
        actions.say(story.session, case, story.staff(Role.OPERATOR), "Ждём", clock.now())
    assert "посмотрим до" not in cabinet.shows("application", id=case).text


def test_a_calendar_link_is_made_and_taken_back(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.CHECKING)
    page = cabinet.shows("application", id=case).press(f"calendar-make-{case}")
    shown = page.app.code[0].value
    assert "/calendar/" in shown
    assert shown.endswith(".ics")
    page.press(f"calendar-revoke-{case}")
    assert not page.app.code
    assert "Ссылка больше не работает" in page.text
