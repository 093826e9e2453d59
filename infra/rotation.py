"""Re-encrypts what the vault holds under its newest key: in batches, each a transaction with its place, so that a killed
run goes on where it stood. Never decrypts into a log, never leaves a row half written."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from infra.database import Database

BATCH = 500
# table, key, column: everything that is locked by the vault
SEALED = (
    ("app_user", "id", "passport"),
    ("connection", "id", "passport"),
    ("second_factor", "user_id", "secret"),
    ("booking", "id", "sealed"),
    ("booking", "id", "ticket"),
)
_SETTING = "keys:rotation"
Turn = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Passed:
    """One batch: how many rows of which column were turned."""

    place: str
    rows: int


def mark(newest: str) -> str:
    """Which key a rotation was for, without telling it."""
    return hashlib.sha256(newest.encode()).hexdigest()[:16]


def rotate(db: Database, turn: Turn, newest: str, batch: int = BATCH) -> Iterator[Passed]:
    """Every batch that was committed. Nothing when this key has been rotated to already."""
    for table, key, column in SEALED:
        while True:
            with db.transaction() as session:
                count = _batch(session, table, key, column, turn, mark(newest), batch)
            if count is None:
                break
            yield Passed(f"{table}.{column}", count)


def _batch(session: Session, table: str, key: str, column: str, turn: Turn, wanted: str, most: int) -> int | None:
    """None: this column is done. Rows are locked in the order of their keys."""
    state = _state(session, wanted)
    place = f"{table}.{column}"
    if place in state["done"]:
        return None
    query = text(f"""select {key} as id, {column} as sealed from {table} where {key} > :after and {column} is not null
        order by {key} limit :most for update""")  # noqa: S608 - names of SEALED
    rows = session.execute(query, {"after": state["after"].get(place, 0), "most": most}).all()
    change = text(f"update {table} set {column} = :sealed where {key} = :id")  # noqa: S608
    for row in rows:
        session.execute(change, {"sealed": turn(bytes(row.sealed)), "id": row.id})
    if rows:
        state["after"][place] = rows[-1].id
    if len(rows) < most:
        state["done"].append(place)
    _keep(session, state)
    return len(rows)


def _state(session: Session, wanted: str) -> dict[str, Any]:
    """Locked until the batch commits: two rotations at once take turns. Another key begins anew."""
    session.execute(
        text("insert into setting (name, value) values (:name, '{}') on conflict (name) do nothing"), {"name": _SETTING}
    )
    found = session.execute(text("select value from setting where name = :name for update"), {"name": _SETTING})
    value = found.scalar_one()
    return value if value.get("key") == wanted else {"key": wanted, "after": {}, "done": []}


def _keep(session: Session, state: dict[str, Any]) -> None:
    session.execute(
        text("update setting set value = cast(:value as jsonb) where name = :name"),
        {"name": _SETTING, "value": json.dumps(state)},
    )
