"""A whole installation under its supervisor, in a home of its own, for tests that kill parts of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from infra import clock
from infra import database as database_of_process
from infra.embedded import EmbeddedPostgres
from infra.settings import settings
from tests.ports import free

ROOT = Path(__file__).resolve().parents[2]
PARTS = {"worker": "infra.cli worker", "web": "infra.cli web", "prefect": "infra.up.prefect_app"}


class Installation:
    """`feeder up` as a child process. Its children are found by looking at /proc, and killed by their ids."""

    def __init__(self, home: Path, *, demo: bool = False) -> None:
        self.home, self.port = home, free(4)
        self.postgres = EmbeddedPostgres(home / "postgres")
        self.process: subprocess.Popen[bytes] | None = None
        if not demo:
            (home / "postgres").mkdir(parents=True)
            (home / "postgres" / "demo.stamp").touch()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def bank(self) -> str:
        return f"http://127.0.0.1:{self.port + 3}"

    def start(self, seconds: float = 120) -> float:
        """Seconds until everything said it is ready."""
        began = time.monotonic()
        clean = {n: v for n, v in os.environ.items() if not n.startswith(("FEEDER_", "DATABASE_URL", "PREFECT_"))}
        env = clean | {"FEEDER_HOME": str(self.home), "FEEDER_PORT": str(self.port), "FEEDER_LEASE": "4"}
        with (self.home / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "infra.cli", "up"], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )  # fmt: skip
        while time.monotonic() - began < seconds:
            if self.process.poll() is not None:
                raise AssertionError(f"up ended: {(self.home / 'up.log').read_text()[-2000:]}")
            if self.ready():
                return time.monotonic() - began
            time.sleep(0.2)
        raise AssertionError(f"not ready: {(self.home / 'up.log').read_text()[-2000:]}")

    def ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=3).status_code == 200
        except httpx.HTTPError:
            return False

    def pids(self, part: str) -> list[int]:
        """Living children of the supervisor that are this part."""
        if self.process is None:
            return []
        found = []
        for pid in _children(self.process.pid):
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if PARTS[part] in words:
                found.append(pid)
        return found

    def kill(self, part: str, which: int = 0) -> bool:
        """kill -9; False when there is nothing to kill just now."""
        if part == "postgres":
            pid = self.postgres.pid()
            if pid is None:
                return False
            _kill9(pid, *_children(pid))
            return True
        pids = self.pids(part)
        if not pids:
            return False
        _kill9(pids[which % len(pids)])
        return True

    def kill_all(self) -> None:
        """The supervisor and everything under it, at once."""
        assert self.process is not None
        everybody = _children(self.process.pid)
        _kill9(self.process.pid, *everybody)
        self.process.wait(10)
        self.process = None

    def stop(self) -> int:
        """Ctrl-C."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(40)
        self.process = None
        return code


@contextmanager
def standing(home: Path) -> Iterator[Installation]:
    """Not started yet. Meanwhile this process has its database, its clock and the key of its vault; at the end all is stopped."""
    found = Installation(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FEEDER_HOME", str(home))
        patch.setattr(database_of_process, "_current", None)  # the pool before stands on another server
        settings.cache_clear()
        clock.forget()
        try:
            yield found
        finally:
            found.stop()
            if found.postgres.running():
                found.postgres.stop("immediate")
            if (pool := database_of_process._current) is not None:
                pool.close()
    settings.cache_clear()
    clock.forget()


def _children(pid: int) -> list[int]:
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _kill9(*pids: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
