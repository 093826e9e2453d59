"""What letters, papers and pages tell of a visit: looked up once, in the office's own time. Changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, or_, select

from models.booking.register import Office, Service
from models.booking.tables import PROCESS, Booking, Waiting, WaitState, Way
from models.delivery.tables import Letter
from models.process.tables import History, Setting

# fields of the fourth step in its order: name, label verbatim (rows B-24…B-40), required
FIELDS: tuple[tuple[str, str, bool], ...] = (
    ("name", "Ваше ФИО полностью", True),
    ("account", "Номер лицевого счета", False),
    ("phone", "Номер сотового телефона", True),
    ("email", "Адрес электронной почты", True),
    ("address", "Адрес, в отношении которого подается обращение", True),
    ("passport_series", "Серия", False),
    ("passport_number", "Номер", True),
    ("passport_issued", "Дата выдачи", True),
    ("passport_issuer", "Кем выдан", True),
    ("passport_code", "Код подразделения", False),
    ("birth_date", "Дата рождения", True),
    ("birth_place", "Место рождения", True),
    ("utility", "Вид коммунальной услуги", True),
    ("registered", "Адрес места регистрации", True),
    ("lives", "Адрес фактического проживания", True),
    ("area", "Площадь жилого помещения", True),
    ("rooms", "Количество комнат", True),
)
PASSPORT = ("passport_series", "passport_number", "passport_issued", "passport_issuer", "passport_code")
UTILITIES = ("Электроэнергия", "Обращение с твердыми коммунальными отходами")  # row B-36
RESIDENT_COLUMNS = ("ФИО собственника полностью", "Дата рождения", "Дата регистрации")  # row B-41


@dataclass(frozen=True)
class Facts:
    """One visit with its office and service."""

    office: Office
    service: Service
    starts_at: datetime
    utility: str
    phone: str
    way: str = Way.OFFICE

    @property
    def place(self) -> str:
        """Where the visitor comes, or how he is received without coming."""
        if self.way == Way.PHONE:
            return f"{self.office.address} (приём по телефону: мы позвоним вам в назначенное время)"
        if self.way == Way.VIDEO:
            return f"{self.office.address} (приём по видео: {self.office.video_link or 'ссылку пришлём перед приёмом'})"
        return self.office.address

    def local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.office.time_zone))

    @property
    def day(self) -> str:
        return self.local(self.starts_at).strftime("%d.%m.%Y")

    @property
    def time(self) -> str:
        return self.local(self.starts_at).strftime("%-H:%M")


def facts(session: Session, booking: Booking) -> Facts:
    office, service = session.get_one(Office, booking.office_id), session.get_one(Service, booking.service_id)
    org = session.get(Setting, "org")
    utility: Mapping[str, Any] = org.value.get("utility", {}) if org else {}
    phone = office.phone or str(utility.get("phone", ""))
    return Facts(office, service, booking.starts_at, str(utility.get("full_short", "")), phone, booking.way)


def visit(told: Facts, booking: Booking, sealed: Mapping[str, Any], pin: str, link: str) -> dict[str, Any]:
    """The data of documents.visit.Visit."""
    consented = told.local(booking.consent_at).strftime("%d.%m.%Y %-H:%M") if booking.consent_at else ""
    return {
        "name": booking.name, "date": told.day, "time": told.time, "service": told.service.name,
        "office": told.place, "pin": pin, "papers": list(told.service.papers), "typed": typed(booking, sealed),
        "residents": [list(r) for r in sealed.get("residents", [])], "consented": consented, "utility": told.utility,
        "phone": told.phone, "number": f"{booking.id:06}", "starts": booking.starts_at.isoformat(),
        "ends": booking.ends_at.isoformat(), "way": booking.way, "moves": booking.notices, "link": link,
    }  # fmt: skip


def typed(booking: Booking, sealed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Labels and values of the fourth step; the passport is one line."""
    own = {"name": booking.name, "account": booking.account, "phone": booking.phone, "email": booking.email,
           "address": booking.address}  # fmt: skip
    known = {**sealed, **own}
    lines = [(label, str(known.get(name, ""))) for name, label, _ in FIELDS if name not in PASSPORT]
    return [*lines[:5], ("Паспорт", _passport(sealed)), *lines[5:]]


def _passport(sealed: Mapping[str, Any]) -> str:
    """«серия 4108 № 512340, выдан 02.04.2008 ТП № 47, код подразделения 470-047»: what was not typed is left out."""
    series, number, issued, issuer, code = (str(sealed.get(n) or "") for n in PASSPORT)
    first = " ".join(filter(None, (series and f"серия {series}", number and f"№ {number}")))
    given = " ".join(filter(None, (issued, issuer)))
    return ", ".join(filter(None, (first, given and f"выдан {given}", code and f"код подразделения {code}")))


def letter_data(told: Facts, name: str, link: str) -> dict[str, Any]:
    """Data of a letter, as documents.data.mail tells. `link` is a path of this site."""
    lines = [f"Дата: {told.day}", f"Время: {told.time}", f"Вид услуги: {told.service.name}"]
    return {
        "name": name, "number": "", "date": "", "object": "", "address": told.office.address,
        "what": f"{told.day}, {told.time}", "due": "", "turn": "", "then": "", "link": link, "phone": told.phone,
        "utility": told.utility, "details": [*lines, f"Офис обслуживания: {told.place}"],
    }  # fmt: skip


def letter_ordered(session: Session, key: str) -> bool:
    return session.exec(select(Letter.id).where(Letter.key == key)).first() is not None


def last_reason(session: Session, booking_id: int, *moves: str) -> str:
    """Why the last of these moves was made, "displace" for example."""
    tags = [col(History.tag).like(f"%:{move}") for move in moves]
    query = select(History.reason).where(History.process == PROCESS, History.subject_id == booking_id, or_(*tags))
    return session.exec(query.order_by(col(History.seq).desc())).first() or ""


def offered(session: Session, booking_id: int) -> Waiting | None:
    return session.exec(
        select(Waiting).where(Waiting.booking_id == booking_id, Waiting.state == WaitState.OFFERED)
    ).first()
