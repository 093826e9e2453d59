"""An office of the tests: one or more desks, one service, places laid out, people who act."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, select

from models.booking import actions, layout
from models.booking.register import Desk, DeskService, Office, Plan, Region, Service
from models.booking.tables import Booking
from models.booking.taking import Wish
from models.process.actor import Actor, Role

NOW = datetime(2026, 11, 2, 5, 0, tzinfo=UTC)  # Monday, eight in Moscow
NINE = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)  # Tuesday at nine; a short day, before 4 November
VISITOR = Actor(Role.APPLICANT, name="Посетитель")
CLERK = Actor(Role.OPERATOR, name="Оператор")
CHIEF = Actor(Role.MANAGER, name="Начальник")
SECRET = "secret"


@dataclass
class Scene:
    office: Office
    desks: list[Desk]
    service: Service

    def wish(self, at: datetime = NINE) -> Wish:
        return Wish(self.office.id or 0, self.service.id or 0, at)

    @property
    def desk_ids(self) -> list[int]:
        return [d.id or 0 for d in self.desks]


def scene(
    session: Session, desks: int = 1, *, minutes: int = 30, buffer: int = 0, breaks: tuple[tuple[str, str], ...] = (),
    zone: str = "Europe/Moscow", now: datetime = NOW, horizon: int = 14, on: bool = True,
) -> Scene:  # fmt: skip
    region = session.exec(select(Region)).first() or Region(name="Область")
    session.add(region)
    session.flush()
    count = len(session.exec(select(Office)).all())
    office = Office(
        region_id=region.id or 0, address=f"г. Приозёрск, ул. Проверочная, д. {count}", time_zone=zone, switched_on=on,
        horizon_days=horizon,
    )  # fmt: skip
    service = Service(code=f"test-{count}", name="Проверка", minutes=minutes, buffer_minutes=buffer)
    session.add_all([office, service])
    session.flush()
    made = [Desk(office_id=office.id or 0, name=f"Окно {n}") for n in range(1, desks + 1)]
    session.add_all(made)
    session.flush()
    session.add_all(DeskService(desk_id=d.id or 0, service_id=service.id or 0) for d in made)
    hours = {"opens": "09:00", "closes": "18:00", "breaks": [list(b) for b in breaks]}
    session.add_all(Plan(office_id=office.id or 0, weekday=n, **hours) for n in range(5))
    session.flush()
    layout.lay_out(session, office, now)
    return Scene(office, made, service)


def visitor(n: int = 1, pin: str = "7109") -> actions.Visitor:
    from models.booking.rules import pin_hash

    email = f"v{n}@pochta.example"
    return actions.Visitor(
        "Иванова Мария Петровна", email, "+79225550100", pin_hash=pin_hash(SECRET, email, pin), code=f"code-{n}" * 5,
        consent_at=NOW,
    )  # fmt: skip


def booked(session: Session, made: Scene, at: datetime = NINE, now: datetime = NOW, n: int = 1) -> Booking:
    held = actions.hold(session, made.wish(at), VISITOR, now)
    return actions.book(session, held.id or 0, VISITOR, visitor(n), now + timedelta(minutes=1))
