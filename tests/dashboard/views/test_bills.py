"""«Начисления и платежи»: the columns of the manual, its own example of arithmetic, zero lines, the total, other months."""

from datetime import date

import pytest

from dashboard.views import account_words as words
from documents.wording import amount, money
from infra import clock
from models.account.rules import next_month
from tests.dashboard.views import accounts
from tests.dashboard.views import cabinet as house
from tests.dashboard.views.accounts import told
from tests.dashboard.views.cabinet import Cabinet

cabinet = house.cabinet  # the fixture
COLUMNS = ["Услуга", "Тариф, руб.", "Долг/переплата (+/-) руб.", "Оплачено, руб.", "Объем потребления", "Начислено, руб.",
           "Перерасчет, руб.", "К оплате, руб."]  # fmt: skip


@pytest.mark.rows("R-36")
def test_the_heading_names_the_day_and_another_month_is_chosen(cabinet: Cabinet) -> None:
    assert words.as_of(date(2021, 2, 1)) == "1\u00a0Февраля 2021\u00a0г."
    number = told(cabinet)
    page = cabinet.shows("bills")
    assert f"Информация о начислениях на {words.as_of(next_month(accounts.bill_month()))}" in page.text
    page.app.selectbox(key=f"bill-{number}").select_index(1).run()
    assert f"Информация о начислениях на {words.as_of(accounts.bill_month())}" in page.text


@pytest.mark.rows("R-37", "R-38", "R-39", "R-40", "R-41", "R-42", "R-43", "R-44", "R-46")
def test_the_bill_has_the_columns_of_the_manual_its_example_comes_out_and_zeros_are_a_line(cabinet: Cabinet) -> None:
    told(cabinet)
    text = cabinet.shows("bills").text
    head = text[text.index("<thead>") : text.index("</thead>")]
    assert [head.index(f">{name}<") for name in COLUMNS] == sorted(head.index(f">{name}<") for name in COLUMNS)
    line = text[text.index("<tbody>") :]
    for cell in ("3,43", amount("698"), "200\u00a0кВт.ч", amount("686"), "42,50", amount("728.50")):
        assert cell in line, cell
    assert "3,43 × 200\u00a0кВт.ч = 686,00; 698,00 − 698,00 + 686,00 + 42,50 = 728,50\u00a0₽" in text
    assert "минус — аванс" in text
    lines = line.partition("</tbody>")[0].split("<tr ")[1:]
    assert len(lines) == 3
    assert "Обслуживание ВДГО" in lines[1]
    assert lines[1].count(">0,00<") == 6
    assert "Итого:" in lines[2]
    assert amount("728.50") in lines[2]


def test_payments_that_came_since_lower_the_sum_and_an_account_without_a_bill_says_so(cabinet: Cabinet) -> None:
    told(cabinet)
    assert "С учётом платежей" not in cabinet.shows("bills").text
    with cabinet.writing() as story:
        story.house.now = clock.now()
        today = f"{accounts.today():%d.%m.%Y}"
        more = accounts.MINE | {"Номер платежа": "9", "Дата": today, "Сумма": "28,50"}
        accounts.Billing(story).load(accounts.RegisterKind.PAYMENTS, more)
    assert f"к оплате {money(700)}" in cabinet.shows("bills").text
    accounts.bind(cabinet, "stranger", accounts.OTHER, "Чужой")
    assert "Начислений ещё не было" in cabinet.shows("bills", "stranger").text
