"""The wall, the search, the register of centres and the pages of the queue, as people see and use them."""

import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from dashboard import session
from dashboard.views import centres, queue, queue_rows, wall_ahead, wall_health, wall_now, wall_went
from dashboard.views.wall_parts import Sight
from documents.sheets.statistics import workbook
from infra import clock
from infra.database import Database
from models.connection import cards, statistics
from models.connection.statistics import Slice
from models.connection.tables import OPEN_STAGES, Application, Stage
from models.connection.waiting import Wish
from models.network import actions as network
from models.network import queries as power
from models.process.actor import Role
from tests.dashboard.views.desk import Desk
from tests.dashboard.views.test_desk_cases import at


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(database, monkeypatch)


# ------------------------------------------------------------------------------------------------ the wall
@pytest.mark.parametrize("view", ["now", "went", "ahead", "health"])
@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR])
def test_every_view_of_the_wall_opens_empty_and_filled(desk: Desk, view: str, role: Role) -> None:
    with desk.writing(days=40):
        pass
    assert "<h1>" in desk.open("wall", role, view=view).text
    for stage in (Stage.EXECUTION, Stage.RETURNED, Stage.APPROVAL):
        at(desk, stage)
    assert "<h1>" in desk.open("wall", role, view=view, period=365, branch=1, category="IND_15").text


def test_how_it_went_says_it_in_words_and_numbers(desk: Desk) -> None:
    at(desk, Stage.COMPLETED, days=10)
    at(desk, Stage.RETURNED)
    text = desk.open("wall", Role.MANAGER, view="went").text
    for words in ("Воронка", "Время на этапе", "Переходы между этапами", "В срок по этапам", "Почему закончились"):
        assert words in text, words
    assert "возвращена: причина названа" in text
    assert "100,0\u00a0%" in text


def test_what_comes_counts_terms_and_roubles(desk: Desk) -> None:
    at(desk, Stage.EXECUTION, days=200)
    text = desk.open("wall", Role.MANAGER, view="ahead").text
    assert "Неустойка под угрозой" in text
    assert "0,25 % всей платы" in text
    assert "Работы просрочены сейчас</dt><dd>1</dd>" in text


def test_filters_come_from_the_address_and_go_back_into_it(desk: Desk) -> None:
    at(desk, Stage.CHECKING)
    page = desk.open("wall", Role.MANAGER, category="LE_150", period=30)
    assert page.app.selectbox(key="wall-category").value == "LE_150"
    assert "Открыто заявок</dt><dd>0</dd>" in page.text
    page.fill("wall-category", "")
    assert "category" not in page.app.query_params
    assert "Открыто заявок</dt><dd>1</dd>" in page.text
    page.fill("wall-period", 180)
    assert page.app.query_params["period"] in ("180", ["180"])
    assert desk.open("wall", Role.MANAGER, view="<script>", branch="x", period="-1").text


def test_a_manager_changes_a_norm_and_an_auditor_cannot(desk: Desk) -> None:
    at(desk, Stage.CHECKING)
    desk.open("wall", Role.MANAGER).fill("norm-OPERATOR", 3)
    assert desk.reading(statistics.norms)[Role.OPERATOR] == 3
    assert not desk.open("wall", Role.AUDITOR).app.number_input


def test_every_part_goes_away_as_a_workbook(desk: Desk) -> None:
    at(desk, Stage.EXECUTION, days=200)
    at(desk, Stage.RETURNED)
    desk.open("wall", Role.MANAGER)
    who = session.current()
    seen = Sight(who, clock.now(), clock.zone(), Slice.last(365, clock.now()), {1: "Приозёрск"}, "365 дней")
    for make in (wall_now._sheets, wall_went._sheets, wall_ahead._sheets, wall_health._sheets):
        book = load_workbook(io.BytesIO(workbook(make(seen))))
        assert all(page.max_row >= 4 for page in book.worksheets)
    wish = Wish(tuple(map(str, OPEN_STAGES)))
    page = load_workbook(io.BytesIO(workbook(queue_rows.sheet(who, wish)))).worksheets[0]
    assert str(page.cell(5, 1).value).startswith("ТП-")


# ------------------------------------------------------------------------------------------------ the queue by pages
def test_the_queue_turns_its_pages_by_the_address(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "SHOWN", 2)
    with desk.writing() as story:
        numbers = [story.to(Stage.CHECKING).number or "" for _n in range(3)]
    page = desk.open("queue", Role.OPERATOR)
    assert (numbers[0] in page.text, numbers[2] in page.text) == (True, False)
    page.press("queue-next")
    assert (numbers[0] in page.text, numbers[2] in page.text) == (False, True)
    page.press("queue-first")
    assert numbers[0] in page.text


def test_a_line_says_how_much_of_the_term_has_gone(desk: Desk) -> None:
    assert "прошло 80\u00a0%" in queue_rows._mark(80)
    assert queue_rows._mark(100) == queue_rows._mark(0) == ""
    case = at(desk, Stage.CHECKING, days=30)
    rows = desk.reading(lambda db: cards.lines(db, [db.get(Application, case.id)], clock.now()))
    assert desk.reading(lambda db: queue_rows.marks_of(db, rows)) == {case.id: 100}


def test_a_made_up_page_is_refused_in_words(desk: Desk) -> None:
    at(desk, Stage.CHECKING)
    assert "начните с начала списка" in desk.open("queue", Role.OPERATOR, after="завтра").text


# ------------------------------------------------------------------------------------------------ the search
def test_the_search_finds_beyond_branches_and_masks_for_strangers(desk: Desk) -> None:
    case = at(desk, Stage.COMPLETED)
    ours = desk.open("search", Role.OPERATOR, q="смирнова").text
    assert case.number in ours
    assert "Смирнова\u00a0А.\u00a0В." in ours
    assert "Берёзка" in ours
    audit = desk.open("search", Role.AUDITOR, q="смирнова").text
    assert case.number in audit
    assert "С***ва" in audit
    assert "Берёзка" not in audit.replace("Смирнова Озёрная", "")
    assert "Ничего не нашли" in desk.open("search", Role.OPERATOR, q="нетакого").text


# ------------------------------------------------------------------------------------------------ feeding centres
def test_free_power_is_shown_and_edited_with_a_trace(desk: Desk) -> None:
    case = at(desk, Stage.ENGINEERING)
    centre = desk.reading(lambda db: power.centres(db, case.branch_id)[0])
    with desk.database.transaction() as db:
        network.reserve(db, centre.id, case.id or 0, Decimal(15), clock.now())
    page = desk.open("centres", Role.ENGINEER, centre=centre.id)
    assert case.number in page.text
    assert centres.kw(centre.free_kw - 15) in page.text
    page.press("centre-edit").app.text_input(key=f"centre-{centre.id}-location").set_value("за рекой")
    page.app.button(key="centre-edit").click()
    page.press(f"centre-{centre.id}-save")
    assert desk.reading(lambda db: power.centre(db, centre.id)).location == "за рекой"
    assert "→ за рекой" in desk.open("centres", Role.MANAGER, centre=centre.id).text
    assert not [b.key for b in desk.open("centres", Role.OPERATOR, centre=centre.id).app.button]
