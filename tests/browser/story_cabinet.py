"""What the applicant does, on a phone-wide window: the wizard by hand, the answer, the payment, the look at everything."""

import re
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from infra.mailbox import Mailbox
from tests.browser.conftest import picture, sideways
from tests.browser.story_hands import (
    PATIENCE,
    SOON,
    choose,
    field,
    goes_to,
    keep,
    looks,
    press,
    press_in_window,
    rest,
    sees,
    tick,
    type_in,
)
from tests.browser.story_hands import until as looks_until
from tests.browser.story_people import APPLICANT, EMAIL, SNILS, WRONG_SNILS

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
KNOWN = {"СНИЛС", "Дата рождения"}  # prefilled from her profile
REFUSED = "«scan.pdf» — не PDF"
FAULT = "Проверьте цифры СНИЛС"
DEVICES = "электроплита, водонагреватель, насос, освещение"
TABLE = ["Рег. №", "Дата регистрации", "Наименование объекта", "Адрес объекта"]
FIELDS = [
    "Рег. № и дата регистрации",
    "Статус заявки",
    "Дата направления абоненту проекта договора и ТУ",
    "Дата заключения договора",
    "Информация о ходе исполнения договора ТП",
    "Информация о ходе выполнения технических условий",
    "Дата фактической подачи напряжения",
    "Дата подписания документов о ТП",
]
PAPERS = (
    "Условия типового договора",
    "Технические условия",
    "Счёт для внесения платы за ТП",
    "Инструкция по включению",
)
DAY = re.compile(r"\d\d\.\d\d\.\d{4}")
A_DAY = re.compile(r"(понедельник|вторник|среда|четверг|пятница|суббота|воскресенье), \d\d\.\d\d\.\d{4}")
CARD = {"pan": "4111 1111 1111 1111", "month": "12", "year": "31", "owner": "ANNA SMIRNOVA", "cvc": "123"}

CARD_FIELDS = ("Номер карты", "Месяц", "Год", "Имя владельца карты", "CVC2 / CVV2 код")


# ------------------------------------------------------------------------------------------------ the application
def begins_an_application(page: Page) -> None:
    looks(page, "01-home-empty")
    press(page, "Заполнить")
    keep(page, "02-before-the-form")
    press(page, "Начать заявку")
    sees(page, "Шаг 1 из 5")


def tells_who_applies_with_a_wrong_snils_first(page: Page) -> None:
    """Nothing filled in: every field is named. One field wrong: told beside it, and nothing is lost."""
    press(page, "Дальше")
    sees(page, "Проверьте отмеченные поля")
    listed = page.get_by_role("alert").get_by_role("listitem")
    expect(listed).to_have_count(len(WHO) - len(KNOWN), timeout=PATIENCE)
    for label in WHO.keys() - KNOWN:
        expect(listed.filter(has_text=re.compile(rf"^\s*{re.escape(label)}")).first).to_be_visible()
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
    """A program is refused beside the field before that."""
    card = page.locator(".st-key-card-paper-identity")
    card.locator("input[type=file]").set_input_files(
        {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90"}
    )
    expect(card.get_by_text(REFUSED).first).to_be_visible(timeout=PATIENCE)
    attaches(page, "identity", identity)
    attaches(page, "title", title)
    keep(page, "05-papers")
    press(page, "Дальше")
    sees(page, "Шаг 4 из 5")


def gives_consent(page: Page) -> None:
    tick(page, "Даю согласие на обработку персональных данных")
    looks(page, "06-consent")
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
    """From the table of her applications, by its line (G-28, G-29, G-31)."""
    goes_to(page, "Заявки")
    for place, title in enumerate(TABLE):
        expect(page.locator("th").nth(place)).to_have_text(title, timeout=PATIENCE)
    line = page.get_by_role("row").filter(has_text=number)
    expect(line).to_contain_text(OBJECT)
    expect(line).to_contain_text(ADDRESS)
    expect(line).to_contain_text(DAY)
    page.get_by_role("button", name=number).click(timeout=PATIENCE)
    page.get_by_role("heading", name=number).wait_for(timeout=PATIENCE)
    rest(page)


def reads(page: Page, whose: str, what: str, *, until: bool = True) -> None:
    """Looks until the processes behind the page have come there: whose turn it is, what is done, until which day."""
    turn = page.locator(".st-key-turn, .st-key-card-turn")
    looks_until(page, (turn, what), (turn, "До какого дня" if until else what))
    expect(turn).to_contain_text(whose)
    if until:
        expect(turn).to_contain_text(A_DAY)
        expect(turn).to_contain_text(re.compile(r"Осталось\s*\d+\sрабочи"))


def corrects_the_devices(page: Page) -> None:
    page.get_by_text("Исправить контакты и описание").click(timeout=PATIENCE)
    type_in(page, "Что будете включать", DEVICES)
    press(page, "Сохранить исправления")
    sees(page, "Исправления сохранены")


def reads_the_eight_fields(page: Page) -> None:
    """In the words of the manual, and the list of papers (G-31…G-39)."""
    expect(page.locator("dl.f-list").first.locator("dt")).to_have_text(FIELDS, timeout=PATIENCE)
    expect(page.get_by_role("link", name="Посмотреть условия типового договора")).to_be_visible()
    for title in PAPERS:
        expect(page.locator(".f-docs").get_by_role("link", name=title).first).to_be_visible()


def opens_every_paper(page: Page) -> list[str]:
    """Each is a real PDF for her, the evidence a ZIP; gives their addresses."""
    found = sorted({a.get_attribute("href") or "" for a in page.locator(".f-docs a[href^='/files/']").all()})
    for address in found:
        answer = page.request.get(urljoin(page.url, address))
        assert answer.status == 200
        assert answer.body().startswith(b"PK" if "/evidence/" in address else b"%PDF"), address
    return found


def is_shown_nothing(page: Page, addresses: list[str], site: str, case: str) -> None:
    """Somebody else's applicant."""
    for address in addresses:
        assert page.request.get(site + address).status in (403, 404)
    page.goto(site + case)
    rest(page)
    sees(page, "По этому номеру ничего не нашли")
    expect(page.get_by_text(OBJECT)).to_have_count(0)
    assert sideways(page) <= 0


def reads_her_notices_and_her_profile(page: Page, number: str) -> None:
    goes_to(page, "Уведомления")
    sees(page, "Заявка зарегистрирована", "Присоединение завершено", number)
    keep(page, "35-notices")
    goes_to(page, "Профиль")
    sees(page, SNILS, f"ЛК-{APPLICANT[:6]}", "До конца сеанса", "История действий", "Договор заключён")
    keep(page, "36-profile")


def signs_out(page: Page) -> None:
    page.get_by_role("button", name="Выйти").click(timeout=PATIENCE)
    page.wait_for_url(re.compile("/sign-in"), timeout=PATIENCE)
    assert page.request.get(urljoin(page.url, "/files/1"), max_redirects=0).status != 200


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
    """Pressing, the bank's page with its countdown, a card, a one-time code, and back."""
    press(page, "Оплатить")
    link = page.get_by_role("link", name="Перейти к оплате")
    link.wait_for(timeout=SOON)
    looks(page, "22-way-to-the-bank")
    link.click()
    page.wait_for_selector("#pan", timeout=PATIENCE)
    for words in ("Номер заказа", "Сумма", number, "До окончания сессии осталось", *CARD_FIELDS):
        expect(page.get_by_text(words).first).to_be_visible()
    expect(page.locator("#go")).to_be_disabled()
    for name, text in CARD.items():
        page.fill(f"#{name}", text)
    expect(page.locator("#go")).to_be_enabled()
    page.click("#go")
    page.fill("#code", page.locator("#sandbox-code").inner_text(timeout=PATIENCE).strip())
    picture(page, "story-24-bank-code")
    page.get_by_role("button", name="Подтвердить").click()
    page.wait_for_url(re.compile(r"/application\?"), timeout=PATIENCE)
    page.get_by_role("heading", name=number).wait_for(timeout=PATIENCE)
    looks(page, "25-back-from-the-bank")


def reports_her_works(page: Page) -> None:
    press(page, "Сообщить, что мои работы выполнены")
    press_in_window(page, "Мои работы выполнены")
    sees(page, "Мы знаем, что ваши работы выполнены")


# ------------------------------------------------------------------------------------------------ her mail
def letter_about(box: Mailbox, page: Page, subject: str) -> None:
    """A letter with these words has come to her."""
    for _ in range(SOON // 500):
        if any(subject in line.subject for line in box.letters(100, to=EMAIL)):
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"no letter: {subject}")
