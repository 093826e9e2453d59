"""The sheet of the meter's admission is saved as it is typed, and its faults stand beside their fields."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from models.connection.tables import Meter, Stage
from models.process.actor import Role
from models.visit import queries
from models.visit.tables import Kind
from tests.dashboard.views.desk import Desk
from tests.dashboard.views.test_desk_cases import at
from tests.dashboard.views.test_inspection_photo import picture


@pytest.fixture
def desk(database: Any, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(database, monkeypatch)


def test_the_meters_sheet_outlives_a_closed_phone(desk: Desk) -> None:
    case = at(desk, Stage.METERING)
    key = f"meter-{case.id}"
    page = desk.open("metering", Role.METERING, id=case.id).fill(f"{key}-model", "Меркурий 234")
    page.fill(f"{key}-verified", date(2026, 5, 12)).fill(f"{key}-years", 10)
    again = desk.open("metering", Role.INSPECTOR, id=case.id)
    assert again.app.text_input(key=f"{key}-model").value == "Меркурий 234"
    assert again.app.date_input(key=f"{key}-verified").value == date(2026, 5, 12)
    assert again.app.number_input(key=f"{key}-years").value == 10


def test_faults_stand_beside_their_fields_and_go_when_the_meter_is_admitted(desk: Desk) -> None:
    case = at(desk, Stage.METERING)
    key = f"meter-{case.id}"
    page = desk.open("metering", Role.METERING, id=case.id).press("admit")
    assert page.text.count("от 5 до 20") == 2, "beside the field and above the button"
    page.fill(f"{key}-model", "Меркурий 234").fill(f"{key}-serial", "44170012")
    assert "от 5 до 20" not in page.text, "a corrected field is red no more"
    page.fill(f"{key}-verified", date(2026, 5, 12))
    value = next(w.key for w in page.app.text_input if "readings" in (w.key or ""))
    page.fill(value or "", "000012.4")
    box = next(u for u in page.app.file_uploader if (u.key or "").startswith(f"{key}-upload"))
    box.set_value([("m.jpg", picture((60, 40)), "image/jpeg")]).run()
    page.press("admit")
    meter = desk.reading(lambda db: db.exec(select(Meter)).one())
    assert (meter.serial, meter.values["next_check"], len(meter.values["photo_files"])) == ("44170012", "2042-05-12", 1)
    assert desk.reading(lambda db: queries.sheet(db, case.id or 0, Kind.METERING)) is None
    assert "Прибор учёта допущен" in page.text or "допущен" in page.text


def test_indirect_connection_asks_for_its_transformers(desk: Desk) -> None:
    case = at(desk, Stage.METERING)
    key = f"meter-{case.id}"
    page = desk.open("metering", Role.METERING, id=case.id).fill(f"{key}-scheme", "косвенное включение")
    page.fill(f"{key}-tt", "ТТ Т-0,66 200/5")
    row = desk.reading(lambda db: queries.sheet(db, case.id or 0, Kind.METERING))
    assert row.values["transformers"]["kind"] == "ТТ Т-0,66 200/5"
