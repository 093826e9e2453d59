"""The Prefect server as we run it: lean, on its own database, without a word to the internet. Never imports prefect."""

import sys
from urllib.parse import quote, urlsplit, urlunsplit

from infra.embedded import EmbeddedPostgres
from infra.settings import Settings
from infra.trouble import Trouble
from infra.wording import _

DATABASE = "prefect"
_LEAN = {
    # Services nobody here uses; measured 2.3 times less CPU a leg (docs/decisions). The scheduler stays: upkeep needs it.
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_EVENTS_STREAM_OUT_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_FOREMAN_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "20",
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
    "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT__SERVER_FINAL": "1",
}


def common(given: Settings) -> dict[str, str]:
    """For every process that talks to the server."""
    return {
        "PREFECT_API_URL": given.prefect_api,
        "PREFECT_HOME": str(given.home / "prefect"),
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
        "PREFECT_CLIENT_MAX_RETRIES": "1",
        "PREFECT_CLI_PROMPT": "false",
        "DO_NOT_TRACK": "1",
    }


def server(given: Settings) -> dict[str, str]:
    """For the server itself."""
    return _LEAN | {
        "PREFECT_API_DATABASE_CONNECTION_URL": database_url(given),
        "PREFECT_UI_STATIC_DIRECTORY": str(given.home / "prefect" / "ui"),
    }


def command(given: Settings) -> tuple[str, ...]:
    where = ("--host", "127.0.0.1", "--port", str(given.prefect_port))  # it knows no sign-in: never on the network
    quietly = ("--log-level", "warning", "--timeout-graceful-shutdown", "3")
    return (sys.executable, "-m", "uvicorn", "infra.up.prefect_app:create_app", "--factory", *where, *quietly)


def database_url(given: Settings) -> str:
    """Of the server's own database: as configured, else beside ours."""
    if given.prefect_database_url:
        return given.prefect_database_url
    if not given.database_url:
        return EmbeddedPostgres(given.home / "postgres").url(DATABASE, "asyncpg")
    parts = urlsplit(given.database_url)
    query = parts.query.replace("sslmode=", "ssl=")  # asyncpg's name for it
    return urlunsplit(("postgresql+asyncpg", parts.netloc, "/" + quote(DATABASE), query, ""))


def make_database(given: Settings) -> None:
    """Beside ours on an outside server, unless it has been told another. Raises Trouble when we may not."""
    import psycopg
    from psycopg import errors

    address = urlunsplit(urlsplit(given.database_url)._replace(scheme="postgresql"))
    try:
        opened = psycopg.connect(address, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise Trouble(_("The database of DATABASE_URL does not answer: %(reason)s") % {"reason": reason}) from None
    with opened as connection:
        if given.prefect_api_url or given.prefect_database_url:
            return
        if connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone():
            return
        try:
            connection.execute("create database prefect")
        except errors.InsufficientPrivilege:
            raise Trouble(
                _("Prefect needs its own database. Create one named prefect, or set FEEDER_PREFECT_DATABASE_URL.")
            ) from None
