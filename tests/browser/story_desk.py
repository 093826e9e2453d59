"""What the desk does at its windows: the operator, the engineer, the manager and the metering engineer."""

from playwright.sync_api import Page, expect

from tests.browser.story_hands import (
    PATIENCE,
    choose_in,
    goes_to,
    keep,
    looks,
    press,
    press_in_window,
    rest,
    sees,
    type_day,
    type_in,
    until,
)  # fmt: skip

MISSING = "Документ о праве на земельный участок или здание"
SITE = {
    "Питающий центр": "ПС 110/10 «Озёрная»",
    "Фидер": "Ф-7 10 кВ",
    "Трансформаторная подстанция": "КТП-214, 160 кВА",
    "Точка присоединения": "опора № 12 ВЛИ-0,4 кВ",
    "До границы участка, м": "12",
}


def opens_from_the_queue(page: Page, number: str) -> None:
    goes_to(page, "Моя очередь")
    page.get_by_role("button", name=number).click(timeout=PATIENCE)
    page.get_by_role("heading", name=number).wait_for(timeout=PATIENCE)
    rest(page)


def finds_in_the_queue(page: Page, number: str, todo: str) -> None:
    """Other processes may still be on the way to this desk."""
    goes_to(page, "Моя очередь")
    until(page, (page.get_by_role("row").filter(has_text=number).filter(has_text=todo), todo))


# ------------------------------------------------------------------------------------------------ operator
def names_what_is_missing(page: Page, number: str) -> None:
    finds_in_the_queue(page, number, "проверить комплект")
    looks(page, "10-operator-queue")
    opens_from_the_queue(page, number)
    choose_in(page, "[class*='st-key-missing-'][class*='-ready']", MISSING)
    keep(page, "11-completeness")
    press(page, "Запросить недостающие сведения")
    sees(page, "Уведомление изготавливается", "ожидает исправлений")


def accepts_the_set(page: Page, number: str, note: str, file: str) -> None:
    opens_from_the_queue(page, number)
    expect(page.get_by_role("link", name=file).first).to_be_visible(timeout=PATIENCE)
    looks(page, "15-completeness-again")
    page.get_by_role("tab", name="История").click()
    expect(page.get_by_text(note).first).to_be_visible(timeout=PATIENCE)
    press(page, "Принять как полную")
    press_in_window(page, "Принять как полную")
    sees(page, "Сделано: Принять как полную", "подготовка ТУ")


# ------------------------------------------------------------------------------------------------ engineer
def drafts_the_conditions(page: Page, number: str) -> None:
    finds_in_the_queue(page, number, "подготовить ТУ")
    opens_from_the_queue(page, number)
    looks(page, "17-technical-decision")
    press(page, "Подготовить технические условия")
    for label, text in SITE.items():
        type_in(page, label, text)
    choose_in(page, "[class*='-grid-ready']", "C2")
    type_in(page, "Количество, км", "0.012")
    choose_in(page, "[class*='-own-ready']", "Ввод от щита учёта до дома")
    choose_in(page, "[class*='-metering-ready']", "трёхфазный, прямого включения")
    sees(page, "всё заполнено")
    keep(page, "18-conditions")
    press(page, "Отправить на утверждение")
    sees(page, "Условия отправлены на утверждение", "на согласовании")
    expect(page.get_by_role("button", name="Посмотреть условия и утвердить")).to_have_count(0)


def reports_the_works(page: Page, number: str) -> None:
    finds_in_the_queue(page, number, "выполнить и принять работы")
    opens_from_the_queue(page, number)
    looks(page, "27-works")
    press(page, "Сообщить, что работы сети выполнены")
    press_in_window(page, "Сообщить, что работы сети выполнены")
    sees(page, "Сделано:")


# ------------------------------------------------------------------------------------------------ manager
def approves(page: Page, number: str) -> None:
    goes_to(page, "Утверждение")
    looks(page, "19-approvals")
    page.get_by_role("button", name=number).click(timeout=PATIENCE)
    sees(page, "Ваше решение", "ПС 110/10 «Озёрная»")
    keep(page, "20-second-person")
    press(page, "Утвердить технические условия")
    sees(page, "Утверждено: документы изготавливаются")


# ------------------------------------------------------------------------------------------------ metering
def admits_the_meter(page: Page, number: str) -> None:
    finds_in_the_queue(page, number, "допустить прибор учёта")
    looks(page, "29-metering-queue")
    opens_from_the_queue(page, number)
    press(page, "Допустить прибор учёта")
    type_in(page, "Модель", "Меркурий 234 ARTM-02")
    type_in(page, "Номер прибора", "0118004417")
    type_day(page, "Дата поверки", "12052026")
    type_in(page, "Показание, кВт·ч", "000012.4")
    choose_in(page, "[class*='-seals-ready']", "крышка зажимов")
    type_in(page, "Место и номер пломбы", "крышка зажимов — ПЭС 004417")
    keep(page, "30-meter")
    press(page, "Допустить прибор учёта")
    sees(page, "Прибор учёта допущен, акт изготавливается")


def supplies_voltage(page: Page) -> None:
    looks(page, "31-meter-admitted")
    press(page, "Подать напряжение")
    press_in_window(page, "Напряжение подано")
    sees(page, "Напряжение подано, закрывающие документы")
