"""Orders of the sandbox bank, in one SQLite file. Card numbers never reach it: four last digits at most."""

import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

from infra.bank.protocol import ActionCode, Operation, OrderState

_SCHEMA = """
create table if not exists orders (
  id text primary key, number text not null unique, amount integer not null, description text not null,
  return_url text not null, fail_url text not null, callback_url text not null,
  made_at real not null, expires_at real not null, state integer not null default 0,
  paid_at real, refunded integer not null default 0, action_code integer not null default -100,
  reason text not null default '', card text not null default '', code text not null default ''
);
create table if not exists calls (
  id integer primary key, order_id text not null references orders(id), operation text not null, status integer not null,
  tries integer not null default 0, next_at real not null, done_at real, answer text not null default ''
);
create index if not exists calls_waiting on calls(next_at) where done_at is null;
"""
TRIES = 12
_LONGEST_PAUSE = 300.0


@dataclass(frozen=True)
class Order:
    id: str
    number: str
    amount: int  # kopecks
    description: str
    return_url: str
    fail_url: str
    callback_url: str
    made_at: float  # seconds since 1970
    expires_at: float
    state: int
    paid_at: float | None
    refunded: int
    action_code: int
    reason: str
    card: str
    code: str  # the one-time code the issuing bank waits for

    @property
    def open(self) -> bool:
        """Somebody may still pay."""
        return self.state in (OrderState.REGISTERED, OrderState.CONFIRMING) and time.time() < self.expires_at

    @property
    def left(self) -> int:
        """Seconds until the session ends."""
        return max(0, int(self.expires_at - time.time()))


@dataclass(frozen=True)
class Call:
    """A call-back that has not been answered yet."""

    id: int
    operation: str
    status: int
    tries: int
    order: Order


class DuplicateNumber(Exception):  # noqa: N818
    """The number is taken."""


class Ledger:
    """Every method is one transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._transaction() as db:
            db.executescript(_SCHEMA)

    def register(self, number: str, amount: int, description: str, urls: tuple[str, str, str], seconds: int) -> Order:
        """`urls`: return, failure, call-back. Raises DuplicateNumber."""
        now = time.time()
        values = (str(uuid.uuid4()), number, amount, description, *urls, now, now + seconds)
        try:
            with self._transaction() as db:
                db.execute(
                    "insert into orders (id, number, amount, description, return_url, fail_url, callback_url, made_at,"
                    " expires_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    values,
                )
        except sqlite3.IntegrityError:
            raise DuplicateNumber(number) from None
        found = self.order(values[0])
        assert found is not None
        return found

    def order(self, order_id: str = "", number: str = "") -> Order | None:
        with self._transaction() as db:
            row = db.execute("select * from orders where id = ? or number = ?", (order_id, number)).fetchone()
        return _order(row) if row else None

    def confirm_later(self, order_id: str, code: str, card: str) -> bool:
        """The card is right; the issuing bank has sent a code."""
        return self._change(
            order_id, (OrderState.REGISTERED, OrderState.CONFIRMING), state=OrderState.CONFIRMING, code=code, card=card
        )

    def pay(self, order_id: str) -> bool:
        """False when it was decided already: nobody pays twice."""
        return self._change(
            order_id,
            (OrderState.CONFIRMING,),
            call=Operation.DEPOSITED,
            state=OrderState.PAID,
            paid_at=time.time(),
            code="",
            action_code=ActionCode.APPROVED,
            reason="Запрос обработан успешно",
        )

    def decline(self, order_id: str, card: str) -> bool:
        return self._change(
            order_id,
            (OrderState.REGISTERED, OrderState.CONFIRMING),
            call=Operation.DEPOSITED,
            status=0,
            state=OrderState.DECLINED,
            card=card,
            code="",
            action_code=ActionCode.FUNDS,
            reason="Недостаточно средств на карте",
        )

    def expire(self) -> int:
        """Ends the sessions that nobody finished. Returns how many."""
        with self._transaction() as db:
            ids = [
                row["id"]
                for row in db.execute("select id from orders where state in (0, 5) and expires_at < ?", (time.time(),))
            ]
        return sum(
            self._change(
                order_id,
                (OrderState.REGISTERED, OrderState.CONFIRMING),
                call=Operation.TIMEOUT,
                state=OrderState.DECLINED,
                code="",
                action_code=ActionCode.TIMEOUT,
                reason="Истёк срок ожидания ввода данных",
            )
            for order_id in ids
        )

    def refund(self, order_id: str, amount: int) -> bool:
        """False when it is not paid, or more than what is left of it."""
        with self._transaction() as db:
            done = db.execute(
                "update orders set refunded = refunded + ?, state = ? where id = ? and state in (?, ?)"
                " and refunded + ? <= amount",
                (amount, OrderState.REFUNDED, order_id, OrderState.PAID, OrderState.REFUNDED, amount),
            ).rowcount
            if done:
                _announce(db, order_id, Operation.REFUNDED, 1)
        return bool(done)

    def calls_due(self) -> list[Call]:
        with self._transaction() as db:
            rows = db.execute(
                "select c.id as call_id, c.operation, c.status, c.tries, o.* from calls c join orders o on o.id = c.order_id"
                " where c.done_at is null and c.next_at <= ? order by c.next_at limit 20",
                (time.time(),),
            ).fetchall()
        return [Call(row["call_id"], row["operation"], row["status"], row["tries"], _order(row)) for row in rows]

    def answered(self, call: Call, answer: str, *, fine: bool) -> None:
        """Writes down how a call-back went; asks for another try until it is answered or tried out."""
        over = fine or call.tries + 1 >= TRIES
        pause = min(_LONGEST_PAUSE, 2.0**call.tries)
        with self._transaction() as db:
            db.execute(
                "update calls set tries = tries + 1, answer = ?, next_at = ?, done_at = ? where id = ?",
                (answer[:200], time.time() + pause, time.time() if over else None, call.id),
            )

    def _change(
        self,
        order_id: str,
        sources: tuple[OrderState, ...],
        *,
        call: Operation | None = None,
        status: int = 1,
        **values: object,
    ) -> bool:
        """Only from one of `sources`: two clicks at once are one."""
        sets = ", ".join(f"{name} = ?" for name in values)
        marks = ", ".join("?" * len(sources))
        with self._transaction() as db:
            done = db.execute(
                f"update orders set {sets} where id = ? and state in ({marks})",  # noqa: S608 - our own names
                (*values.values(), order_id, *sources),
            ).rowcount
            if done and call:
                _announce(db, order_id, call, status)
        return bool(done)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.path, timeout=10)
        db.row_factory = sqlite3.Row
        try:
            with db:
                yield db
        finally:
            db.close()


def _announce(db: sqlite3.Connection, order_id: str, operation: Operation, status: int) -> None:
    db.execute(
        "insert into calls (order_id, operation, status, next_at) select id, ?, ?, ? from orders"
        " where id = ? and callback_url != ''",
        (operation, status, time.time(), order_id),
    )


def _order(row: sqlite3.Row) -> Order:
    return Order(**{field.name: row[field.name] for field in fields(Order)})
