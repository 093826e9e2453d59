"""Verbs in the field: the visit, the meter, Rostekhnadzor. Each checks the right, changes rows, flushes, never commits."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, select

from models.connection import queries
from models.connection.moving import lock, move, ready
from models.connection.tables import Application, Inspection, Meter
from models.process.actor import Actor
from models.process.errors import Invalid, ManyInvalid
from models.process.typed import number


def inspect(
    session: Session, case_id: int, actor: Actor, values: dict[str, Any], passed: bool, on: date, now: datetime
) -> Application:
    """Write down a visit: values {devices, checks, remarks}. With remarks the case goes back to the applicant."""
    case = lock(session, case_id, actor)
    if not passed and not values.get("remarks"):
        raise Invalid("remarks", "Write at least one remark, or mark the inspection as passed")
    for remark in values.get("remarks", []):
        if not remark.get("what", "").strip() or not _is_day(remark.get("due")):
            raise Invalid("remarks", "Write each remark with the day by which it is to be removed")
    if on > now.astimezone(queries.zone_of(session, case)).date():
        raise Invalid("on", "The day of the visit cannot lie ahead")
    name = "pass_inspection" if passed else "fail_inspection"
    ready(session, case, name, actor, now)
    seq = (
        1
        + session.exec(
            select(func.coalesce(func.max(Inspection.seq), 0)).where(col(Inspection.application_id) == case_id)
        ).one()
    )
    session.add(
        Inspection(
            application_id=case_id,
            seq=seq,
            on=on,
            inspector_id=actor.person,
            passed=passed,
            values=values,
            at=now,
        )
    )
    return move(session, case, name, actor, now)


def _is_day(value: object) -> bool:
    """An ISO day: papers cannot be made of anything else."""
    try:
        return bool(date.fromisoformat(str(value)))
    except ValueError:
        return False


METER_REQUIRED = ("model", "accuracy", "verified", "interval_years", "next_check", "place")


def admit_meter(
    session: Session, case_id: int, actor: Actor, serial: str, values: dict[str, Any], on: date, now: datetime
) -> Application:
    """Admit the meter to operation (п. 109): its act is made and placed the same day."""
    case = lock(session, case_id, actor)
    faults = [Invalid(name, "Fill in this field") for name in METER_REQUIRED if not values.get(name)]
    if not 5 <= len(serial.strip()) <= 20:
        faults.append(Invalid("serial", "The number of a meter has 5 to 20 characters"))
    faults += [
        Invalid(name, "Write the date as day, month, year, for example 14.03.2012")
        for name in ("verified", "next_check")
        if values.get(name) and not _is_day(values[name])
    ]
    faults += _readings(values.get("readings") or [])
    if on > now.astimezone(queries.zone_of(session, case)).date():
        faults.append(Invalid("on", "The day of admission cannot lie ahead"))
    if faults:
        raise ManyInvalid(faults)
    ready(session, case, "admit_meter", actor, now)
    row = Meter(application_id=case_id, serial=serial.strip(), admitted_on=on, inspector_id=actor.person, values=values)
    session.add(row)
    return move(session, case, "admit_meter", actor, now, changes={"serial": row.serial})


def _readings(rows: list[dict[str, Any]]) -> list[Invalid]:
    """What is wrong with the readings of the day: they go into the act as they were typed."""
    if not rows:
        return [Invalid("readings", "Write the reading on the day of admission")]
    found = [number(row.get("value"), 3) for row in rows]
    if all(value is not None and value >= 0 for value in found):
        return []
    return [Invalid("readings", "Write the reading in digits, as the meter shows it: 000012,4")]


RTN_KINDS = ("notice", "permission")


def record_rtn(
    session: Session, case_id: int, actor: Actor, kind: str, number: str, on: date, now: datetime
) -> Application:
    """The notice to Rostekhnadzor or its permission, with number and day (п. 18). Raises ManyInvalid beside the fields."""
    case = lock(session, case_id, actor)
    faults = []
    if kind not in RTN_KINDS:
        faults.append(Invalid("kind", "Choose a notice or a permission"))
    if not number.strip():
        faults.append(Invalid("number", "Write the number of the paper"))
    if on > now.astimezone(queries.zone_of(session, case)).date():
        faults.append(Invalid("on", "The day of the paper cannot lie ahead"))
    if faults:
        raise ManyInvalid(faults)
    ready(session, case, "record_rtn", actor, now)
    case.rtn = {"kind": kind, "number": number.strip(), "on": on.isoformat()}
    return move(session, case, "record_rtn", actor, now, changes=case.rtn, checked=True)
