"""Conditions, approval, inspection, meter, letters, failed work, wall and process: shown and worked with."""

from datetime import date

import pytest
from sqlalchemy import text as sql
from sqlmodel import select

from dashboard import menu
from infra.database import Database
from models.connection import queries
from models.connection.tables import Application, ConditionsState, Meter, Stage
from models.delivery import actions as delivery
from models.delivery.tables import Letter, LetterState
from models.people.tables import Audit
from models.process import work
from models.process.actor import STAFF, Role
from models.process.tables import Work, WorkState
from tests.dashboard.views.desk import Desk
from tests.dashboard.views.test_desk_cases import at

NO_CASE = (
    "queue",
    "search",
    "centres",
    "approvals",
    "letters",
    "failed",
    "wall",
    "process",
    "people_looks",
    "mailbox",
    "clock",
)


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(database, monkeypatch)


@pytest.mark.parametrize("role", sorted(STAFF))
def test_every_page_of_a_role_opens_on_an_empty_installation(desk: Desk, role: Role) -> None:
    with desk.writing():
        pass
    for entry in (v.entry for v in menu.views_of(role)):
        if entry.name in NO_CASE:
            assert "<h1>" in desk.open(entry.name, role).text, entry.name


def test_the_desk_is_no_place_for_applicants() -> None:
    ours = {"queue", "case", "conditions", "approvals", "inspection", "metering", "letters", "failed", "wall", "process",
            "people_looks"}  # fmt: skip
    assert not ours & {v.entry.name for v in menu.views_of(Role.APPLICANT)}


# ------------------------------------------------------------------------------------------------ conditions
def test_what_the_engineer_types_is_kept_as_it_goes_and_stands_on_the_sheet(desk: Desk) -> None:
    case = at(desk, Stage.ENGINEERING)
    page = desk.open("conditions", Role.ENGINEER, id=case.id)
    key = f"tu-{case.id}"
    assert desk.reading(lambda db: queries.conditions(db, case.id or 0)) is None
    page.fill(f"{key}-source", "ПС 35/10 «Лесная»").fill(f"{key}-distance", 24)
    kept = desk.reading(lambda db: queries.conditions(db, case.id or 0))
    assert (kept.values["source"], kept.values["distance_m"], kept.state) == ("ПС 35/10 «Лесная»", 24, "draft")
    assert "<mark>ПС\u00a035/10 «Лесная»</mark>" in page.text or "<mark>ПС 35/10 «Лесная»</mark>" in page.text
    again = desk.open("conditions", Role.ENGINEER, id=case.id)
    assert again.app.text_input(key=f"{key}-source").value == "ПС 35/10 «Лесная»"


def test_no_fee_and_no_term_before_the_distance_is_known(desk: Desk) -> None:
    case = at(desk, Stage.ENGINEERING)
    page = desk.open("conditions", Role.ENGINEER, id=case.id)
    assert "после расстояния" in page.text
    assert "Плата с НДС" not in page.text
    page.fill(f"tu-{case.id}-distance", 12)
    assert "Плата с НДС" in page.text
    assert "30\u00a0рабочих дней · TP-10" in page.text
    page.fill(f"tu-{case.id}-distance", 120)
    assert "TP-11" in page.text


def test_unfinished_conditions_are_not_sent_and_the_fields_are_named(desk: Desk) -> None:
    case = at(desk, Stage.ENGINEERING)
    page = desk.open("conditions", Role.ENGINEER, id=case.id).fill(f"tu-{case.id}-source", "ПС 35/10")
    page.press("submit-conditions")
    assert "Фидер: Заполните" in page.text
    assert desk.reading(lambda db: db.get(Application, case.id).stage) == Stage.ENGINEERING


def test_works_are_chosen_by_rate_and_change_the_fee(desk: Desk) -> None:
    case = at(desk, Stage.ENGINEERING)
    key = f"tu-{case.id}"
    page = desk.open("conditions", Role.ENGINEER, id=case.id)
    for name, value in (("source", "ПС"), ("feeder", "Ф-1"), ("substation", "КТП-1"), ("point", "опора № 1")):
        page.fill(f"{key}-{name}", value)
    page.fill(f"{key}-distance", 24).fill(f"{key}-grid-ready", 0).fill(f"{key}-own-ready", 0)
    number = next(b.key for b in page.app.button if (b.key or "").startswith(f"{key}-grid-out-")).rsplit("-", 1)[1]
    page.fill(f"{key}-grid-{number}-quantity", 0.024)
    kept = desk.reading(lambda db: queries.conditions(db, case.id or 0)).values
    assert kept["grid_works"][0]["quantity"] == "0.024"
    assert kept["grid_works"][0]["volume"] == "24\u00a0м"
    page.press("submit-conditions")
    assert desk.went[-1] == ("case", {"id": case.id})
    assert desk.reading(lambda db: db.get(Application, case.id).stage) == Stage.APPROVAL


def test_conditions_are_edited_only_while_they_are_being_prepared(desk: Desk) -> None:
    case = at(desk, Stage.APPROVAL)
    page = desk.open("conditions", Role.ENGINEER, id=case.id)
    assert "Сейчас условия не правят" in page.text
    assert page.buttons == []


# ------------------------------------------------------------------------------------------------ approval
def test_a_second_person_sees_conditions_fee_and_papers_and_approves(desk: Desk) -> None:
    case = at(desk, Stage.APPROVAL)
    assert case.number in desk.open("approvals", Role.MANAGER).text
    page = desk.open("approvals", Role.MANAGER, id=case.id)
    for words in (
        "ТЕХНИЧЕСКИЕ УСЛОВИЯ",
        "99\u00a0000,00\u00a0₽",
        "Условия типового договора",
        "Инструкция по включению",
    ):
        assert words in page.text
    page.press("approve")
    found = desk.reading(lambda db: (db.get(Application, case.id).approved_at, queries.conditions(db, case.id).state))
    assert found[0] is not None
    assert found[1] == ConditionsState.APPROVED


def test_the_author_cannot_approve_and_reads_why(desk: Desk) -> None:
    case = at(desk, Stage.APPROVAL)
    with desk.writing() as story:
        row = queries.conditions(story.session, case.id or 0)
        assert row is not None
        row.author_id = story.staff(Role.MANAGER).user_id
        story.session.add(row)
    page = desk.open("approvals", Role.MANAGER, id=case.id)
    assert "approve" not in [b.key for b in page.app.button]
    assert "другой сотрудник" in page.text.lower() or "сами" in page.text
    assert "approve" in [b.key for b in desk.open("approvals", Role.MANAGER, "manager2", id=case.id).app.button]


def test_conditions_go_back_with_a_reason_that_the_engineer_reads(desk: Desk) -> None:
    case = at(desk, Stage.APPROVAL)
    page = desk.open("approvals", Role.MANAGER, id=case.id)
    page.decide("return", "do-return", return_reason="Проверьте расстояние")
    assert desk.reading(lambda db: db.get(Application, case.id).stage) == Stage.ENGINEERING
    assert "Проверьте расстояние" in desk.open("conditions", Role.ENGINEER, id=case.id).text


def test_an_auditor_sees_the_approval_without_buttons(desk: Desk) -> None:
    case = at(desk, Stage.APPROVAL)
    assert desk.open("approvals", Role.AUDITOR, id=case.id).buttons == []


# ------------------------------------------------------------------------------------------------ inspection and meter
def test_a_meter_is_admitted_and_voltage_supplied(desk: Desk) -> None:
    case = at(desk, Stage.METERING)
    page = desk.open("metering", Role.METERING, id=case.id).press("admit")
    assert "Номер прибора:" in page.text
    assert "Показания:" in page.text
    key = f"meter-{case.id}"
    page.fill(f"{key}-model", "Меркурий 234").fill(f"{key}-serial", "44170012")
    page.fill(f"{key}-verified", date(2026, 5, 12))
    value = next(w.key for w in page.app.text_input if "readings" in (w.key or ""))
    page.fill(value or "", "000012.4").press("admit")
    meter = desk.reading(lambda db: db.exec(select(Meter)).one())
    assert (meter.serial, meter.values["next_check"]) == ("44170012", "2042-05-12")
    page.decide("energise", "do-energise")
    assert desk.reading(lambda db: db.get(Application, case.id).stage) == Stage.ENERGISED


# ------------------------------------------------------------------------------------------------ letters and failed work
def undeliverable(desk: Desk) -> Letter:
    with desk.writing() as story:
        story.to(Stage.CHECKING)
        story.session.flush()
        letter = story.session.exec(select(Letter)).first()
        assert letter is not None
        delivery.rendered(story.session, letter, "Заявка зарегистрирована", "Здравствуйте!", story.now)
        number = delivery.begin_try(story.session, letter, story.now)
        story.session.flush()
        delivery.record_try(story.session, letter, number or 0, "refused", "550 5.1.1 No such mailbox", story.now)
        return letter


def test_an_undelivered_letter_tells_why_and_goes_again_to_a_corrected_address(desk: Desk) -> None:
    letter = undeliverable(desk)
    page = desk.open("letters", Role.OPERATOR)
    assert "не доставлено 1" in page.text
    assert letter.recipient not in page.text
    page = desk.open("letters", Role.OPERATOR, letter=letter.id)
    assert "550 5.1.1 No such mailbox" in page.text
    page.fill(f"address-{letter.id}", "not an address").press(f"again-{letter.id}")
    assert desk.reading(lambda db: db.get(Letter, letter.id).state) == LetterState.UNDELIVERABLE
    page.fill(f"address-{letter.id}", "novy@pochta.example").press(f"again-{letter.id}")
    sent = desk.reading(lambda db: db.get(Letter, letter.id))
    assert (sent.state, sent.recipient) == (LetterState.RETRYING, "novy@pochta.example")
    assert len(desk.reading(lambda db: db.exec(select(Audit).where(Audit.tag == "desk:letter:again")).all())) == 1


def test_an_auditor_cannot_send_a_letter(desk: Desk) -> None:
    letter = undeliverable(desk)
    assert desk.open("letters", Role.AUDITOR, letter=letter.id).buttons == []


def test_failed_work_is_started_again_once_and_noted(desk: Desk) -> None:
    case = at(desk, Stage.CHECKING)
    with desk.writing() as story:
        work.wake(story.session, "connection", case.id or 0)
        story.session.execute(
            sql("update work set state = 'aside', tries = 6, error = 'KeyError: дата' where process = 'connection'")
        )
        row = story.session.exec(select(Work).where(Work.process == "connection")).one()
    page = desk.open("failed", Role.MANAGER)
    assert f"заявка: {case.number}" in page.text
    assert "KeyError: дата" in page.text
    page.press(f"retry-{row.id}")
    assert desk.reading(lambda db: db.get(Work, row.id).state) == WorkState.DUE
    (note,) = desk.reading(lambda db: db.exec(select(Audit).where(Audit.tag == "desk:work:retry")).all())
    assert note.facts["error"] == "KeyError: дата"
    assert "Всё работает" in desk.open("failed", Role.MANAGER).text


# ------------------------------------------------------------------------------------------------ wall, process, clock
def test_the_wall_counts_what_stands_and_says_whether_workers_are_heard(desk: Desk) -> None:
    at(desk, Stage.CHECKING, days=30)
    text = desk.open("wall", Role.MANAGER).text
    assert "Открыто заявок</dt><dd>1</dd>" in text
    assert "просрочено 1" in text
    assert "Дольше всех просрочены" in text
    assert "0 из 0" in desk.open("wall", Role.MANAGER, view="health").text


def test_the_process_is_drawn_with_its_counts(desk: Desk) -> None:
    at(desk, Stage.CHECKING)
    at(desk, Stage.AWAITING_INFO)
    text = desk.open("process", Role.MANAGER).text
    assert "ожидает исправлений: 1" in text
    assert 'data-id="CHECKING"' in text
    assert "<svg" in text


def test_the_clock_goes_past_a_chosen_term(desk: Desk) -> None:
    at(desk, Stage.CHECKING)
    page = desk.open("clock", Role.MANAGER).press("forward-term")
    assert "Часы переведены вперёд" in page.text
    moved = desk.reading(lambda db: db.execute(sql("select seconds from clock_shift")).scalar_one())
    assert moved > 86_400
