"""How many came, when and for what: counts for the charts of the office. Plain selects, no names."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

_LOAD = text("""
    select b.office_id, s.name as service, extract(hour from b.starts_at at time zone o.time_zone)::int as hour, b.stage,
           count(*) as count
      from booking b join booking_office o on o.id = b.office_id join booking_service s on s.id = b.service_id
     where b.starts_at >= :first and b.starts_at < :last and b.stage <> 'HELD'
     group by 1, 2, 3, 4 order by 1, 2, 3, 4""")


def load(session: Session, first: datetime, last: datetime) -> list[dict[str, object]]:
    """For charts: office_id, service, local hour, stage, count."""
    return [dict(r) for r in session.execute(_LOAD, {"first": first, "last": last}).mappings()]
