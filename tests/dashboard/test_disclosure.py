"""The public report: sums for anybody, no person, only quarters that are offered, one count for many visits."""

import io

import pytest
from openpyxl import load_workbook

from dashboard.public import disclosure
from infra import clock
from tests.dashboard.conftest import Site


@pytest.fixture(autouse=True)
def _anew() -> None:
    disclosure.forget()


def test_anybody_reads_the_sums_and_nobody_a_name(site: Site) -> None:
    now = str(disclosure.quarters()[0])
    answer = site.visitor().get(f"/disclosure/{now}")
    assert answer.status_code == 200
    assert "Как мы работаем с заявками" in answer.text
    assert "ПП РФ" in answer.text
    assert "ПС 110/10 кВ «Озёрная»" in answer.text
    assert "Смирнова" not in answer.text
    assert "ТП-000123" not in answer.text
    assert len(answer.content) < 60_000


def test_the_last_whole_quarter_opens_first(site: Site) -> None:
    answer = site.visitor().get("/disclosure")
    assert answer.status_code == 200
    before = disclosure.Quarter.of(clock.today()).before
    assert f'aria-current="page">{before.number}/{before.year}' in answer.text


def test_the_file_holds_the_same_sums(site: Site) -> None:
    now = disclosure.quarters()[0]
    answer = site.visitor().get(f"/disclosure/{now}.xlsx")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Заявки и договоры", "Этапы", "Свободная мощность"]
    page = book["Заявки и договоры"]
    assert page.cell(5, 2).value == 1
    assert page.cell(6, 1).value == "Всего"


@pytest.mark.parametrize("quarter", ["1999-1", "2026-7", "x", "2030-1", "..%2f..%2fetc"])
def test_a_quarter_that_is_not_offered_is_not_found(site: Site, quarter: str) -> None:
    assert site.visitor().get(f"/disclosure/{quarter}").status_code == 404


def test_many_visits_are_counted_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = disclosure.report
    monkeypatch.setattr(disclosure, "report", lambda *given: asked.append(1) or real(*given))
    for _visit in range(3):
        site.visitor().get("/disclosure")
    assert len(asked) == 1
