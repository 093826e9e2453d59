"""axe-core finds nothing serious on any public page and on the pages of every role, and a first visit to a public page is light:
one walk, each page once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from infra import clock
from infra.database import Database
from models.connection.tables import Stage
from models.process.actor import Role
from tests.architecture.doors import OPEN, PAGES, ROUTES
from tests.browser.conftest import WIDE
from tests.browser.hands import enters, visits
from tests.models.story import Story

pytestmark = pytest.mark.browser
LIGHT = 60_000  # bytes of a first visit to a public page (rows B-04, R-08)
SERIOUS = ("serious", "critical")
BY_CASE = ("application", "case", "conditions", "inspection", "metering", "filing")  # opened with the number of a case
NO_PAGE = (
    "/assets/",
    "/captcha/",
    "/language/",
    ".xlsx",
    ".ics",
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/",
    "/hooks/",
    ".png",
    ".svg",
)
Window = Callable[..., Page]


@dataclass
class Walk:
    site: str
    case: int
    axe: Axe = field(default_factory=Axe)
    faults: list[str] = field(default_factory=list)

    def look(self, page: Page, where: str) -> None:
        found = self.axe.run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).response[
            "violations"
        ]
        for fault in found:
            if fault["impact"] in SERIOUS:
                nodes = "; ".join(str(node["target"]) for node in fault["nodes"][:3])
                self.faults.append(f"{where}: {fault['id']} {nodes}")

    def open(self, page: Page, name: str, who: str) -> None:
        visits(page, name + (f"?id={self.case}" if name in BY_CASE else ""))
        self.look(page, f"{who} /{name}")


def people(database: Database) -> tuple[int, str]:
    """Number of a case that has gone some way, and the login of its applicant."""
    with database.transaction() as session:
        story = Story(session, clock.now())
        anna = story.house.applicant()
        case = story.to(Stage.EXECUTION, anna)
        return case.id or 0, anna.login


def scales(page: Page) -> Callable[[str], dict[str, int]]:
    """Bytes that travelled for each page, as on a first visit: nothing comes from the cache. Call it before a page is opened."""
    wire, seen, now = page.context.new_cdp_session(page), dict[str, int](), [""]
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def finished(told: dict[str, float]) -> None:
        seen[now[0]] = seen.get(now[0], 0) + int(told["encodedDataLength"])

    def weigh(path: str) -> dict[str, int]:
        now[0] = path
        return seen

    wire.on("Network.loadingFinished", finished)
    return weigh


def public() -> Iterator[str]:
    for door, who in ROUTES.items():
        method, _, path = door.partition(" ")
        if (
            method == "GET"
            and who == OPEN
            and "{" not in path
            and not path.startswith(NO_PAGE)
            and not path.endswith(NO_PAGE)
        ):
            yield path


@pytest.mark.rows("R-26")
def test_no_public_page_and_no_home_of_a_role_has_a_serious_fault(
    site: str, database: Database, window: Window
) -> None:
    case, login = people(database)
    walk, page = Walk(site, case), window(WIDE)
    weigh = scales(page)
    for path in [*public(), "/registration/individual", "/no-such-page"]:
        weigh(path)
        if page.goto(site + path).headers.get("content-type", "").startswith("text/html"):  # type: ignore[union-attr]
            walk.look(page, path)
    heavy = {path: size for path, size in weigh("").items() if size > LIGHT}
    assert not heavy
    assert all(weigh("").get(path, 0) > 1000 for path in ("/start", "/sign-in", "/booking")), "something was weighed"
    print("heaviest:", max(weigh("").items(), key=lambda found: found[1]))  # noqa: T201 - a figure for the report
    for role in (Role.APPLICANT, Role.OPERATOR, Role.ADMIN):
        enters(page, site, login if role is Role.APPLICANT else role.lower())
        walk.look(page, f"{role} home")
        if role is Role.APPLICANT:
            expect(page.locator(".f-person")).to_contain_text("Смирнова Анна Викторовна")
            expect(page.locator(".f-person")).to_contain_text("a1@pochta.example · +79225550123")
    assert walk.faults == []


@pytest.mark.soak
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_no_page_of_a_role_has_a_serious_fault(site: str, database: Database, window: Window, role: Role) -> None:
    case, login = people(database)
    walk, page = Walk(site, case), window(WIDE)
    enters(page, site, login if role is Role.APPLICANT else role.lower())
    for name, roles in PAGES.items():
        if role in roles.split():
            walk.open(page, name, role)
    assert walk.faults == []
