"""One installation: many cases go through it while its parts are killed; then the whole story of a connection in Chromium, five roles,
each signed in by itself; a picture of every place."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

from infra.database import Database
from infra.mailbox import Mailbox
from tests.browser import story_cabinet as anna
from tests.browser import story_desk as desk
from tests.browser.conftest import HEIGHTS, PHONE, WIDE
from tests.browser.story_hands import enter, keep, looks
from tests.browser.story_people import (
    APPLICANT,
    ENGINEER,
    MANAGER,
    METERING,
    OPERATOR,
    PASSWORD,
    STRANGER,
    settle_in,
)  # fmt: skip
from tests.crash.installation import Installation, standing
from tests.crash.test_crash import storm

pytestmark = pytest.mark.browser
ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
Opened = Callable[[str], Page]


@pytest.fixture(scope="module")
def survivor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """`feeder up` with its workers, engine, mailbox and bank; whoever comes first starts it."""
    with standing(tmp_path_factory.mktemp("installation") / "home") as found:
        yield found


def test_cases_arrive_exactly_though_everything_is_killed(survivor: Installation) -> None:
    storm(survivor, 10, 14, [(0.2, "web"), (0.35, "prefect"), (0.6, "postgres")], seed=1)


@pytest.fixture
def installation(survivor: Installation, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Installation]:
    """People of the story are there, their applications are not: a second try, whose tracks would be met, begins elsewhere."""
    again = getattr(request.node, "execution_count", 1) > 1
    with standing(tmp_path / "home") if again else nullcontext(survivor) as found:
        if found.process is None:
            found.start()
        database = Database(found.postgres.url("feeder"), 2)
        with database.transaction() as session:
            settle_in(session)
        database.close()
        yield found


@pytest.fixture
def signed_in(browser: Browser, installation: Installation) -> Iterator[Opened]:
    """A browser of his own for everybody: applicants have a phone, staff a wide window."""
    faults: list[Error] = []
    contexts: list[BrowserContext] = []

    def opened(login: str) -> Page:
        context = phone(browser) if login in (APPLICANT, STRANGER) else window(browser)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(fault))
        enter(page, installation.url, login, PASSWORD)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults


def phone(browser: Browser) -> BrowserContext:
    return browser.new_context(
        viewport={"width": PHONE, "height": HEIGHTS[PHONE]}, user_agent=ANDROID, is_mobile=True, has_touch=True,
        locale="ru-RU", timezone_id="Europe/Moscow",
    )  # fmt: skip


def window(browser: Browser) -> BrowserContext:
    return browser.new_context(
        viewport={"width": WIDE, "height": HEIGHTS[WIDE]}, locale="ru-RU", timezone_id="Europe/Moscow"
    )


def small_pdf(path: Path) -> Path:
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(path)
    return path


@pytest.mark.rows(
    "G-13", "G-14", "G-15", "G-16", "G-18", "G-20", "G-23", "G-24", "G-25", "G-28", "G-29", "G-30", "G-31",
    "G-32", "G-33", "G-34", "G-35", "G-36", "G-37", "G-38", "G-39", "D-15", "D-16", "D-17", "D-18", "D-19",
    "D-20", "R-65", "R-66", "R-67", "R-68", "R-70",
)  # fmt: skip
def test_a_house_gets_its_power_without_a_visit_to_the_office(
    installation: Installation, signed_in: Opened, tmp_path: Path
) -> None:
    box = Mailbox(installation.home / "mail")
    her = signed_in(APPLICANT)
    number = she_applies(her, box, tmp_path)
    operator, engineer = signed_in(OPERATOR), signed_in(ENGINEER)
    the_set_is_completed(her, operator, number, small_pdf(tmp_path / "egrn-2.pdf"))
    one_drafts_another_approves(her, engineer, signed_in(MANAGER), number)
    she_pays_and_the_contract_is_concluded(her, box, number)
    power_comes(her, engineer, signed_in(METERING), number)
    she_has_everything_and_nobody_else(her, signed_in(STRANGER), box, number, installation.url)


def she_applies(her: Page, box: Mailbox, folder: Path) -> str:
    anna.begins_an_application(her)
    anna.tells_who_applies_with_a_wrong_snils_first(her)
    anna.tells_of_the_object(her)
    anna.attaches_two_papers(her, small_pdf(folder / "passport.pdf"), small_pdf(folder / "egrn.pdf"))
    anna.gives_consent(her)
    number = anna.signs_with_the_code_from_the_letter(her, box)
    anna.reads(her, "Чей ход: сеть", "Проверяем документы")
    keep(her, "09-registered")
    anna.corrects_the_devices(her)
    anna.letter_about(box, her, f"{number} зарегистрирована")
    return number


def the_set_is_completed(her: Page, operator: Page, number: str, paper: Path) -> None:
    desk.names_what_is_missing(operator, number)
    anna.opens_the_application(her, number)
    anna.reads(her, "Ваш ход", desk.MISSING)
    keep(her, "12-missing")
    anna.sends_what_was_missing(her, paper)
    anna.reads(her, "Чей ход: сеть", "Проверяем документы")
    looks(her, "14-sent")
    desk.accepts_the_set(operator, number, anna.NOTE, paper.name)


def one_drafts_another_approves(her: Page, engineer: Page, manager: Page, number: str) -> None:
    anna.reads(her, "Чей ход: сеть", "Готовим технические условия")
    looks(her, "16-technical-decision")
    desk.drafts_the_conditions(engineer, number)
    desk.approves(manager, number)
    anna.reads(her, "Ваш ход", "Оплатите первую часть счёта")
    keep(her, "21-offer")


def she_pays_and_the_contract_is_concluded(her: Page, box: Mailbox, number: str) -> None:
    anna.letter_about(box, her, f"{number}: договор, технические условия и счёт в личном кабинете")
    anna.reads_the_eight_fields(her)
    anna.pays_at_the_bank(her, number)
    anna.reads(her, "Чей ход: сеть", "Мы строим до вашего участка")
    keep(her, "26-contract")
    anna.letter_about(box, her, f"{number}: договор заключён")
    anna.reports_her_works(her)


def power_comes(her: Page, engineer: Page, metering: Page, number: str) -> None:
    desk.reports_the_works(engineer, number)
    anna.reads(her, "Чей ход: сеть", "Допускаем прибор учёта")
    looks(her, "28-works-done")
    desk.admits_the_meter(metering, number)
    desk.supplies_voltage(metering)
    looks(metering, "32-voltage")


def she_has_everything_and_nobody_else(her: Page, stranger: Page, box: Mailbox, number: str, site: str) -> None:
    anna.reads(her, "готово", "Присоединение завершено", until=False)
    keep(her, "33-completed")
    anna.reads_the_eight_fields(her)
    papers = anna.opens_every_paper(her)
    assert len(papers) == 9, (
        "application, notice, four of the offer, the meter's act, the notice of readiness; the evidence"
    )
    anna.letter_about(box, her, f"{number}: присоединение завершено")
    case = her.url.removeprefix(site)
    anna.opens_the_application(her, number)
    anna.is_shown_nothing(stranger, papers, site, case)
    anna.reads_her_notices_and_her_profile(her, number)
    anna.signs_out(her)
