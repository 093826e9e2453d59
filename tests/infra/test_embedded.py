"""The embedded PostgreSQL: survives the worst, never loses a committed row."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from infra.embedded import EmbeddedPostgres
from infra.trouble import Trouble


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "pg")
    server.start()
    yield server
    server.stop("immediate")


def connect(server: EmbeddedPostgres, database: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(host=str(server.socket), user="app", dbname=database, autocommit=True)


def test_every_committed_row_survives_kill_9_of_the_server(postgres):
    with connect(postgres) as connection:
        connection.execute("create table seen (n int)")
        for n in range(50):
            connection.execute("insert into seen values (%s)", (n,))
    idle = connect(postgres)  # a backend that outlives its postmaster for a moment
    killed = postgres.pid()
    os.kill(killed, signal.SIGKILL)
    postgres.start()
    assert postgres.pid() != killed
    idle.close()
    with connect(postgres) as connection:
        assert connection.execute("select count(*), max(n) from seen").fetchone() == (50, 49)


def test_a_second_start_finds_the_running_server(postgres):
    pid = postgres.pid()
    EmbeddedPostgres(postgres.home).start()
    assert postgres.pid() == pid


def test_a_lock_file_of_a_process_that_is_not_postgres_is_not_believed(postgres):
    postgres.stop()
    lock = postgres.data / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n")
    assert not postgres.running()
    postgres.start()
    assert postgres.running()
    assert postgres.pid() != os.getpid()


def test_an_interrupted_initdb_is_begun_again(tmp_path):
    server = EmbeddedPostgres(tmp_path / "pg", durable=False)
    (server.home / "data.new").mkdir(parents=True)
    (server.home / "data.new" / "PG_VERSION").write_text("18")
    server.start()
    try:
        assert server.running()
    finally:
        server.stop("immediate")


def test_it_listens_on_no_network_address(postgres):
    with connect(postgres) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
        assert connection.execute("show idle_in_transaction_session_timeout").fetchone() == ("1min",)
        assert connection.execute("show max_connections").fetchone() == ("200",)
        assert connection.execute("show fsync").fetchone() == ("on",)
    assert postgres.socket.stat().st_mode & 0o077 == 0


def test_a_database_is_made_once_and_reached_through_sqlalchemy(postgres):
    postgres.createdb("feeder")
    postgres.createdb("feeder")
    engine = create_engine(postgres.url("feeder"))
    with engine.connect() as connection:
        assert connection.execute(text("select current_database()")).scalar_one() == "feeder"
    engine.dispose()
    postgres.dropdb("feeder")
    with pytest.raises(psycopg.OperationalError):
        connect(postgres, "feeder")


def test_a_home_with_a_very_long_path_still_gets_a_socket(tmp_path):
    server = EmbeddedPostgres(tmp_path / ("long" * 30) / "pg", durable=False)
    server.start()
    try:
        with connect(server) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
            assert connection.execute("show fsync").fetchone() == ("off",)
    finally:
        server.stop("immediate")


def test_data_of_another_version_is_refused_in_one_sentence(postgres):
    postgres.stop()
    version = postgres.data / "PG_VERSION"
    version.write_text("15\n")
    with pytest.raises(Trouble, match="15"):
        postgres.start()
    version.write_text("18\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk")
def test_a_full_disk_is_named_as_such(tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(small)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        with pytest.raises(Trouble, match="(?i)disk|диск"):
            EmbeddedPostgres(small / "pg").start()
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)
