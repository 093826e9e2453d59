"""Offices and services of booking that an installation begins with: rows of `booking-<profile>.toml`. What people changed stays.
Wakes nobody: a migrated database has an empty queue. Upkeep finds the offices that no timetable moves."""

import tomllib
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from infra.settings import settings
from models.booking.register import Desk, DeskService, Office, Plan, Region, Service
from models.people.tables import Branch

HERE = Path(__file__).parent
_WORKWEEK = 5


def load(session: Session) -> None:
    """Adds services by code and offices by address where they are missing; nothing for a profile without such a file."""
    file = HERE / f"booking-{settings().profile}.toml"
    if not file.exists():
        return
    told = tomllib.loads(file.read_text("utf-8"))
    services = {s.code: s for s in session.exec(select(Service))}
    for row in told["services"]:
        if row["code"] not in services:
            services[row["code"]] = Service(**row)
            session.add(services[row["code"]])
    session.flush()
    have = set(session.exec(select(Office.address)))
    for row in told["offices"]:
        if row["address"] not in have:
            _office(session, row, {code: s.id or 0 for code, s in services.items()})


def _office(session: Session, row: dict[str, Any], services: dict[str, int]) -> None:
    branch = session.exec(select(Branch).where(Branch.name == row["branch"])).first()
    office = Office(
        region_id=_region(session, row["region"]), branch_id=branch.id if branch else None, address=row["address"],
        phone=row["phone"], time_zone=row["time_zone"], switched_on=row["switched_on"], video_link=row.get("video", ""),
    )  # fmt: skip
    session.add(office)
    session.flush()
    for told in row["desks"]:
        desk = Desk(office_id=office.id or 0, name=told["name"])
        session.add(desk)
        session.flush()
        session.add_all(DeskService(desk_id=desk.id or 0, service_id=services[code]) for code in told["services"])
        session.add_all(_plan(office, desk, weekday, row["hours"], told["breaks"]) for weekday in range(_WORKWEEK))
    session.flush()


def _plan(office: Office, desk: Desk, weekday: int, hours: list[str], breaks: list[list[str]]) -> Plan:
    return Plan(
        office_id=office.id or 0, desk_id=desk.id, weekday=weekday, opens=hours[0], closes=hours[1], breaks=breaks
    )


def _region(session: Session, name: str) -> int:
    found = session.exec(select(Region).where(Region.name == name)).first()
    if found is None:
        found = Region(name=name)
        session.add(found)
        session.flush()
    return found.id or 0
