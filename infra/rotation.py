"""Brings everything that is sealed under the newest key, and seals what still lies plainly: in batches, each with its
place, so that a killed run goes on where it stood. Never decrypts into a log, never leaves a row half written."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import text
from sqlmodel import Session

from infra.database import Database
from infra.storage import Damaged
from models.people import sealing

BATCH = 500
OBJECTS = "objects"
_SETTING = "keys:rotation"
Turn = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Place:
    """A column that is sealed, and how a value of it is turned."""

    table: str
    key: str
    column: str
    turn: Callable[[Any], Any] | None = None  # None: bytes locked by the vault

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


def _word(value: str) -> str:
    return sealing.seal(sealing.opened(value))


def _login(value: str) -> str:
    plain = sealing.opened(value)
    return sealing.seal(plain) if sealing.is_number(plain) else plain


def _json(value: Any) -> Any:
    return sealing.every(value, _word)


def _bytes(value: bytes) -> bytes:
    return sealing.seal_bytes(sealing.opened_bytes(bytes(value)))


SEALED = (
    Place("app_user", "id", "passport"),
    Place("connection", "id", "passport"),
    Place("identity_signature", "id", "sealed"),
    Place("second_factor", "user_id", "secret"),
    Place("booking", "id", "sealed"),
    Place("booking", "id", "ticket"),
    Place("webhook", "id", "secret"),
    Place("api_answer", "id", "body"),
    Place("app_user", "id", "snils", _word),
    Place("app_user", "id", "login", _login),
    Place("connection", "id", "draft", _json),
    Place("connection", "id", "person", _json),
    Place("document", "id", "data", _json),
    Place("proof", "id", "data", _json),
    Place("user_certificate", "id", "snils", _word),
    Place("user_certificate", "id", "der", _bytes),
    Place("power_of_attorney", "id", "representatives", _json),
    Place("power_of_attorney", "id", "report", _json),
    Place("signing_signature", "id", "verdict", _json),
)


class Objects(Protocol):
    """Stored objects: see infra.storage_sealed."""

    def names(self, after: str, most: int) -> list[str]: ...

    def turn(self, key: str) -> None: ...


@dataclass(frozen=True)
class Passed:
    """One batch: how many rows of which column were written."""

    place: str
    rows: int
    aside: tuple[str, ...] = ()  # objects that do not open with any key, or were changed


def mark(newest: str) -> str:
    """Which key a rotation was for, without telling it."""
    return hashlib.sha256(newest.encode()).hexdigest()[:16]


def rotate(
    db: Database, turn: Turn, newest: str, batch: int = BATCH, objects: Objects | None = None
) -> Iterator[Passed]:
    """Every batch that was committed. Nothing when this key has been rotated to already. Raises sealing.LostKey, ValueError
    when a row does not open."""
    for place in SEALED:
        while True:
            with db.transaction() as session:
                count = _batch(session, place, turn, mark(newest), batch)
            if count is None:
                break
            yield Passed(place.name, count)
    if objects is not None:
        yield from _objects(db, objects, mark(newest), batch)


def _batch(session: Session, place: Place, turn: Turn, wanted: str, most: int) -> int | None:
    """None: this column is done. Rows are locked in the order of their keys."""
    state = _state(session, wanted)
    if place.name in state["done"]:
        return None
    query = text(f"""select {place.key} as id, {place.column} as sealed from {place.table}
        where {place.key} > :after and {place.column} is not null
        order by {place.key} limit :most for update""")  # noqa: S608 - names of SEALED
    rows = session.execute(query, {"after": state["after"].get(place.name, 0), "most": most}).all()
    written = sum(_write(session, place, row.id, row.sealed, turn) for row in rows)
    if rows:
        state["after"][place.name] = rows[-1].id
    if len(rows) < most:
        state["done"].append(place.name)
    _keep(session, state)
    return written


def _write(session: Session, place: Place, row_id: int, value: Any, turn: Turn) -> bool:
    """Whether the row had to be written: what is under the newest key already stays as it is."""
    fresh = turn(bytes(value)) if place.turn is None else place.turn(value)
    if fresh == value:
        return False
    told, sort = (json.dumps(fresh, ensure_ascii=False), "jsonb") if place.turn is _json else (fresh, "")
    change = f"cast(:sealed as {sort})" if sort else ":sealed"
    query = text(f"update {place.table} set {place.column} = {change} where {place.key} = :id")  # noqa: S608
    session.execute(query, {"sealed": told, "id": row_id})
    return True


def _objects(db: Database, objects: Objects, wanted: str, most: int) -> Iterator[Passed]:
    """No transaction is open while objects are written; an object that was turned twice is as good as once."""
    while True:
        with db.transaction() as session:
            state = _state(session, wanted)
        if OBJECTS in state["done"]:
            return
        names = objects.names(str(state["after"].get(OBJECTS, "")), most)
        aside = tuple(name for name in names if not _turned(objects, name))
        with db.transaction() as session:
            state = _state(session, wanted)
            if names:
                state["after"][OBJECTS] = names[-1]
            if len(names) < most:
                state["done"].append(OBJECTS)
            _keep(session, state)
        yield Passed(OBJECTS, len(names) - len(aside), aside)


def _turned(objects: Objects, name: str) -> bool:
    """One broken object does not keep the others from the new key."""
    try:
        objects.turn(name)
    except Damaged:
        return False
    return True


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
