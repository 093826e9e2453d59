"""«Выписки банка» and the payments of a case, run without a browser: what billing sees and may press."""

from datetime import date
from decimal import Decimal

import pytest
from sqlmodel import Session, select

from dashboard import menu
from dashboard.views import statements as page_of_statements
from infra import clock
from infra.database import Database
from models.connection.tables import Application, Stage
from models.payment import queries, returns, statements
from models.payment.ledger_tables import BankLine, Refund, RefundState, StatementState
from models.process.actor import Actor, Role
from models.process.errors import Invalid
from tests.dashboard.views.desk import Desk
from tests.infra.test_statement import document, file
from tests.models.payment.test_statements import paper, take

D = Decimal


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(database, monkeypatch)


def loaded(desk: Desk) -> Application:
    """A case, an exact payment, a proposed one and an unknown one."""
    with desk.writing() as story:
        case = story.to(Stage.OFFER_PLACED)
        invoice = queries.invoice_of(story.session, case.id or 0)
        assert invoice is not None
        take(
            story.session, story.staff(Role.BILLING), story.now,
            paper("1", "14850.00", f"счёт {invoice.number}"), paper("2", "90000.00", f"доплата {case.number}"), paper("3", "700.00", "за свет"),
        )  # fmt: skip
    return case


def line(desk: Desk, number: str) -> BankLine:
    found: BankLine = desk.reading(lambda db: db.exec(select(BankLine).where(BankLine.number == number)).one())
    return found


def newest(db: Session) -> Refund:
    return db.exec(select(Refund)).one()


def test_the_page_belongs_to_billing_and_managers() -> None:
    ours = {role for role in Role if "statements" in {v.entry.name for v in menu.views_of(role)}}
    assert ours == {Role.BILLING, Role.MANAGER}


def test_the_queue_shows_what_waits_and_why(desk: Desk) -> None:
    case = loaded(desk)
    text = desk.open("statements", Role.BILLING).text
    for words in (
        "разобрать: 2",
        "90\u00a0000,00\u00a0₽",
        case.number or "",
        "сумма больше остатка",
        "в назначении нет нашего номера",
        "выписка.txt",
    ):
        assert words in text, words
    assert "Смирнова" in text


def test_nothing_waits_on_an_empty_installation(desk: Desk) -> None:
    with desk.writing():
        pass
    text = desk.open("statements", Role.BILLING).text
    assert "Всё разобрано" in text
    assert "Выписок пока нет" in text


def test_one_file_lists_its_documents(desk: Desk) -> None:
    loaded(desk)
    row = desk.reading(lambda db: statements.statements(db)[0])
    text = desk.open("statements", Role.BILLING, statement=row.id).text
    assert "зачислено: 1" in text
    assert "номер счёта, сумма ближайшего платежа" in text


def test_a_proposed_payment_is_credited_by_one_button(desk: Desk) -> None:
    case = loaded(desk)
    page = desk.open("statements", Role.BILLING, line=line(desk, "2").id)
    assert f"Зачесть в {case.number}" in page.buttons
    page.press(f"credit-{case.id}")
    assert line(desk, "2").state == StatementState.CREDITED
    assert desk.reading(lambda db: queries.balance(db, case.id or 0)).overpaid == D("5850.00")


def test_an_unknown_payment_is_given_a_number_or_sent_back(desk: Desk) -> None:
    case = loaded(desk)
    page = (
        desk.open("statements", Role.BILLING, line=line(desk, "3").id)
        .fill("line-number", "ТП-999999/26")
        .press("line-assign")
    )
    assert "Заявки с таким номером нет" in page.text
    page = desk.open("statements", Role.BILLING, line=line(desk, "3").id).press("line-back")
    assert "Впишите номер и дату платёжного поручения" in page.text
    page = desk.open("statements", Role.BILLING, line=line(desk, "3").id)
    page.fill("line-number", (case.number or "").removeprefix("ТП-")).press("line-assign")
    assert line(desk, "3").application_id == case.id


def test_a_wrong_match_is_undone_with_a_reason(desk: Desk) -> None:
    case = loaded(desk)
    page = desk.open("statements", Role.BILLING, line=line(desk, "1").id).press("line-undo")
    assert "Напишите почему" in page.text
    page.fill("line-reason", "однофамилица").press("line-undo")
    assert line(desk, "1").state == StatementState.UNMATCHED
    assert desk.reading(lambda db: queries.balance(db, case.id or 0)).paid == 0


def test_a_file_goes_in_and_the_same_one_says_it_is_known(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(desk)
    said: list[str] = []
    monkeypatch.setattr(page_of_statements.parts, "done", said.append)
    desk.open("statements", Role.BILLING)  # signs billing in
    page_of_statements.take("kl.txt", file(document("77", "5.00", "за свет")).encode("cp1251"))
    page_of_statements.take("kl.txt", file(document("77", "5.00", "за свет")).encode("cp1251"))
    assert said[0].startswith("Документов: 1.")
    assert "ничего не изменилось" in said[1] or "Эта выписка уже загружена" in said[1]
    with pytest.raises(Invalid):
        page_of_statements.take("a.txt", file(document(amount="x")).encode())


# ------------------------------------------------------------------------------------------------ money of a case
@pytest.mark.rows("D-20")
def test_the_case_shows_its_balance_and_billing_asks_for_a_return(desk: Desk) -> None:
    case = loaded(desk)
    desk.open("statements", Role.BILLING, line=line(desk, "2").id).press(f"credit-{case.id}")
    page = desk.open("case", Role.BILLING, id=case.id)
    for words in ("Переплата", "5\u00a0850,00\u00a0₽", "104\u00a0850,00\u00a0₽", "переводом"):
        assert words in page.text, words
    page.fill("return-sum", "5850,00").fill("return-ground", "заявление").press("return-ask")
    assert desk.reading(newest).state == RefundState.PROPOSED
    billing = desk.open("statements", Role.BILLING, refund=desk.reading(newest).id)
    assert "Откроется руководителю" in billing.text
    assert "Согласовать возврат" not in billing.buttons
    desk.open("statements", Role.MANAGER, refund=desk.reading(newest).id).press("refund-agree")
    assert desk.reading(newest).state == RefundState.TRANSFER
    desk.open("statements", Role.BILLING, refund=desk.reading(newest).id).fill("refund-paper", "№ 118").press(
        "refund-sent"
    )
    assert desk.reading(newest).state == RefundState.DONE


def test_a_return_that_the_bank_refused_says_why_and_is_tried_again(desk: Desk) -> None:
    with desk.writing() as story:
        story.to(Stage.TERMINATED)
        row = newest(story.session)  # proposed by the manager who ended the contract
        second = Actor(Role.MANAGER, story.staff(Role.OPERATOR).user_id, "Второй руководитель")
        returns.approve(story.session, row.id or 0, second, story.now)
        returns.settled(story.session, row, story.now, refused="Превышен лимит возвратов")
    page = desk.open("statements", Role.BILLING, refund=row.id)
    assert "Превышен лимит возвратов" in page.text
    page.press("refund-again")
    assert desk.reading(newest).state == RefundState.ORDERED


def test_the_fee_card_shows_ground_lines_and_rates(desk: Desk) -> None:
    with desk.writing() as story:
        case = story.to(Stage.APPROVAL)
    text = desk.open("approvals", Role.MANAGER, id=case.id).text
    for words in ("ПП 861, п. 17", "PREF", "6\u00a0600,00\u00a0₽", "99\u00a0000,00\u00a0₽"):
        assert words in text, words
    assert clock.today() >= date(2026, 1, 1)
