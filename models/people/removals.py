"""Bytes of the store that retention lets go: asked for in the transaction that deletes their row, removed by a leg afterwards.

Never names bytes that any row still points at: the same file may have been sent twice, and is stored once."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.people.access_tables import ObjectRemoval, Removal

REST = timedelta(days=1)  # between putting bytes and writing which row points at them: a form may wait that long
# every column that names an object of the store; a test compares it with the database
HOLDERS: tuple[tuple[str, str], ...] = (
    ("appeal_file", "key"), ("attachment", "key"), ("content_item", "file_key"),
    ("document", "pdf_key"), ("document", "docx_key"), ("document", "seal_key"),
    ("power_of_attorney", "xml_key"), ("power_of_attorney", "signature_key"), ("representative", "scan_key"),
    ("signing_document", "pdf_key"), ("signing_document", "seal_key"), ("signing_signature", "signature_key"),
)  # fmt: skip
_OF_LETTERS = """select f ->> 1 from letter, jsonb_array_elements(data -> 'files') f
    where jsonb_typeof(data -> 'files') = 'array' and f ->> 1 = any(:keys)"""


def ask(session: Session, keys: Iterable[str], ground: str, now: datetime) -> None:
    """Order the removal of these bytes. Asking twice is asking once; what was held once is looked at anew."""
    for key in sorted({key for key in keys if key}):
        told = {"ground": ground, "asked_at": now, "done_at": None, "outcome": ""}
        row = insert(ObjectRemoval).values(key=key, **told)
        session.execute(row.on_conflict_do_update(index_elements=["key"], set_=told))


def waiting(session: Session, after: str, most: int) -> Sequence[str]:
    """Keys in their order, those after `after`."""
    query = select(ObjectRemoval.key).where(col(ObjectRemoval.done_at).is_(None), ObjectRemoval.key > after)
    return session.exec(query.order_by(ObjectRemoval.key).limit(most)).all()


def held(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of the keys that some row points at."""
    columns = (f"select {column} from {table} where {column} = any(:keys)" for table, column in HOLDERS)  # noqa: S608
    found = session.execute(text(" union ".join([*columns, _OF_LETTERS])), {"keys": list(keys)})
    return set(found.scalars())


def done(session: Session, keys: Iterable[str], outcome: Removal, now: datetime) -> None:
    query = text(
        "update object_removal set done_at = :now, outcome = :outcome where key = any(:keys) and done_at is null"
    )
    session.execute(query, {"now": now, "outcome": outcome, "keys": list(keys)})
