"""Sessions on PostgreSQL. A transaction is short, and nothing outside is called while one is open."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from infra import keys
from infra.settings import settings
from models.people import sealing
from models.process.errors import NotText, Outage

sealing.provide(keys.words)
_UNTRANSLATABLE = "22P05"
_AWAY = ("08", "53", "57")  # connection, resources, operator intervention: nobody's fault


def is_outage(error: BaseException) -> bool:
    """Deadlocks and serialization failures are OperationalErrors too, but belong to the row."""
    if isinstance(error, PoolTimeout):
        return True
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, psycopg.InterfaceError):
        return True
    if not isinstance(cause, psycopg.OperationalError):
        return False
    return cause.sqlstate is None or cause.sqlstate[:2] in _AWAY


def _is_no_text(error: BaseException) -> bool:
    """A zero character: psycopg refuses it in a text, PostgreSQL itself in JSON, where it refuses half a character too."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, psycopg.DataError):
        return False
    return cause.sqlstate == _UNTRANSLATABLE or any(word in str(cause) for word in ("NUL", "surrogate"))


class Database:
    """A pool for people and a pool for legs. `transaction()` commits at its end; `reading()` sees what one customer may see."""

    def __init__(self, url: str, size: int = 8) -> None:
        self.url = url
        self.engine = _pool(url, size, pool_pre_ping=True)
        self.legs = _pool(url, size)  # no ping: a leg meets a lost connection as an outage, which counts no try
        event.listen(self.legs, "connect", _commit_later)

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Session]:
        """`durable=False` is for legs: a lost commit of a leg is due again. Clicks are always durable."""
        try:
            with Session(self.engine if durable else self.legs, expire_on_commit=False) as session, session.begin():
                yield session
        except (DBAPIError, PoolTimeout, psycopg.Error) as error:
            if is_outage(error):
                self.legs.dispose()  # its neighbours in the pool are as dead
                raise Outage(str(error)) from error
            if _is_no_text(error):
                raise NotText from error
            raise
        except UnicodeEncodeError as error:
            raise NotText from error

    @contextmanager
    def reading(self, user_id: int) -> Iterator[Session]:
        """Read as a customer: row-level security hides what is not his, whatever the query says."""
        with self.transaction() as session:
            session.execute(_AS_CUSTOMER, {"id": str(user_id)})
            yield session

    @contextmanager
    def reading_as(self, role: str, user_id: int, branch_id: int | None = None) -> Iterator[Session]:
        """Read as a member of staff: the cases of his branch (of all branches without one) and never another's secrets.
        An audit row may be written in the same transaction, nothing else."""
        wall = "feeder_auditor" if role == "AUDITOR" else "feeder_staff"
        told = {"id": str(user_id), "role": role, "branch": str(branch_id or ""), "wall": wall}
        with self.transaction() as session:
            session.execute(_AS_STAFF, told)
            yield session

    @contextmanager
    def writing(self, branch_id: int | None) -> Iterator[Session]:
        """A transaction of staff of one branch: the database refuses a move of what belongs to another. None: of all."""
        with self.transaction() as session:
            if branch_id is not None:
                session.execute(_FOR_BRANCH, {"branch": str(branch_id)})
            yield session

    def plain_url(self) -> str:
        """For psycopg itself (LISTEN)."""
        return self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def close(self) -> None:
        self.engine.dispose()
        self.legs.dispose()


_AS_CUSTOMER = text("""select set_config('feeder.user_id', :id, true), set_config('role', 'feeder_customer', true),
                              set_config('transaction_read_only', 'on', true)""")

_AS_STAFF = text("""select set_config('feeder.user_id', :id, true), set_config('feeder.role', :role, true),
                           set_config('feeder.branch_id', :branch, true), set_config('role', :wall, true)""")

_FOR_BRANCH = text("select set_config('feeder.branch_id', :branch, true)")


def _pool(url: str, size: int, *, pool_pre_ping: bool = False) -> Engine:
    return create_engine(
        url,
        pool_size=size,
        max_overflow=size,
        pool_timeout=5,
        pool_pre_ping=pool_pre_ping,
        hide_parameters=True,  # parameters are personal data: they never go into logs
        connect_args={"connect_timeout": 5, "application_name": "feeder"},
    )


def _commit_later(connection: psycopg.Connection[Any], _: object) -> None:
    """Once a connection, outside any transaction: a leg's commit does not wait for the disk."""
    connection.autocommit = True
    connection.execute("set synchronous_commit = off")
    connection.autocommit = False


def database_url() -> str:
    """The configured server, or the embedded one of this home."""
    if settings().database_url:
        return settings().database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    from infra.embedded import EmbeddedPostgres

    return EmbeddedPostgres(settings().home / "postgres").url("feeder")


_current: Database | None = None


def database() -> Database:
    """This process's one pool."""
    global _current
    if _current is None:
        _current = Database(database_url())
    return _current
