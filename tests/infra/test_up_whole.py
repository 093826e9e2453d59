"""`feeder up` for real: everything starts, survives kill -9 of everything, and stops cleanly on Ctrl-C under make."""

import os
import pty
import re
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra.embedded import EmbeddedPostgres
from infra.up.part import ROOT
from tests.infra.conftest import free_base

READY = "Ctrl-C"


class Terminal:
    """A terminal in which somebody types `make up`."""

    def __init__(self, home: Path, port: int) -> None:
        up = f"{sys.executable} -m infra.cli up --home {home} --port {port}"
        makefile = home.parent / "Makefile"
        makefile.write_text(f"up:\n\t@exec {up}\n")
        clean = {n: v for n, v in os.environ.items() if not n.startswith(("FEEDER_", "DATABASE_URL", "PREFECT_"))}
        self.text = ""
        self.pid, self.keyboard = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.execvpe("make", ["make", "-f", str(makefile), "up"], clean)

    def wait_for(self, words: str, seconds: float) -> str:
        deadline = time.monotonic() + seconds
        while not re.search(words, self.text):
            assert time.monotonic() < deadline, self.text
            if not self._read():
                break
        return self.text

    def end(self) -> int:
        """Reads to the end; the exit code of make."""
        while self._read():
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.keyboard)
        return os.waitstatus_to_exitcode(status)

    def children(self) -> dict[str, int]:
        """Of the supervisor: a word of the command -> process number."""
        [supervisor] = children_of(self.pid)
        found = {"supervisor": supervisor}
        for pid in children_of(supervisor):
            found[Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")] = pid
        return found

    def _read(self) -> bool:
        try:
            if not select.select([self.keyboard], [], [], 1.0)[0]:
                return True
            data = os.read(self.keyboard, 65536)
        except OSError:
            return False
        self.text += data.decode(errors="replace")
        return bool(data)


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    """Whatever the test leaves running is ended."""
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        for pid in (*descendants(terminal.pid), terminal.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def test_everything_starts_survives_the_worst_and_stops(tmp_path, terminals):
    home, port = tmp_path / "home", free_base()
    (home / "postgres").mkdir(parents=True)
    (home / "postgres" / "demo.stamp").touch()  # demonstration data have tests of their own
    first = Terminal(home, port)
    terminals.append(first)
    assert str(port) in first.wait_for(READY, 200)
    ready = httpx.get(f"http://127.0.0.1:{port}/readyz")
    assert ready.status_code == 200
    assert set(ready.json().values()) == {"ok"}

    everything = list(first.children().values())
    postgres = EmbeddedPostgres(home / "postgres")
    assert postgres.running()
    for pid in everything:
        os.kill(pid, signal.SIGKILL)
    assert first.end() != 0
    until(lambda: all(is_free(port + step) for step in range(4)), 5)
    assert postgres.running()  # it waits for the next start with all its rows

    second = Terminal(home, port)
    terminals.append(second)
    second.wait_for(READY, 90)
    for name, pid in second.children().items():
        if "twins" in name:
            os.kill(pid, signal.SIGKILL)
    until(lambda: not is_free(port + 2) and not is_free(port + 3), 20)  # started again
    assert httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200

    os.write(second.keyboard, b"\x03")
    assert second.end() == 0
    assert "***" not in second.text  # make has nothing to complain of
    assert not postgres.running()
    assert all(is_free(port + step) for step in range(4))
    terminals.clear()


def children_of(pid: int) -> list[int]:
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if parent_of(entry) == pid]


def parent_of(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def descendants(pid: int) -> list[int]:
    found = children_of(pid)
    return found + [deeper for child in found for deeper in descendants(child)]


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def until(condition, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)
