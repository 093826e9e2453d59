"""Read side of the feeding centres: free power, who holds it, what was changed. Plain selects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session, col, func, select

from models.connection.tables import Application
from models.network.actions import standing
from models.network.tables import CENTRE, Centre, Held, Reservation
from models.process.tables import History

__all__ = ["CentreSight", "HeldPower", "centre", "centres", "changes", "held_in", "standing"]


@dataclass(frozen=True)
class CentreSight:
    """A feeding centre as people choose it; powers in kW, `cases` hold the reserved part."""

    id: int
    name: str
    voltage: str
    branch_id: int
    location: str
    closed: bool
    version: int
    installed_kw: Decimal
    connected_kw: Decimal
    reserved_kw: Decimal
    cases: int

    @property
    def free_kw(self) -> Decimal:
        return self.installed_kw - self.connected_kw - self.reserved_kw

    @property
    def share(self) -> float:
        """Of the installed power, how much is taken: 0…1."""
        return float((self.connected_kw + self.reserved_kw) / self.installed_kw) if self.installed_kw else 1.0


def centres(session: Session, branch_id: int | None = None) -> list[CentreSight]:
    """Those of a branch, or all of them; by name."""
    cases = (
        select(Reservation.centre_id, func.count().label("cases"))
        .where(Reservation.state == Held.HELD)
        .group_by(col(Reservation.centre_id))
        .subquery()
    )
    query = select(Centre, func.coalesce(cases.c.cases, 0)).join(cases, cases.c.centre_id == Centre.id, isouter=True)
    if branch_id is not None:
        query = query.where(Centre.branch_id == branch_id)
    return [_sight(c, n) for c, n in session.exec(query.order_by(col(Centre.name))).all()]


def centre(session: Session, centre_id: int) -> CentreSight | None:
    return next((c for c in centres(session) if c.id == centre_id), None)


def _sight(c: Centre, cases: int) -> CentreSight:
    return CentreSight(
        c.id or 0, c.name, c.voltage, c.branch_id, c.location, c.closed, c.version,
        c.installed_kw, c.connected_kw, c.reserved_kw, cases,
    )  # fmt: skip


@dataclass(frozen=True)
class HeldPower:
    """One case that holds power of a centre."""

    application_id: int
    number: str
    stage: str
    kw: Decimal
    made_at: datetime


def held_in(session: Session, centre_id: int, limit: int = 200) -> list[HeldPower]:
    """Open reservations of a centre, the oldest first."""
    query = (
        select(Application, Reservation)
        .join(Reservation, col(Reservation.application_id) == Application.id)
        .where(Reservation.centre_id == centre_id, Reservation.state == Held.HELD)
        .order_by(col(Reservation.made_at), col(Reservation.id))
    )
    found = session.exec(query.limit(limit)).all()
    return [HeldPower(c.id or 0, c.number or "", c.stage, r.kw, r.made_at) for c, r in found]


def changes(session: Session, centre_id: int, limit: int = 50) -> Sequence[History]:
    """What people changed of a centre, newest first."""
    query = select(History).where(History.process == CENTRE, History.subject_id == centre_id)
    return session.exec(query.order_by(col(History.seq).desc()).limit(limit)).all()
