"""What the applicant does, on a phone-wide window: the wizard by hand, the answer, the payment, the look at everything."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from infra.mailbox import Mailbox
from tests.browser.story_hands import PATIENCE, SOON, choose, field, goes_to, keep, press, rest, sees, tick, type_in
from tests.browser.story_people import EMAIL, SNILS, WRONG_SNILS

OBJECT = "Садовый дом"
ADDRESS = "Лесненский р-н, пос. Лесное, СНТ «Берёзка», уч. 47"
NOTE = "Выписка из ЕГРН приложена заново"
WHO = {
    "Дата рождения": "17.03.1984",
    "Адрес регистрации": "пос. Лесное, ул. Озёрная, д. 5",
    "Паспорт: серия": "4108",
    "Паспорт: номер": "512340",
    "Паспорт: дата выдачи": "02.04.2008",
    "Паспорт: код подразделения": "470-021",
    "Паспорт: кем выдан": "ТП № 47 отдела УФМС России",
    "Мобильный телефон": "+7 922 555-01-23",
    "СНИЛС": WRONG_SNILS,
}
FAULT = "Проверьте цифры СНИЛС"
CARD = {"pan": "4111 1111 1111 1111", "month": "12", "year": "31", "owner": "ANNA SMIRNOVA", "cvc": "123"}


# ------------------------------------------------------------------------------------------------ the application
def begins_an_application(page: Page) -> None:
    keep(page, "01-home-empty")
    press(page, "Заполнить")
    keep(page, "02-before-the-form")
    press(page, "Начать заявку")
    sees(page, "Шаг 1 из 5")


def tells_who_applies_with_a_wrong_snils_first(page: Page) -> None:
    for label, text in WHO.items():
        type_in(page, label, text)
    press(page, "Дальше")
    sees(page, "Шаг 1 из 5", FAULT)
    beside = page.locator("[class*='st-key-bad-snils']")
    expect(beside.get_by_text(FAULT)).to_be_visible(timeout=PATIENCE)
    for label, text in WHO.items():
        expect(field(page, label)).to_have_value(text)
    keep(page, "03-wrong-snils")
    type_in(page, "СНИЛС", SNILS)
    expect(page.get_by_text(FAULT)).to_have_count(0, timeout=PATIENCE)
    press(page, "Дальше")
    sees(page, "Шаг 2 из 5")


def tells_of_the_object(page: Page) -> None:
    type_in(page, "Наименование объекта", OBJECT)
    type_in(page, "Адрес объекта", ADDRESS)
    type_in(page, "Кадастровый номер участка", "47:03:0512004:118")
    choose(page, "Для чего нужна мощность", "бытовые нужды")
    type_in(page, "Запрашиваемая мощность, кВт", "15")
    sees(page, "Категория: физическое лицо")
    type_in(page, "Что будете включать", "электроплита, водонагреватель, освещение")
    choose(page, "Когда нужна мощность", "IV квартал")
    keep(page, "04-object")
    press(page, "Дальше")
    sees(page, "Шаг 3 из 5")


def attaches(page: Page, kind: str, file: Path) -> None:
    """In the card of that paper; its name appears among the files."""
    card = page.locator(f".st-key-card-paper-{kind}")
    card.locator("input[type=file]").set_input_files(file)
    expect(card.get_by_role("link", name=file.name)).to_be_visible(timeout=PATIENCE)
    rest(page)


def attaches_two_papers(page: Page, identity: Path, title: Path) -> None:
    attaches(page, "identity", identity)
    attaches(page, "title", title)
    keep(page, "05-papers")
    press(page, "Дальше")
    sees(page, "Шаг 4 из 5")


def gives_consent(page: Page) -> None:
    tick(page, "Даю согласие на обработку персональных данных")
    keep(page, "06-consent")
    press(page, "Дальше")
    sees(page, "Шаг 5 из 5")


def signs_with_the_code_from_the_letter(page: Page, box: Mailbox) -> str:
    """Gives the number of the application."""
    sees(page, SNILS, ADDRESS, OBJECT)
    keep(page, "07-check")
    press(page, "Получить код")
    field(page, "Код из письма").wait_for(timeout=PATIENCE)
    type_in(page, "Код из письма", code_from(page, box))
    keep(page, "08-code")
    press(page, "Подписать и отправить заявку")
    sees(page, "Заявка отправлена")
    heading = page.locator("h1").filter(has_text=re.compile(r"^ТП-\d{6}"))
    heading.wait_for(timeout=SOON)
    rest(page)
    return heading.inner_text().strip()


def code_from(page: Page, box: Mailbox) -> str:
    """Six digits of the newest letter that brings a code."""
    for _ in range(SOON // 500):
        for line in box.letters(20, to=EMAIL):
            letter = box.read(line.id)
            found = re.search(r"Код: (\d{6})", letter.text) if letter else None
            if found:
                return found[1]
        page.wait_for_timeout(500)
    raise AssertionError("no letter with a code has come")


# ------------------------------------------------------------------------------------------------ looks
def opens_the_application(page: Page, number: str) -> None:
    """From the list, by its line."""
    goes_to(page, "Заявки")
    page.get_by_role("button", name=number).click(timeout=PATIENCE)
    page.get_by_role("heading", name=number).wait_for(timeout=PATIENCE)
    rest(page)


def looks_again(page: Page, *texts: str) -> None:
    """Reloads until the processes behind the page have come to where she is told."""
    for _ in range(SOON // 1500):
        page.reload()
        rest(page)
        if all(page.get_by_test_id("stMain").get_by_text(t).first.is_visible() for t in texts):
            return
        page.wait_for_timeout(1000)
    sees(page, *texts, within=1000)


# ------------------------------------------------------------------------------------------------ her moves
def sends_what_was_missing(page: Page, file: Path) -> None:
    page.locator("input[type=file]").first.set_input_files(file)
    page.get_by_role("link", name=file.name).first.wait_for(timeout=PATIENCE)
    rest(page)
    type_in(page, "Пояснение, если нужно", NOTE)
    keep(page, "13-reply")
    press(page, "Отправить недостающее")
    sees(page, "Отправлено. Продолжаем проверку")


def pays_at_the_bank(page: Page, number: str) -> None:
    press(page, "Оплатить")
    link = page.get_by_role("link", name="Перейти к оплате")
    link.wait_for(timeout=SOON)
    keep(page, "24-way-to-the-bank")
    link.click()
    page.wait_for_selector("#pan", timeout=PATIENCE)
    for name, text in CARD.items():
        page.fill(f"#{name}", text)
    page.screenshot(path=_shot("25-bank-card"), full_page=True)
    page.click("#go")
    code = page.locator("#sandbox-code").inner_text(timeout=PATIENCE)
    page.fill("#code", code)
    page.screenshot(path=_shot("26-bank-code"), full_page=True)
    page.get_by_role("button", name="Подтвердить").click()
    page.wait_for_url(re.compile(r"/application\?"), timeout=PATIENCE)
    page.get_by_role("heading", name=number).wait_for(timeout=PATIENCE)


def _shot(name: str) -> Path:
    from tests.browser.conftest import ARTIFACTS, PHONE

    return ARTIFACTS / f"story-{name}-{PHONE}.png"
