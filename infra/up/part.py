"""One part of an installation as a process: started on a leash, logged, started again when it dies."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]  # Streamlit and the flows are looked for from here
_PR_SET_PDEATHSIG = 1
_LARGEST_LOG = 20 << 20  # bytes; a longer log is begun anew at the next start
_CALM = 60.0  # seconds of life after which earlier deaths are forgotten
_LONGEST_PAUSE = 30.0
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Part:
    """What to start. `once` parts end by themselves; others run until they are told to stop."""

    name: str  # of the log file
    title: str  # for people
    command: Sequence[str]
    after: tuple[str, ...] = ()  # names of parts that have to be ready first
    ready: Callable[[float], bool] | None = None  # told the seconds since its start; None: as soon as it runs
    once: bool = False
    then: Callable[[], None] | None = None  # after a `once` part has ended well
    environment: Mapping[str, str] | None = None  # besides the common one


class Child:
    """A part and its process."""

    def __init__(self, part: Part, environment: Mapping[str, str], logs: Path) -> None:
        self.part = part
        self.environment = dict(environment) | dict(part.environment or {})
        self.log = logs / f"{part.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.deaths = 0
        self.ready = False
        self.began = 0.0  # time.monotonic() of the last start
        self.again_at = 0.0
        self._seen = 0  # bytes of the log before the last start
        self._looked = 0  # bytes of the log at the last look for news

    def start(self) -> None:
        """Only from the main thread: the leash is tied to the thread that starts the process."""
        if self.log.exists() and self.log.stat().st_size > _LARGEST_LOG:
            self.log.unlink()
        self._seen = self._looked = self.log.stat().st_size if self.log.exists() else 0
        self.began = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.part.command,
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone
                preexec_fn=_leash(os.getpid()),
            )

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def code(self) -> int | None:
        """How the process ended; None while it runs or before it was started."""
        return self.process.poll() if self.process else None

    def died(self) -> float:
        """Takes note of a death; seconds until the next start: 0.5, 1, 2 … 30."""
        if time.monotonic() - self.began > _CALM:
            self.deaths = 0
        self.deaths += 1
        pause = min(_LONGEST_PAUSE, 0.5 * 2.0 ** (self.deaths - 1))
        self.process, self.ready = None, False
        self.again_at = time.monotonic() + pause
        return pause

    def tell(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def news(self) -> str:
        """The last line of its log when the log has grown since the last look; empty otherwise."""
        size = self.log.stat().st_size if self.log.exists() else 0
        if size == self._looked:
            return ""
        self._looked = size
        return self.last_words()

    def last_words(self) -> str:
        """The last line it wrote since its last start."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(self._seen)
            lines = log.read()[-8000:].decode(errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else ""


def _leash(parent: int) -> Callable[[], None]:
    """The kernel kills the child when the supervisor dies, however it dies: nobody is left holding a port."""

    def tie() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return tie


def die_with_make() -> None:
    """Started by make, whose death would leave us without a keyboard: then stop as if by Ctrl-C."""
    parent = Path(f"/proc/{os.getppid()}/comm")
    if parent.exists() and parent.read_text().strip() in ("make", "gmake"):
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def feeder(*words: str) -> tuple[str, ...]:
    """Our own command line, with this very Python."""
    return (sys.executable, "-m", "infra.cli", *words)
