"""What a flow run is called: what a manager would say. 'ТП-000123/26 · offer_placed'."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session

from models.process.work import Row

_LABELS = {
    "connection": "select coalesce(number, 'черновик ' || id) || ' · ' || lower(stage) as label from connection where id = :id",
    "issuing": "select title || ' № ' || number as label from document where id = :id",
    "delivery": "select kind || ' → ' || recipient as label from letter where id = :id",
    "signing": "select title || ' · ' || lower(stage) as label from signing where id = :id",
    "appeal": "select number || ' · ' || lower(stage) as label from appeal where id = :id",
    "booking": "select 'Приём ' || lpad(id::text, 6, '0') || ' · ' || lower(stage) as label from booking where id = :id",
    "trust": "select 'Список отозванных · ' || coalesce(nullif(issuer, ''), address) as label from trust_list where id = :id",
    "certificate": "select 'Сертификат · ' || owner as label from user_certificate where id = :id",
    "edoc": "select d.title || ' · ' || e.state as label from edoc e join document d on d.id = e.document_id where e.id = :id",
    "timetable": "select 'Расписание · ' || address as label from booking_office where id = :id",
    "webhooks": "select c.event || ' → ' || split_part(w.address, '/', 3) as label from webhook_call c "
    "join webhook w on w.id = c.webhook_id where c.id = :id",
    "payment": "select number || ' · ' || amount || ' ₽' as label from payment_order where id = :id",
}


def label(session: Session, process: str, rows: Sequence[Row]) -> tuple[str, list[str]]:
    """The name of a leg's run and its tags. One short select."""
    first = rows[0]
    found = session.execute(text(_LABELS[process]), {"id": first.subject}).first() if process in _LABELS else None
    name = str(found.label) if found else f"{process} {first.subject}"
    more = f" и ещё {len(rows) - 1}" if len(rows) > 1 else ""
    return f"{name}{more}"[:200], ["warm", process, *([name.split(" · ")[-1]] if process == "connection" else [])]
