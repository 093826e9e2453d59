"""Sessions on PostgreSQL. A transaction is short, and nothing outside is called while one is open."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from infra.settings import settings
from models.process.errors import Outage

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


class Database:
    """One pool. `transaction()` commits at its end; `reading()` sees what one customer may see."""

    def __init__(self, url: str, size: int = 8) -> None:
        self.url = url
        self.engine: Engine = create_engine(
            url,
            pool_size=size,
            max_overflow=size,
            pool_timeout=5,
            pool_pre_ping=True,
            hide_parameters=True,  # parameters are personal data: they never go into logs
            connect_args={"connect_timeout": 5, "application_name": "feeder"},
        )

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Session]:
        """`durable=False` is for legs: a lost commit of a leg is due again. Clicks are always durable."""
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                if not durable:
                    session.execute(text("set local synchronous_commit = off"))
                yield session
        except (DBAPIError, PoolTimeout, psycopg.Error) as error:
            if is_outage(error):
                raise Outage(str(error)) from error
            raise

    @contextmanager
    def reading(self, user_id: int) -> Iterator[Session]:
        """Read as a customer: row-level security hides what is not his, whatever the query says."""
        with self.transaction() as session:
            session.execute(text("select set_config('feeder.user_id', :id, true)"), {"id": str(user_id)})
            session.execute(text("set local role feeder_customer"))
            session.execute(text("set transaction read only"))
            yield session

    def plain_url(self) -> str:
        """For psycopg itself (LISTEN)."""
        return self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def close(self) -> None:
        self.engine.dispose()


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
