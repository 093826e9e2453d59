"""The public wizard of booking over HTTP: every step, what is lost and what is not, and the way out again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlmodel import select

from dashboard import utility
from dashboard.public import booking_form, captcha, forms
from infra import clock, storage
from infra.database import Database
from models.booking import actions, layout, queries, sight
from models.booking.register import Office, Service
from models.booking.tables import Booking, Stage, Wizard
from models.delivery.tables import Letter
from models.people.actions import LIMITS
from models.process.actor import Actor, Role
from tests.dashboard.conftest import TestClient, app

LIMIT = 60 * 1024
TYPED = {
    "name": "Иванова Мария Петровна", "phone": "+7 922 555-01-00", "email": "maria@pochta.example",
    "address": "г. Приозёрск, ул. Лесная, д. 1, кв. 5", "passport_number": "512340", "passport_issued": "02.04.2008",
    "passport_issuer": "ТП № 47 отдела УФМС России", "birth_date": "17.03.1984", "birth_place": "г. Приозёрск",
    "utility": "Электроэнергия", "registered": "г. Приозёрск, ул. Лесная, д. 1, кв. 5", "lives": "там же", "area": "54,3",
    "rooms": "2", "r0_name": "Иванов Иван Иванович", "r0_birth": "01.02.1980", "r0_registered": "05.06.2010", "consent": "yes",
}  # fmt: skip


@dataclass
class Desk:
    """Offices with laid-out places, and visitors who walk."""

    database: Database

    def visitor(self) -> "Visitor":
        client = TestClient(app, base_url="http://testserver", follow_redirects=False, raise_server_exceptions=True)
        return Visitor(client)


class Visitor:
    def __init__(self, client: Any) -> None:
        self.client = client
        self.client.get("/booking/cancel")  # gives the form's token

    def get(self, path: str) -> Any:
        return self.client.get(f"/booking{path}")

    def post(self, path: str, **sent: str) -> Any:
        token = self.client.cookies[forms.cookie_name()]
        return self.client.post(f"/booking{path}", data={"csrf": token} | sent)

    def up_to_time(self) -> Any:
        self.post("")
        page = self.get("/office").text
        region = re.search(r'<option value="(\d+)"[^>]*>Ленинградская', page)
        assert region
        shown = self.post("/office", region=region[1], go="show").text
        office = re.search(r'<option value="(\d+)"[^>]*>Ленинградская область, пос. Лесное', shown)
        assert office
        assert (
            self.post("/office", region=region[1], office=office[1], go="next").headers["location"]
            == "/booking/service"
        )
        service = re.search(r'name="service" value="(\d+)"', self.get("/service").text)
        assert service
        assert self.post("/service", service=service[1], go="next").headers["location"] == "/booking/time"
        return self.get("/time")

    def times(self) -> list[str]:
        return re.findall(r'<input type="radio" name="start" value="([^"]+)"', self.get("/time").text)

    def booked(self, start: str = "", **typed: str) -> Any:
        self.up_to_time()
        self.post("/time", start=start or self.times()[0], go="next")
        self.post("/data", go="next", **(TYPED | typed))
        return self.finish()

    def finish(self, **more: str) -> Any:
        page = self.get("/check").text
        riddle = re.search(r'name="riddle" value="([^"]+)"', page)
        assert riddle
        self.pin = re.search(r"<b>(\d{4})</b>", page)[1]  # type: ignore[index]
        return self.post("/check", riddle=riddle[1], answer=captcha.answer("sum", riddle[1]), go="next", **more)


@pytest.fixture
def desk(database: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr("dashboard.public.booking_end.storage", lambda: storage.FolderStorage(tmp_path))
    utility.forget()
    clock.forget()
    with database.transaction() as session:
        for office in session.exec(select(Office)):
            layout.lay_out(session, office, clock.now())
    yield Desk(database)
    utility.forget()


@pytest.mark.rows("B-01", "B-04", "B-05", "B-06", "B-09", "B-10", "B-11", "B-12", "B-13", "B-14", "B-57")
def test_the_landing_page_says_the_words_of_the_manual(desk: Desk) -> None:
    text = desk.visitor().get("").text
    for words in (
        "В данном разделе Вы можете воспользоваться услугой онлайн-записи на прием в офис обслуживания клиентов*.",
        "Для этого выберите кнопку «Записаться на прием» и пройдите регистрацию согласно руководству пользователя.",
        "После успешной регистрации на ваш адрес электронной почты будет отправлено письмо с талоном и вложениями.",
        "При посещении офиса обслуживания в назначенное время при себе необходимо иметь распечатанный талон и все вложения.",
        "Ответственность за достоверность и полноту данных, указываемых при осуществлении предварительной записи, несет заявитель.",
        "специалист, осуществляющий прием, вправе отказать заявителю в приеме документов.",
        "Внимание! При использовании других браузеров и версий (в том числе Internet Explorer) не гарантируется стабильная и "
        "правильная работа системы.",
        "не менее 256 кбит/сек", "Mozilla Firefox 27.0", "Записаться на прием", "Отменить запись",
    ):  # fmt: skip
        assert words in text, words


@pytest.mark.rows("B-14")
def test_one_office_alone_is_named_in_the_footnote_of_the_test_mode(desk: Desk) -> None:
    with desk.database.transaction() as session:
        for office in session.exec(select(Office)):
            office.switched_on = "Береговая" in office.address
            session.add(office)
    text = desk.visitor().get("").text
    assert "сервис работает в тестовом режиме, поэтому запись на прием временно ведется только в один Центр" in text
    assert "расположенный по адресу: Ленинградская область, г. Приозёрск, ул. Береговая, д. 14." in text


@pytest.mark.rows("B-15", "B-16", "B-17", "B-18", "B-19", "B-20", "B-21", "B-22", "B-23")
def test_region_office_service_and_week(desk: Desk) -> None:
    guest = desk.visitor()
    grid = guest.up_to_time().text
    for title in (
        "Выбор офиса обслуживания",
        "Выбор услуги",
        "Выбор даты и времени",
        "Ввод данных клиента",
        "Завершение регистрации",
    ):
        assert title in grid
    for page in (guest.get("/office").text, guest.get("/service").text, grid):
        assert "Дальше" in page
        assert "Отменить" in page
    assert "Выберите регион" in guest.get("/office").text
    assert "Выберите адрес" in guest.get("/office").text
    services = guest.get("/service").text
    for name in ("Заключение договора: Многоквартирный жилой дом.", "Заключение договора: Индивидуальный жилой дом.",
                 "Заключение договора: -дачные дома; -земельные участки.", "Перечень документов и информации, предоставляемых",
                 "Типовая форма договора энергоснабжения"):  # fmt: skip
        assert name in services
    assert "свободное время" in grid
    assert "время уже занято" in grid
    assert len(re.findall(r"<tr><td", grid)) == 18
    assert re.search(r"\d\d\.\d\d\.\d{4} - \d\d\.\d\d\.\d{4}", grid)
    assert "week=" in grid
    offices = guest.get("/office").text
    assert "Заречный" not in offices  # not switched on


@pytest.mark.rows("B-24", "B-25", "B-26", "B-27", "B-28", "B-29", "B-30", "B-31", "B-32", "B-33", "B-34", "B-35", "B-36",
                  "B-37", "B-38", "B-39", "B-40", "B-41", "B-42", "B-43")  # fmt: skip
def test_the_fourth_step_has_the_fields_and_the_marks_of_the_manual(desk: Desk) -> None:
    guest = desk.visitor()
    guest.up_to_time()
    guest.post("/time", start=guest.times()[0], go="next")
    page = guest.get("/data").text
    labels = [re.sub(r"\s+", " ", x).strip() for x in re.findall(r'<label for="[^"]+">([^<]+)</label>', page)]
    assert labels == [
        "Ваше ФИО полностью*", "Номер лицевого счета", "Номер сотового телефона*", "Адрес электронной почты*",
        "Адрес, в отношении которого подается обращение*", "Серия", "Номер*", "Дата выдачи*", "Кем выдан*",
        "Код подразделения", "Дата рождения*", "Место рождения*", "Вид коммунальной услуги*", "Адрес места регистрации*",
        "Адрес фактического проживания*", "Площадь жилого помещения*", "Количество комнат*",
    ]  # fmt: skip
    for words in ("Паспорт:", "Электроэнергия", "Обращение с твердыми коммунальными отходами", "Информация о проживающих",
                  "ФИО собственника полностью", "Дата регистрации", "Согласие на обработку персональных данных",
                  "* Поле, обязательное для заполнения"):  # fmt: skip
        assert words in page
    refused = guest.post("/data", go="next", **{k: v for k, v in TYPED.items() if k != "consent"})
    assert refused.status_code == 422
    assert "Поставьте отметку о согласии" in refused.text
    empty = guest.post("/data", go="next").text
    assert empty.count("Заполните это поле") == 14
    assert "паспорт: серия, номер" in guest.get("/consent").text


@pytest.mark.rows("B-44", "B-45", "B-46", "B-47", "B-48", "B-50", "B-51")
def test_the_whole_walk_ends_with_the_card_and_its_papers(desk: Desk) -> None:
    guest = desk.visitor()
    assert guest.booked().headers["location"] == "/booking/done"
    done = guest.get("/done").text
    for words in ("Ф.И.О", "Дата вызова", "Время вызова", "Вид услуги", "Офис обслуживания", "Пин код", guest.pin,
                  "Регистрация успешно пройдена, обратитесь в выбранный офис обслуживания, не ранее, чем за 15 минут до начала "
                  "приема и не позднее, чем через 5 минут после назначенного времени.", "Сформировать талон для печати",
                  "Отправить талон на адрес электронной почты"):  # fmt: skip
        assert words in done, words
    number = re.search(r"Номер вашего талона — (\d{6})", done)
    assert number, "the board of the office calls by it"
    assert f"Талон № {number[1]}" in guest.get("/ticket").text
    assert guest.pin in guest.get("/ticket").text
    assert guest.get("/file/ticket.pdf").content.startswith(b"%PDF")
    for name in ("ticket.xlsx", "form.xlsx", "consent.xlsx"):
        book = openpyxl.load_workbook(BytesIO(guest.get(f"/file/{name}").content))
        said = " ".join(str(c.value) for row in book.active.iter_rows() for c in row if c.value)
        assert "Иванова Мария Петровна" in said
        assert guest.pin in said or name != "ticket.xlsx"
    assert b"BEGIN:VEVENT" in guest.get("/file/visit.ics").content
    guest.post("/send")
    with desk.database.transaction() as session:
        booking = session.exec(select(Booking)).one()
        assert (booking.stage, booking.email) == (Stage.BOOKED, "maria@pochta.example")
        assert guest.pin not in (booking.pin_hash, str(booking.ticket), str(booking.sealed))
        assert b"512340" not in (booking.sealed or b"")
        letter = session.exec(select(Letter)).one()
        assert [f[0] for f in letter.data["files"]] == [
            "Печатная форма.xlsx",
            "Согласие на обработку.xlsx",
            "Приём.ics",
        ]


def test_days_and_the_passport_are_written_as_papers_have_them() -> None:
    read = booking_form.read(TYPED | {"passport_series": "4108", "passport_code": "470-047", "passport_issued": "2008-04-02",
                                      "r0_birth": "1.2.1980", "r1_birth": "03.03.2003"})  # fmt: skip
    assert read["passport_issued"] == "02.04.2008"
    assert read["residents"] == [["Иванов Иван Иванович", "01.02.1980", "05.06.2010"], ["", "03.03.2003", ""]]
    assert list(booking_form.wrong(read, date(2026, 11, 22))) == ["residents"], "whose birthday is it?"
    told = dict(sight.typed(Booking(), read))
    assert (
        told["Паспорт"] == "серия 4108 № 512340, выдан 02.04.2008 ТП № 47 отдела УФМС России, код подразделения 470-047"
    )
    assert dict(sight.typed(Booking(), {"passport_number": "1"}))["Паспорт"] == "№ 1"


def test_back_and_forward_lose_nothing_and_a_second_press_books_once(desk: Desk) -> None:
    guest = desk.visitor()
    guest.up_to_time()
    start = guest.times()[3]
    guest.post("/time", start=start, go="next")
    guest.post("/data", go="back", name="Наполовину", rooms="x")
    assert f'value="{start}" aria-label' in guest.get("/time").text
    assert "checked" in guest.get("/time").text
    page = guest.get("/data").text
    assert 'value="Наполовину"' in page
    guest.post("/data", go="next", **TYPED)
    assert guest.finish().headers["location"] == "/booking/done"
    for step in ("/office", "/service", "/time", "/data", "/check"):
        assert guest.get(step).headers["location"] == "/booking/done", "back after the booking is its card"
        assert guest.post(step, start=start, go="next").headers["location"] == "/booking/done"
    assert guest.post("/check", go="leave").headers["location"] == "/booking/done"
    with desk.database.transaction() as session:
        assert len(session.exec(select(Booking)).all()) == 1
        row = session.exec(select(Wizard)).one()
        assert "Иванова".encode() not in (row.typed or b"")


def test_a_place_that_somebody_took_says_so_and_shows_the_nearest(desk: Desk) -> None:
    first, second = desk.visitor(), desk.visitor()
    first.up_to_time()
    second.up_to_time()
    start = first.times()[2]
    assert first.post("/time", start=start, go="next").status_code == 303
    assert "Держим место за вами до" in first.get("/data").text
    lost = second.post("/time", start=start, go="next")
    assert lost.status_code == 409
    assert "это время занял кто-то другой" in lost.text
    assert len(re.findall(r'<button class="btn quiet" type="submit" name="start"', lost.text)) == 3
    assert start not in second.times()


@pytest.mark.rows("B-14")
def test_an_office_that_is_switched_off_in_the_middle_of_the_walk_says_so(desk: Desk) -> None:
    guest = desk.visitor()
    guest.up_to_time()
    start = guest.times()[0]
    with desk.database.transaction() as session:
        for office in session.exec(select(Office)):
            office.switched_on = False
            session.add(office)
    answer = guest.post("/time", start=start, go="next")
    assert answer.status_code == 422
    assert "Этот офис сейчас не принимает записи на сайте" in answer.text


def test_a_lapsed_hold_is_taken_again_or_said_to_be_lost(desk: Desk) -> None:
    guest, other = desk.visitor(), desk.visitor()
    guest.up_to_time()
    start = guest.times()[2]
    guest.post("/time", start=start, go="next")
    guest.post("/data", go="next", **TYPED)
    guest.get("/check")
    riddle = captcha.fresh("sum").token
    with desk.database.transaction() as session:
        held = session.exec(select(Booking)).one()
        held.hold_until = clock.now() - timedelta(seconds=1)
        session.add(held)
    other.up_to_time()
    assert other.post("/time", start=start, go="next").headers["location"] == "/booking/data"
    said = guest.post("/check", riddle=riddle, answer=captcha.answer("sum", riddle), go="next")
    assert said.headers["location"] == "/booking/time"
    assert "это время занял кто-то другой" in guest.get("/time").text
    assert 'value="Иванова Мария Петровна"' not in guest.get("/time").text
    guest.post("/time", start=guest.times()[0], go="next")
    assert 'value="Иванова Мария Петровна"' in guest.get("/data").text


def test_the_visitor_chooses_how_he_is_reminded(desk: Desk) -> None:
    guest = desk.visitor()
    guest.up_to_time()
    guest.post("/time", start=guest.times()[0], go="next")
    guest.post("/data", go="next", **TYPED)
    assert re.search(r'name="remind" value="email" checked', guest.get("/check").text)
    assert guest.post("/check", riddle="", answer="1", remind="sms", go="next").status_code == 422
    assert re.search(r'name="remind" value="sms" checked', guest.get("/check").text)
    guest.finish()
    with desk.database.transaction() as session:
        assert session.exec(select(Booking)).one().remind_by == "sms"


def test_a_visit_by_phone_or_video_is_chosen_where_the_service_is_given_so(desk: Desk) -> None:
    guest = desk.visitor()
    guest.up_to_time()
    guest.post("/time", start=guest.times()[0], go="next")
    guest.post("/data", go="next", **TYPED)
    assert 'name="way"' not in guest.get("/check").text
    with desk.database.transaction() as session:
        for service in session.exec(select(Service)):
            service.ways = ["office", "phone", "video"]
            session.add(service)
    page = guest.get("/check").text
    assert re.findall(r'name="way" value="(\w+)"', page) == ["office", "phone"]  # the office has no room for video
    with desk.database.transaction() as session:
        for office in session.exec(select(Office)):
            office.video_link = "https://video.example/room"
            session.add(office)
    guest.finish(way="video")
    assert "приём по видео: https://video.example/room" in guest.get("/done").text
    with desk.database.transaction() as session:
        assert session.exec(select(Booking)).one().way == "video"


def test_a_service_given_by_phone_only_needs_no_choice(desk: Desk) -> None:
    with desk.database.transaction() as session:
        for service in session.exec(select(Service)):
            service.ways = ["phone"]
            session.add(service)
    guest = desk.visitor()
    guest.up_to_time()
    guest.post("/time", start=guest.times()[0], go="next")
    guest.post("/data", go="next", **TYPED)
    assert 'name="way"' not in guest.get("/check").text
    guest.finish()
    assert "приём по телефону" in guest.get("/done").text
    for page in ("/done", "/ticket"):
        assert "Приходить в офис не нужно: специалист позвонит вам" in guest.get(page).text
        assert "обратитесь в выбранный офис" not in guest.get(page).text


@pytest.mark.rows("B-46")
def test_the_soonest_times_are_advised_and_the_minutes_are_counted_by_our_clock(desk: Desk) -> None:
    guest = desk.visitor()
    page = guest.up_to_time().text
    advised = re.findall(r'<button class="btn quiet" type="submit" name="start" value="([^"]+)"', page)
    assert "Советуем" in page
    assert 1 <= len(advised) <= 3
    assert datetime.fromisoformat(advised[0]) == min(datetime.fromisoformat(t) for t in guest.times())
    assert guest.post("/time", start=advised[0]).headers["location"] == "/booking/data"
    left = re.search(r'data-seconds="(\d+)"', guest.get("/data").text)
    assert left
    assert 300 < int(left[1]) <= 600
    assert "Советуем" not in guest.get("/time").text, "he has chosen"


def test_a_visit_that_was_refused_or_cancelled_by_us_says_why(desk: Desk) -> None:
    guest = desk.visitor()
    guest.booked()
    link = re.search(r'href="/booking(/v/[^"]+)"', guest.get("/done").text)
    assert link
    with desk.database.transaction() as session:
        booking = session.exec(select(Booking)).one()
        actions.cancel(
            session, booking.id or 0, Actor(Role.OPERATOR, name="Оператор"), clock.now(), "специалист заболел"
        )
    assert "Причина: специалист заболел" in guest.get(link[1]).text


def test_without_the_riddle_nothing_is_booked(desk: Desk) -> None:
    guest = desk.visitor()
    guest.up_to_time()
    guest.post("/time", start=guest.times()[0], go="next")
    guest.post("/data", go="next", **TYPED)
    guest.get("/check")
    for riddle in ("", captcha.fresh("sum").token):
        assert guest.post("/check", riddle=riddle, answer="1", go="next").status_code == 422
    with desk.database.transaction() as session:
        assert session.exec(select(Booking)).one().stage == Stage.HELD


@pytest.mark.rows("B-57", "B-58", "B-59", "B-60")
def test_a_booking_is_cancelled_by_mail_and_pin_in_two_steps(desk: Desk) -> None:
    guest = desk.visitor()
    guest.booked()
    stranger = desk.visitor()
    form = stranger.get("/cancel").text
    for words in ("Отменить запись на прием", "Внесение данных клиента", "Подтверждение отмены",
                  "Введите почтовый ящик и пин код, чтобы отменить запись.", "Адрес электронной почты*", "Пин код*", "Отправить"):  # fmt: skip
        assert words in form
    second = stranger.post("/cancel", email="MARIA@pochta.example", pin=guest.pin).text
    proof = re.search(r'name="proof" value="([^"]+)"', second)
    assert proof
    assert stranger.post("/cancel/confirm", proof=proof[1] + "0").status_code == 422
    assert "Запись отменена" in stranger.post("/cancel/confirm", proof=proof[1]).text
    with desk.database.transaction() as session:
        assert session.exec(select(Booking)).one().stage == Stage.CANCELLED


def test_a_pin_is_guessed_five_times_an_hour_and_not_more(desk: Desk) -> None:
    guest = desk.visitor()
    guest.booked()
    wrong = f"{(int(guest.pin) + 1) % 10000:04}"
    answers = [guest.post("/cancel", email="maria@pochta.example", pin=wrong).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    assert guest.post("/cancel", email="maria@pochta.example", pin=guest.pin).status_code == 429


def test_a_pin_is_not_guessed_from_many_addresses_either(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "booking-pin-email", (3, 1440))
    guest = desk.visitor()
    guest.booked()
    wrong = f"{(int(guest.pin) + 1) % 10000:04}"
    answers = []
    for number in range(4):
        monkeypatch.setattr("dashboard.session.address_of", lambda _request, n=number: f"203.0.113.{n}")
        answers.append(desk.visitor().post("/cancel", email="maria@pochta.example", pin=wrong).status_code)
    assert answers == [422] * 3 + [429]


def test_the_link_of_the_letter_moves_and_cancels(desk: Desk) -> None:
    guest = desk.visitor()
    guest.booked()
    code = re.search(r"/booking/v/([\w-]+)", guest.get("/done").text)
    assert code
    stranger = desk.visitor()
    page = stranger.get(f"/v/{code[1]}").text
    assert "Иванова" not in page
    start = re.search(r'name="start" value="([^"]+)"', page)
    assert start
    assert "Приём перенесён" in stranger.post(f"/v/{code[1]}/move", start=start[1]).text
    assert stranger.post(f"/v/{code[1]}/move", start="2020-01-01T09:00:00+00:00").status_code == 422
    assert "Запись отменена" in stranger.post(f"/v/{code[1]}/cancel").text
    assert stranger.get("/v/nothing").status_code == 404


def test_every_step_weighs_less_than_60_kb(desk: Desk) -> None:
    guest = desk.visitor()
    guest.up_to_time()
    css = re.search(r'href="(/assets/feeder[^"]+)"', guest.get("").text)
    assert css
    weight = len(guest.client.get(css[1]).content)
    guest.post("/time", start=guest.times()[0], go="next")
    guest.post("/data", go="next", **TYPED)
    pages = ("", "/office", "/service", "/time", "/data", "/consent", "/check", "/cancel")
    assert max(weight + len(guest.get(path).content) for path in pages) < LIMIT
    guest.finish()
    assert weight + len(guest.get("/done").content) < LIMIT


def test_steps_without_a_walk_lead_to_the_beginning_and_foreign_forms_are_refused(desk: Desk) -> None:
    guest = desk.visitor()
    for path in ("/office", "/service", "/time", "/data", "/check", "/done", "/ticket"):
        assert guest.get(path).headers["location"] == "/booking"
    assert guest.client.post("/booking", data={"csrf": "foreign"}).status_code == 400
    guest.up_to_time()
    assert guest.post("/office", go="leave").headers["location"] == "/booking"
    with desk.database.transaction() as session:
        assert not session.exec(select(Wizard)).all()


def test_the_demo_offices_have_free_time_for_every_service(desk: Desk) -> None:
    with desk.database.transaction() as session:
        for office in queries.offices(session):
            for service in queries.services(session, office.id or 0):
                assert isinstance(service, Service)
                assert queries.first_free(session, office, service.id or 0, clock.now())
