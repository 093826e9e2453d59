"""The process of a visit by the flow itself: letters with their papers, reminders, no-show, freed holds, the waiting list."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text
from sqlmodel import select

from infra import clock
from infra.database import Database
from infra.engine.inline import drain
from infra.keys import vault_keys
from infra.settings import settings
from infra.storage import storage
from models.booking import actions, layout, office, queries, waiting
from models.booking.register import Office, Place
from models.booking.rules import HOLD
from models.booking.tables import Booking, Stage, Tell, Waiting, WaitState
from models.delivery.tables import Letter, Notice
from models.process.history import broken
from models.process.tables import Work
from models.process.work import shift_alarms, wake
from signatures.secrets import Vault
from tests.models.booking.office import CHIEF, CLERK, NINE, NOW, VISITOR, Scene, scene, visitor
from tests.models.story import Story

MINUTE = timedelta(minutes=1)


class Town:
    """One office in a database; time passes and the engine carries what is due."""

    def __init__(self, db: Database) -> None:
        self.db, self.now = db, NOW
        with db.transaction() as session:
            session.execute(text("update booking_office set switched_on = false"))
            self.made: Scene = scene(session)
            session.execute(text("delete from work"))

    def carry(self) -> None:
        with clock.at(self.now):
            drain(self.db)

    def go(self, to: datetime) -> None:
        with self.db.transaction() as session:
            shift_alarms(session, to - self.now)
        self.now = to
        self.carry()

    def book(self, at: datetime = NINE, n: int = 1) -> int:
        box = Vault(vault_keys())
        told = visitor(n)
        secret = {
            "ticket": box.lock({"pin": "7109", "code": told.code}),
            "sealed": box.lock({"lives": "ул. Лесная, д. 1"}),
        }
        with self.db.transaction() as session:
            held = actions.hold(session, self.made.wish(at), VISITOR, self.now)
            done = actions.book(session, held.id or 0, VISITOR, actions.Visitor(**vars(told) | secret), self.now)
        self.carry()
        return done.id or 0

    def letters(self, kind: str) -> list[Letter]:
        with self.db.transaction() as session:
            return list(session.exec(select(Letter).where(Letter.kind == f"booking_{kind}").order_by(Letter.key)))

    def booking(self, booking_id: int) -> Booking | None:
        with self.db.transaction() as session:
            return session.get(Booking, booking_id)


@pytest.fixture
def town(database: Database, monkeypatch: pytest.MonkeyPatch) -> Town:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr("tasks.delivery.hand_over", _catching(sent))
    found = Town(database)
    found.sent = sent  # type: ignore[attr-defined]
    return found


def _catching(sent: list[dict[str, Any]]) -> Any:
    class Door:
        """Instead of the mail server: keeps what would have gone."""

        @staticmethod
        def fn(letter: dict[str, Any]) -> tuple[str, str]:
            store = storage()
            sent.append(letter | {"read": [(f[0], store.get(f[1])) for f in letter["files"]]})
            return "sent", ""

    return Door


@pytest.mark.rows("B-52", "B-53", "B-54", "B-55")
def test_a_booking_gets_its_letter_once_with_both_sheets_and_the_calendar(town: Town) -> None:
    booking = town.book()
    town.carry()
    (letter,) = town.sent  # type: ignore[attr-defined]
    assert letter["to"] == "v1@pochta.example"
    assert letter["subject"].startswith("Вы записались на прием в офис обслуживания г. Приозёрск, ул. Проверочная")
    for line in ("Ф.И.О: Иванова Мария Петровна", "Дата вызова: 03.11.2026", "Время вызова: 9:00", "Вид услуги: Проверка",
                 "Пин код: 7109", "не ранее, чем за 15 минут до начала приема", "При возможности, распечатайте их и заполните",
                 f"/booking/v/{visitor(1).code}"):  # fmt: skip
        assert line in letter["text"], line
    files = dict(letter["read"])
    assert list(files) == ["Печатная форма.xlsx", "Согласие на обработку.xlsx", "Приём.ics"]
    form = openpyxl.load_workbook(BytesIO(files["Печатная форма.xlsx"])).active
    assert "ул. Лесная, д. 1" in [c.value for row in form.iter_rows() for c in row]
    assert b"DTSTART:20261103T060000Z" in files["Приём.ics"]
    assert b"SEQUENCE:0" in files["Приём.ics"]
    (row,) = town.letters("booked")
    assert (row.body, row.data) == ("", {})  # the PIN does not stay in the journal
    with town.db.transaction() as session:
        found = session.get_one(Booking, booking)
        assert broken(queries.history(session, booking), found.chain) == []


def test_reminders_go_a_day_and_two_hours_before_and_nobody_came_at_five_past(town: Town) -> None:
    at = NINE + timedelta(days=2)
    booking = town.book(at)
    town.go(at - timedelta(days=1, minutes=1))
    assert town.letters("reminder") == []
    town.go(at - timedelta(days=1))
    assert len(town.letters("reminder")) == 1
    town.go(at - timedelta(hours=2))
    assert len(town.letters("reminder")) == 2
    town.go(at + 5 * MINUTE)
    assert town.booking(booking).stage == Stage.BOOKED  # type: ignore[union-attr]
    town.go(at + 5 * MINUTE + timedelta(seconds=1))
    assert town.booking(booking).stage == Stage.NO_SHOW  # type: ignore[union-attr]
    with town.db.transaction() as session:
        assert session.exec(select(Work).where(Work.process == "booking")).all() == []


@pytest.mark.parametrize(("wanted", "kind", "to"), [("sms", "reminder_sms", "+79225550100"), ("none", "", "")])
def test_reminders_go_by_the_channel_that_was_chosen(town: Town, wanted: str, kind: str, to: str) -> None:
    at = NINE + timedelta(days=2)
    booking = town.book(at)
    with town.db.transaction() as session:
        session.get_one(Booking, booking).remind_by = wanted
    town.go(at - timedelta(days=1))
    assert town.letters("reminder") == []
    assert [m.recipient for m in town.letters("reminder_sms")] == ([to] if kind else [])
    if kind:
        said = next(m["text"] for m in town.sent if m["to"] == to)  # type: ignore[attr-defined]
        assert f" {settings().site}/booking/v/{visitor(1).code} " in said, "one address, whole"


def test_a_hold_is_freed_by_the_leg_when_its_ten_minutes_are_over(town: Town) -> None:
    with town.db.transaction() as session:
        held = actions.hold(session, town.made.wish(), VISITOR, NOW).id or 0
    town.go(NOW + HOLD - timedelta(seconds=1))
    assert town.booking(held) is not None
    town.go(NOW + HOLD)
    assert town.booking(held) is None


@pytest.mark.rows("B-60")
def test_a_cancelled_place_is_told_and_offered_to_the_next_until_somebody_takes_it(town: Town) -> None:
    booking = town.book()
    box = Vault(vault_keys())
    with town.db.transaction() as session:
        for n in (1, 2):
            waiting.join(
                session, office_id=town.made.office.id or 0, service_id=town.made.service.id or 0,
                days=(NINE.date(), NINE.date()), name=f"Ждущий {n}", email=f"w{n}@pochta.example", phone="", code=f"wait{n}",
                ticket=box.lock({"code": f"wait{n}"}), now=NOW,
            )  # fmt: skip
        actions.cancel(session, booking, VISITOR, NOW)
    town.carry()
    assert len(town.letters("cancelled")) == 1
    assert [m.recipient for m in town.letters("offer")] == ["w1@pochta.example"]
    town.go(NOW + timedelta(hours=2))  # nobody has answered
    assert [m.recipient for m in town.letters("offer")] == ["w1@pochta.example", "w2@pochta.example"]
    with town.db.transaction() as session:
        states = {w.email: w.state for w in session.exec(select(Waiting))}
    assert states == {"w1@pochta.example": WaitState.WAITING, "w2@pochta.example": WaitState.OFFERED}
    town.go(NOW + timedelta(hours=4))
    assert len(town.letters("offer")) == 2, "a place goes round the list once"
    with town.db.transaction() as session:
        assert {w.state for w in session.exec(select(Waiting))} == {WaitState.WAITING}
        assert not session.exec(select(Booking).where(Booking.stage == Stage.HELD)).all(), "and is free for everybody"


@pytest.mark.parametrize("tell", list(Tell))
def test_an_offer_and_its_reminder_go_by_the_channel_that_was_chosen_once_each(town: Town, tell: Tell) -> None:
    booking = town.book()
    with town.db.transaction() as session:
        who = Story(session, NOW).house.applicant().id if tell == Tell.CABINET else None
        waiting.join(
            session, office_id=town.made.office.id or 0, service_id=town.made.service.id or 0, tell=tell, user_id=who,
            days=(NINE.date(), NINE.date()), name="Ждущий", email="w@pochta.example", phone="8 922 555 01 01", code="wait",
            ticket=Vault(vault_keys()).lock({"code": "wait"}), now=NOW,
        )  # fmt: skip
        actions.cancel(session, booking, VISITOR, NOW)
    town.carry()
    for passed, due in ((89 * MINUTE, 0), (90 * MINUTE, 1), (119 * MINUTE, 1)):
        town.go(NOW + passed)
        with town.db.transaction() as session:
            lines = [n.kind for n in session.exec(select(Notice).where(Notice.user_id == who).order_by(Notice.at))]
        assert lines == ["booking_offer", "booking_offer_due"][: 1 + due] * (tell == Tell.CABINET)
        letters = [len(town.letters(k)) for k in ("offer", "offer_due", "offer_sms", "offer_due_sms")]
        assert letters == [
            1 * (tell == Tell.EMAIL),
            due * (tell == Tell.EMAIL),
            1 * (tell == Tell.SMS),
            due * (tell == Tell.SMS),
        ]
    if tell == Tell.SMS:
        said = [m for m in town.sent if m["to"] == "+79225550101"]  # type: ignore[attr-defined]
        assert all(f" {settings().site}/booking/offer/wait " in m["text"] for m in said)
        assert len(said) == 2


def test_a_visit_that_we_cancel_is_told_with_its_reason(town: Town) -> None:
    booking = town.book()
    with town.db.transaction() as session:
        actions.cancel(session, booking, CLERK, NOW, "специалист заболел")
    town.carry()
    letter = town.sent[-1]  # type: ignore[attr-defined]
    assert "Причина: специалист заболел." in letter["text"]
    ((name, entry),) = letter["read"]
    assert name == "Приём отменён.ics"
    assert b"METHOD:CANCEL" in entry
    assert b"STATUS:CANCELLED" in entry
    assert b"SEQUENCE:1" in entry


def test_a_closed_desk_writes_to_everybody_it_moves(town: Town) -> None:
    booking = town.book()
    with town.db.transaction() as session:
        found = session.get_one(Office, town.made.office.id)
        moved, left = office.close(session, found, NINE, NINE + 30 * MINUTE, "авария на линии", CHIEF, NOW)
    town.carry()
    assert (moved, left) == ([booking], [])
    (letter,) = town.letters("moved")
    ((name, entry),) = town.sent[-1]["read"]  # type: ignore[attr-defined]
    assert name == "Приём.ics"
    assert b"SEQUENCE:1" in entry, "the calendar of the visitor takes the later one"
    assert letter.recipient == "v1@pochta.example"
    assert "авария на линии" in town.sent[-1]["text"]  # type: ignore[attr-defined]


def test_the_timetable_is_laid_out_by_its_leg_and_wakes_again(town: Town) -> None:
    with town.db.transaction() as session:
        found = session.get_one(Office, town.made.office.id)
        session.execute(text("delete from booking_place"))
        office.switch(session, found, True, CHIEF, NOW)
    town.carry()
    with town.db.transaction() as session:
        places = session.exec(select(Place).where(Place.office_id == town.made.office.id)).all()
        assert len(places) == layout.lay_out(session, found, NOW) > 100
        assert session.exec(select(Work).where(Work.process == "timetable", Work.subject_id == found.id)).one()


def test_whoever_waited_in_vain_is_told_on_his_page_and_offered_nothing_more(town: Town) -> None:
    office_id, service_id = town.made.office.id or 0, town.made.service.id or 0
    with town.db.transaction() as session:
        waiting.join(
            session, office_id=office_id, service_id=service_id, days=(NINE.date(), NINE.date()), name="Ждущий",
            email="w@pochta.example", phone="", code="wait", ticket=None, now=NOW,
        )  # fmt: skip
    town.go(NINE + timedelta(days=1))
    with town.db.transaction() as session:
        wake(session, "timetable", office_id)
    town.carry()
    with town.db.transaction() as session:
        assert session.exec(select(Waiting)).one().state == WaitState.EXPIRED
        assert waiting.offer(session, office_id, service_id, NINE + timedelta(days=2), town.now) is None
