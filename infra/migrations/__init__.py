"""Alembic, driven from code: tables, triggers and row-level security; then the dated reference rows."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from infra.database import Database, database_url

HERE = Path(__file__).parent
_LOCK = 7_130_861  # advisory lock: two starts at once migrate one after the other


def config() -> Config:
    found = Config()
    found.set_main_option("script_location", str(HERE))
    return found


def upgrade(url: str = "") -> None:
    """Bring the tables to the newest revision and the reference rows up to date."""
    from infra.reference import load

    base = Database(url or database_url(), 2)
    try:
        with base.engine.connect() as connection:
            connection.execute(text("select pg_advisory_lock(:key)"), {"key": _LOCK})
            connection.commit()
            try:
                _run(connection)
            finally:
                connection.rollback()
                connection.execute(text("select pg_advisory_unlock(:key)"), {"key": _LOCK})
                connection.commit()
    finally:
        base.close()
    load(url)


def _run(connection: Connection) -> None:
    made = config()
    made.attributes["connection"] = connection
    command.upgrade(made, "head")
    connection.commit()


def head() -> str:
    """The newest revision the code knows."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""
