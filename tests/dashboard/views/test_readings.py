"""«Ввод показаний»: what is shown of a meter, the window with the consumption, nothing without a yes, faults beside the field."""

from decimal import Decimal

import pytest
from sqlmodel import col, select

from models.account.tables import Reading, Source
from tests.dashboard.views import accounts
from tests.dashboard.views import cabinet as house
from tests.dashboard.views.accounts import told
from tests.dashboard.views.cabinet import Cabinet
from tests.dashboard.views.desk import Page

cabinet = house.cabinet  # the fixture
NOT_TAKEN = "При отсутствии подтверждения показания не будут приняты к расчету."
COLUMNS = ("Услуга", "Прибор учета", "№ счетчика", "Дата очередной поверки", "Показания на начало периода", "Введенное показание",
           "Ед. изм.", "Дата ввода показания")  # fmt: skip


def entered(cabinet: Cabinet) -> list[Decimal]:
    """What was taken in the cabinet, all that holds."""
    query = select(Reading.value).where(Reading.source == Source.CABINET, col(Reading.replaced_at).is_(None))
    return list(cabinet.read(lambda db: db.exec(query).all()))


def typed(page: Page, value: str) -> Page:
    page.app.text_input[0].set_value(value)
    return page.press("readings-send")


def confirmed(page: Page, tick: bool = False) -> Page:
    """In the window: AppTest has no fragments, so the opener is pressed again with the button."""
    if tick:
        page.app.checkbox[0].check()
        page.app.button(key="readings-send").click()
        page.app.run()
    page.app.button(key="readings-send").click()
    return page.press("readings-yes")


@pytest.mark.rows("R-49", "R-50", "R-72", "R-73", "R-74", "R-75")
def test_a_meter_is_shown_as_in_the_manual_and_its_reading_is_taken_after_the_consumption_was_confirmed(
    cabinet: Cabinet,
) -> None:
    told(cabinet)
    page = cabinet.shows("readings")
    for part in (
        *COLUMNS,
        "Индивидуальный. Описание: Однотарифный Э/э Дом",
        "01234567899876",
        "01.01.2090",
        "12\u00a0345",
        "кВт.ч",
    ):
        assert part in page.text, part
    assert page.app.text_input[0].label == "Ввод, кВт.ч (№ 01234567899876)"
    page = typed(page, "12445")
    assert "Передать показания" in page.buttons
    for part in ("Расход", "12\u00a0345", "12\u00a0445", "100\u00a0кВт.ч", NOT_TAKEN):
        assert part in page.text, part
    assert "Подтвердить" in page.buttons
    assert entered(cabinet) == []
    page = confirmed(page)
    assert "Спасибо, Ваши показания приняты" in page.text
    assert entered(cabinet) == [Decimal(12445)]
    assert page.app.text_input[0].value == ""
    text = cabinet.shows("readings").text
    assert f"{accounts.today():%d.%m.%Y}" in text, "the day is written down by itself"
    assert "12\u00a0445" in text


def test_a_wrong_reading_is_told_beside_its_field_and_stays_there(cabinet: Cabinet) -> None:
    told(cabinet)
    page = cabinet.shows("readings")
    for value, why in (("много", "Введите число"), ("123456", "знаков"), ("12000", "меньше"), ("12445,5", "цел")):
        page = typed(page, value)
        assert why in page.text, (value, page.text)
        assert page.app.text_input[0].value == value
        assert "Проверьте расход" not in page.text
    assert entered(cabinet) == []
    assert "хотя бы одного" in typed(page, " ").text


def test_a_counter_that_began_anew_is_taken_when_its_owner_says_so(cabinet: Cabinet) -> None:
    told(cabinet, Показание="99900")
    page = typed(cabinet.shows("readings"), "50")
    assert "150\u00a0кВт.ч" in page.text
    assert page.app.button(key="readings-yes").disabled
    confirmed(page, tick=True)
    assert entered(cabinet) == [Decimal(50)]


def test_a_meter_whose_verification_has_lapsed_has_no_field_and_no_meter_is_told(cabinet: Cabinet) -> None:
    told(cabinet, **{"Дата очередной поверки": "01.01.2020"})
    page = cabinet.shows("readings")
    assert "поверк" in page.text
    assert len(page.app.text_input) == 0
    assert "Передать показания" not in page.buttons
    accounts.bind(cabinet, "stranger", accounts.OTHER, "Чужой")
    assert "Индивидуальных приборов учёта нет" in cabinet.shows("readings", "stranger").text
