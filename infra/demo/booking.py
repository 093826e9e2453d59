"""Visits of the demonstration: places laid out, visitors of the coming days, through the verbs. Invented people only."""

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any

from sqlmodel import Session

from models.booking import actions, layout, queries, rules
from models.booking.taking import Wish
from models.process.actor import Actor, Role

NAMES = ("Лебедева Ольга Ивановна", "Громов Илья Сергеевич", "Тихонова Вера Павловна", "Беляев Роман Олегович",
         "Сазонова Нина Фёдоровна", "Ершов Пётр Кириллович", "Власова Дарья Юрьевна", "Носов Антон Ильич")  # fmt: skip
EACH = 12  # visits an office
_VISITOR = Actor(Role.APPLICANT)


def fill(session: Session, now: datetime, lock: Callable[[dict[str, Any]], bytes], secret: str) -> int:
    """Bookings of every switched-on office; the number of them. `lock` seals, `secret` is the installation's."""
    dice, made = Random(861), 0  # noqa: S311 - the same demonstration every time
    for office in queries.offices(session):
        layout.lay_out(session, office, now)
        services = [s.id or 0 for s in queries.services(session, office.id or 0)]
        for number in range(EACH):
            service = dice.choice(services)
            free = queries.nearest(session, office.id or 0, service, now, now, 60)
            if free:
                _book(session, Wish(office.id or 0, service, dice.choice(free)), made + number, now, lock, secret)
        made += EACH
    return made


def _book(
    session: Session, wish: Wish, number: int, now: datetime, lock: Callable[[dict[str, Any]], bytes], secret: str
) -> None:
    name, email, pin, code = (
        NAMES[number % len(NAMES)],
        f"visitor{number}@pochta.example",
        rules.new_pin(),
        rules.link_code(),
    )
    address = f"г. Приозёрск, ул. Лесная, д. {1 + number % 40}"
    visitor = actions.Visitor(
        name, email, "+79225550100", address, sealed=lock({"lives": address, "registered": address}),
        ticket=lock({"pin": pin, "code": code}), pin_hash=rules.pin_hash(secret, email, pin), code=code, consent_at=now,
    )  # fmt: skip
    held = actions.hold(session, wish, _VISITOR, now)
    actions.book(session, held.id or 0, _VISITOR, visitor, now)
