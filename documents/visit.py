"""A booked visit in words: the card of rows B-47 and B-53, the ticket as PDF, the calendar entry. Pure: data in, bytes out."""

from datetime import datetime, timedelta
from typing import Any, TypedDict

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from documents import pdf
from documents.source import paper, shipped

ARRIVAL = (
    "Регистрация успешно пройдена, обратитесь в выбранный офис обслуживания, не ранее, чем за 15 минут до начала приема и не "
    "позднее, чем через 5 минут после назначенного времени. В иные временные интервалы, обслуживание осуществляться не будет. "
    "При обращении необходимо предъявить документы, указанные в перечне для предоставления услуги, а также для сокращения "
    "времени обработки документов предоставить направленные на электронную почту подписанные вложения в распечатанном виде."
)  # row B-48, verbatim
REMOTE = {  # instead of it for whoever does not come: the ways of models.booking.tables
    "phone": "Приходить в офис не нужно: специалист позвонит вам в назначенное время. Держите под рукой документы из перечня.",
    "video": "Приходить в офис не нужно: подключитесь по ссылке не ранее, чем за 15 минут до начала приема, и не позднее, чем "
    "через 5 минут после назначенного времени. Держите под рукой документы из перечня.",
}
CONSENT_PURPOSE = (
    "на обработку персональных данных: сбор, запись, хранение, уточнение, использование, передачу работникам, ведущим приём, "
    "и уничтожение. Цели: запись на приём, подготовка и заключение договора по выбранной услуге, сообщения о записи."
)
CONSENT_DATA = (
    "фамилия, имя, отчество; дата и место рождения",
    "паспорт: серия, номер, дата выдачи, кем выдан, код подразделения",
    "адреса: места регистрации, фактического проживания, помещения, о котором обращение",
    "номер сотового телефона, адрес электронной почты, номер лицевого счёта",
    "вид коммунальной услуги, площадь и число комнат жилого помещения",
    "сведения о проживающих: ФИО, дата рождения, дата регистрации",
)


class Visit(TypedDict):
    """Everything that papers of a visit say. Times are local to the office and ready to print, but `starts` and `ends`."""

    name: str
    date: str  # "03.11.2026"
    time: str  # "9:00"
    service: str
    office: str
    pin: str  # "" where it is not to be shown
    papers: list[str]
    typed: list[tuple[str, str]]  # labels and values of the fourth step
    residents: list[list[str]]
    consented: str  # "02.11.2026 8:10", or ""
    utility: str
    phone: str
    number: str
    starts: str  # ISO, UTC
    ends: str
    way: str  # office, phone, video
    moves: int  # how often it was moved: calendars take the entry with the greater one
    link: str  # of the visit's page, or ""


def arrival(visit: Visit) -> str:
    """What to do at the appointed time: row B-48, or how a visit goes that needs no coming."""
    remote = REMOTE.get(visit["way"])
    return f"Регистрация успешно пройдена. {remote}" if remote else ARRIVAL


def card(visit: Visit) -> list[tuple[str, str]]:
    """Labels verbatim from row B-47."""
    return [
        ("Ф.И.О", visit["name"]),
        ("Дата вызова", visit["date"]),
        ("Время вызова", visit["time"]),
        ("Вид услуги", visit["service"]),
        ("Офис обслуживания", visit["office"]),
        ("Пин код", visit["pin"]),
    ]


def lines(visit: Visit) -> list[str]:
    """The card as lines of a letter, and the number by which the board of the office calls."""
    return [*(f"{name}: {value}" for name, value in card(visit) if value), f"Номер талона: {visit['number']}"]


def ticket_pdf(visit: Visit, org: dict[str, Any], issued: str) -> bytes:
    """«Талон» in the house's paper. `issued`: ISO day. Raises TemplateFault."""
    data = {
        "visit": visit, "card": [{"name": n, "value": v} for n, v in card(visit) if v], "arrival": arrival(visit),
        "org": org, "issued": issued, "verify": {"url": org["site"]},
    }  # fmt: skip
    return pdf.write(paper(shipped(), "visit_ticket.md", data))


def feed(name: str, entries: list[tuple[str, datetime, datetime, str, str]], now: datetime) -> bytes:
    """A calendar to subscribe to: (uid, start, end, summary, place) of every visit."""
    made = Calendar()
    made.add("prodid", "-//Feeder//booking//RU")
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    for uid, start, end, summary, place in entries:
        entry = Event()
        for field, value in (("uid", uid), ("dtstamp", now), ("dtstart", start), ("dtend", end)):
            entry.add(field, value)
        entry.add("summary", summary)
        entry.add("location", place)
        made.add_component(entry)
    return bytes(made.to_ical())


def calendar(visit: Visit, sender: str, *, cancelled: bool = False) -> bytes:
    """An .ics with reminders a day and two hours before; the same visit moved replaces itself, cancelled takes itself away."""
    entry = Event()
    entry.add("uid", f"booking-{visit['number']}@feeder")
    entry.add("dtstamp", datetime.fromisoformat(visit["starts"]))
    entry.add("sequence", visit["moves"] + cancelled)
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    entry.add("dtstart", datetime.fromisoformat(visit["starts"]))
    entry.add("dtend", datetime.fromisoformat(visit["ends"]))
    entry.add("summary", f"Приём: {visit['service']}")
    entry.add("location", visit["office"])
    entry.add("description", f"{arrival(visit)}\n\n{visit['link']}".strip())
    organizer = vCalAddress(f"mailto:{sender}")
    organizer.params["cn"] = vText(visit["utility"])
    entry["organizer"] = organizer
    for before in () if cancelled else (timedelta(days=1), timedelta(hours=2)):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", "Запись на приём")
        alarm.add("trigger", -before)
        entry.add_component(alarm)
    made = Calendar()
    made.add("prodid", "-//Feeder//booking//RU")
    made.add("version", "2.0")
    made.add("method", "CANCEL" if cancelled else "PUBLISH")
    made.add_component(entry)
    return bytes(made.to_ical())
