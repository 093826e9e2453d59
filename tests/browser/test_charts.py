"""Every figure of the manager's wall, the picture of the process and the page of disclosure in Chromium: named, not empty on a
small crowd, as wide as a desk and a phone, and to be taken away as .xlsx. The list of figures is read off the code."""

import ast
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.views import wall
from documents.sheets.statistics import MEDIA_TYPE
from infra import clock
from infra.database import Database
from infra.wording import _, speaking
from models.connection.statistics.disclosure import Quarter
from models.connection.tables import MAIN_LINE, Stage
from models.process.actor import Role
from tests.browser.conftest import HEIGHTS, PHONE, WIDE
from tests.browser.hands import enters, fits, visits
from tests.models.story import LARGE, Story

pytestmark = pytest.mark.browser
DRAWN = ("bars", "spans", "funnel", "table")  # what draws a figure; its caption is the last word it is given
LISTS = {"_costs", "_delivery", "_engine"}  # figures that are lists of numbers below a heading
AGO = timedelta(days=70)  # works of a low-voltage case are late by now, and the last whole quarter has filings
Window = Callable[..., Page]


def _said(node: ast.expr) -> Iterator[str]:
    """Words in `_("…")`, wherever they stand in an expression."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "_" and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value)


def figures(view: str) -> list[str]:
    """English captions of the figures that a view of the wall draws; a list of numbers gives its heading."""
    source = Path(wall.VIEWS[view][1].__code__.co_filename).read_text("utf-8")
    found: list[str] = []
    for function in (f for f in ast.walk(ast.parse(source)) if isinstance(f, ast.FunctionDef)):
        for call in (c for c in ast.walk(function) if isinstance(c, ast.Call)):
            name = ast.unparse(call.func).rpartition(".")[2]
            if name in DRAWN and len(call.args) > 1:
                found += _said(call.args[-1])
            elif function.name in LISTS and name in ("h2", "card"):
                found += _said(call.args[0])
    return list(dict.fromkeys(found))


@pytest.fixture
def crowd(database: Database) -> None:
    """A dozen cases: late and in time, gone on and ended, of both paths; some began two months ago."""
    with database.transaction() as session:
        story = Story(session, clock.now() - AGO)
        for stage in (Stage.COMPLETED, Stage.EXECUTION, Stage.RETURNED, Stage.ENGINEERING):
            story.house.now = clock.now() - AGO
            story.to(stage)
        story.house.now = clock.now() - timedelta(days=1)
        for stage in (Stage.CHECKING, Stage.OFFER_PLACED, Stage.AWAITING_INFO, Stage.APPROVAL, Stage.COMPLETED):
            story.to(stage)
        story.to(Stage.EXECUTION, story.organisation(), **LARGE)


def _filled(figure: Locator, name: str) -> None:
    """It can be seen, has rows, and at least one of its numbers is not a nought."""
    expect(figure.first, name).to_be_visible()
    expect(figure.first, name).to_contain_text(re.compile(r"[1-9]"))


def _taken(page: Page, name: str) -> None:
    """The workbook behind the button opens as one and has sheets."""
    with page.expect_download() as waited:
        page.get_by_role("button", name=_("Download as .xlsx")).click()
    book = ZipFile(Path(waited.value.path()))
    assert waited.value.suggested_filename == f"{name}.xlsx"
    assert "xl/worksheets/sheet1.xml" in book.namelist()


def _at(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})


def _views(page: Page) -> None:
    for view in wall.VIEWS:
        visits(page, f"wall?view={view}")
        for width in (PHONE, WIDE):
            _at(page, width)
            for english in figures(view):
                _seen(page, _(english))
            fits(page, (view, width))
        _taken(page, f"wall-{view}")


def _seen(page: Page, name: str) -> None:
    """As a table of that name, or as numbers below that heading."""
    main = page.get_by_test_id("stMain")
    table = main.get_by_role("table", name=name, exact=True)
    heading = main.get_by_role("heading", name=name, exact=True)
    expect(table.or_(heading).first, name).to_be_visible()
    block = main.locator("section, [data-testid=stVerticalBlock]").filter(has=page.locator("h2", has_text=name))
    _filled(table if table.count() else block.last, name)


def _process(page: Page) -> None:
    """On a desk the drawing with its name and every stage of the line; on a phone the same as a list."""
    visits(page, "process")
    drawn, listed = page.locator("svg.f-process"), page.locator("ol.f-stages")
    wanted = (Stage.CHECKING, Stage.ENGINEERING, Stage.APPROVAL, Stage.EXECUTION, Stage.COMPLETED)
    name = _("The stages in their order; the table below says the same")
    expect(page.get_by_role("img", name=name)).to_be_visible()
    for stage in (s for s in MAIN_LINE if s in wanted):
        expect(drawn.locator(f"[data-id={stage}]"), stage).to_contain_text(re.compile(r"[1-9]"))
    _filled(page.get_by_role("table", name=_("Stages"), exact=True), "stages")
    fits(page, "process")
    _at(page, PHONE)
    expect(drawn).to_be_hidden()
    _filled(listed, "stages")
    fits(page, "process on a phone")


def _disclosure(page: Page, site: str) -> None:
    """The quarter of two months ago, or the running one: whichever has applications."""
    quarter = Quarter.of((clock.now() - AGO).astimezone(clock.zone()).date())
    page.goto(f"{site}/disclosure/{quarter}")
    for name in (_("Applications and contracts"), _("How long each stage took")):
        _filled(page.get_by_role("region", name=name, exact=True), name)
    fits(page, "disclosure", (WIDE, PHONE))
    link = page.get_by_role("link", name=_("Download the report, .xlsx"))
    answer = page.request.get(site + (link.get_attribute("href") or ""))
    assert (answer.status, answer.headers["content-type"]) == (200, MEDIA_TYPE)
    assert "xl/worksheets/sheet1.xml" in ZipFile(io.BytesIO(answer.body())).namelist()


def test_the_list_of_figures_is_read_off_the_code() -> None:
    """So that a new one is looked at without anybody's doing, and an empty list cannot pass for a green one."""
    found = {view: len(figures(view)) for view in wall.VIEWS}
    assert found["now"] >= 4
    assert found["went"] >= 7
    assert found["ahead"] >= 3
    assert found["health"] == 2


def test_every_figure_is_seen_named_filled_and_fits(crowd: None, site: str, window: Window) -> None:
    with speaking("ru"):
        page = window(WIDE)
        enters(page, site, Role.MANAGER.lower())
        _views(page)
        _process(page)
        _disclosure(page, site)
