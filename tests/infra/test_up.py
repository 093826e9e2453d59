"""`feeder up` and its sentences. The parts here are small programs; the whole product is started in tests/browser."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.settings import Settings
from infra.trouble import Trouble
from infra.up import checks, prefect, supervisor
from infra.up.part import Child, Part
from infra.up.parts import parts, ports

ROOT = Path(__file__).parents[2]


def feeder(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {n: v for n, v in os.environ.items() if not n.startswith(("FEEDER_", "DATABASE_URL", "PREFECT_"))}
    return subprocess.run(
        [sys.executable, "-m", "infra.cli", *words],
        capture_output=True,
        text=True,
        env=clean | environment,
        cwd=ROOT,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """One sentence, no traceback, exit code 2."""
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


def test_a_port_in_use_is_named_with_the_way_out(given, tmp_path):
    with socket.create_server(("127.0.0.1", given.mailbox_port)):
        said = refused(feeder("up", "--home", str(tmp_path / "h"), "--port", str(given.port)))
    assert str(given.mailbox_port) in said
    assert "--port" in said


def test_a_second_start_on_the_same_home_is_refused(given, tmp_path):
    home = checks.make_home(tmp_path / "h")
    with checks.lock_home(home):
        said = refused(feeder("up", "--home", str(home), "--port", str(given.port)))
    assert str(os.getpid()) in said
    with checks.lock_home(home):
        """Free again as soon as the first has gone."""


def test_production_refuses_default_secrets_by_name(tmp_path):
    said = refused(feeder("up", "--home", str(tmp_path), FEEDER_MODE="production"))
    assert "FEEDER_SECRET_KEY" in said
    assert "DATABASE_URL" in said


def test_a_home_that_cannot_be_a_folder_is_named(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    assert str(file) in refused(feeder("up", "--home", str(file / "home")))


def test_a_wrong_setting_is_named():
    assert "PORT" in refused(feeder("up", FEEDER_PORT="many"))


def test_a_nearly_full_disk_is_said_before_anything_starts(tmp_path, monkeypatch):
    usage = type("Usage", (), {"free": 5 << 20})
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(Trouble, match="5"):
        checks.make_home(tmp_path / "h")


def test_ten_working_days_after_the_may_holidays():
    assert feeder("workdays", "2026-04-29", "10").stdout == "2026-05-15\n"
    assert "2026-04-29" in refused(feeder("workdays", "29.04.2026", "10"))


def test_an_unknown_measurement_is_refused():
    refused(feeder("bench", "nothing"))


def test_a_child_dies_with_its_supervisor(tmp_path):
    """Killed with -9, the supervisor can tidy up nothing: the kernel does."""
    program = (
        "import os, sys, time; from pathlib import Path; from infra.up.part import Child, Part;"
        f"logs = Path({str(tmp_path)!r});"
        "child = Child(Part('c', 'c', (sys.executable, '-c', 'import time; time.sleep(60)')), os.environ, logs);"
        "child.start(); print(child.process.pid, flush=True); time.sleep(60)"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert supervisor.stdout is not None
    child = int(supervisor.stdout.readline())
    assert alive(child)
    supervisor.send_signal(signal.SIGKILL)
    supervisor.wait()
    supervisor.stdout.close()
    until(lambda: not alive(child))


def test_a_child_that_keeps_dying_is_started_ever_more_slowly(tmp_path):
    child = Child(Part("c", "c", (sys.executable, "-c", "raise SystemExit('words at the end')")), os.environ, tmp_path)
    pauses = []
    for _ in range(8):
        child.start()
        assert child.process is not None
        child.process.wait(20)
        assert child.code == 1
        assert child.last_words() == "words at the end"
        pauses.append(child.died())
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_a_log_that_has_grown_too_long_is_begun_anew(tmp_path, monkeypatch):
    monkeypatch.setattr("infra.up.part._LARGEST_LOG", 10)
    (tmp_path / "c.log").write_text("x" * 11)
    child = Child(Part("c", "c", ("true",)), os.environ, tmp_path)
    child.start()
    assert child.process is not None
    child.process.wait(10)
    assert (tmp_path / "c.log").read_text() == ""


def test_real_parts_switch_the_twins_off(tmp_path):
    real = Settings(
        home=tmp_path,
        database_url="postgresql://u:p@db.test/feeder?sslmode=require",
        prefect_api_url="http://prefect.test/api",
        smtp_host="smtp.test",
        bank_url="https://bank.test",
    )
    assert ports(real) == [real.port]
    assert {part.name for part in parts(real)}.isdisjoint({"twins", "prefect"})
    assert prefect.database_url(real) == "postgresql+asyncpg://u:p@db.test/prefect?ssl=require"


def test_prefect_and_the_twins_never_face_the_network(given):
    open_to_all = given.model_copy(update={"host": "0.0.0.0"})
    command = prefect.command(open_to_all)
    assert command[command.index("--host") + 1] == "127.0.0.1"


def test_two_installations_share_nothing(given, tmp_path):
    other = given.model_copy(update={"home": tmp_path / "other", "port": given.port + 10})
    assert not set(ports(given)) & set(ports(other))
    assert prefect.database_url(given) != prefect.database_url(other)
    assert prefect.common(given)["PREFECT_HOME"] != prefect.common(other)["PREFECT_HOME"]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def until(condition, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def started(given: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str) -> None:
    """One part that ends by itself, under a supervisor that waits two seconds for a sign of life."""
    part = Part("slow", "Slow", (sys.executable, "-uc", program), once=True)
    one = supervisor.Supervisor(given)
    one.postgres = None
    one.children = {"slow": Child(part, dict(os.environ), tmp_path)}
    monkeypatch.setattr(supervisor, "_START_LIMIT", 2.0)
    monkeypatch.setattr(supervisor, "web_answers", lambda given, path: {})
    try:
        one._start_parts()
    finally:
        one.stopping = True
        one._stop_all()


def test_a_part_that_tells_how_far_it_is_is_waited_for(given, monkeypatch, tmp_path, capsys):
    started(given, monkeypatch, tmp_path, "import time\nfor n in range(8): print(f'{n} of 8'); time.sleep(0.5)")
    assert "7 of 8" in capsys.readouterr().out


def test_a_silent_part_is_given_up_with_its_name(given, monkeypatch, tmp_path):
    with pytest.raises(Trouble, match="Slow"):
        started(given, monkeypatch, tmp_path, "import time\ntime.sleep(60)")
