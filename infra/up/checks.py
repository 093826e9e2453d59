"""What can be known before anything is started. Each refusal is one sentence that says what to do."""

import errno
import fcntl
import os
import shutil
import socket
import time
from pathlib import Path
from typing import IO

from infra.settings import Settings
from infra.trouble import Trouble
from infra.wording import _

_NEEDED_SPACE = 300 << 20  # bytes: an empty cluster, its log and a day of papers
_PATIENCE = 3.0  # seconds for an installation that is just being stopped or killed


def check_production(given: Settings) -> None:
    """Raises Trouble when a production installation still has development secrets or twins."""
    if missing := given.check_production():
        raise Trouble(_("Production needs real values. Set: %(names)s") % {"names": ", ".join(missing)})


def make_home(home: Path) -> Path:
    """The folder of the installation, readable by its owner alone."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        (home / "logs").mkdir(exist_ok=True)
        free = shutil.disk_usage(home).free
        probe = home / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise _home_trouble(home, error) from None
    if free < _NEEDED_SPACE:
        raise Trouble(
            _(
                "The disk is nearly full: %(free)s MB free, %(need)s MB needed. Free some space or choose another --home."
            )
            % {"free": free >> 20, "need": _NEEDED_SPACE >> 20}
        )
    return home


def lock_home(home: Path) -> IO[str]:
    """Held until the process ends, however it ends. Raises Trouble when somebody has it."""
    file = (home / "feeder.lock").open("a+")
    deadline = time.monotonic() + _PATIENCE
    while not _locked(file):
        if time.monotonic() < deadline:
            time.sleep(0.1)
            continue
        file.seek(0)
        pid = file.read().strip() or "?"
        file.close()
        raise Trouble(
            _("%(home)s is already running, process %(pid)s. Stop it with Ctrl-C, or choose another --home and --port.")
            % {"home": home, "pid": pid}
        )
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def check_ports(given: Settings, ports: list[int]) -> None:
    """Raises Trouble for a port that stays in use. The first is the site's, the others are on this machine alone."""
    deadline = time.monotonic() + _PATIENCE
    while taken := [port for port in ports if not _free(given.host if port == ports[0] else "127.0.0.1", port)]:
        if time.monotonic() > deadline:
            other = given.port + 1000 if given.port < 60000 else 8000
            raise Trouble(
                _('Port %(port)s is in use. Free it, or choose another: make up ARGS="--port %(other)s"')
                % {"port": taken[0], "other": other}
            )
        time.sleep(0.2)


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Trouble(_("Port %(port)s needs root. Choose one above 1023 with --port.") % {"port": port}) from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise Trouble(_("This machine has no address %(host)s. Check FEEDER_HOST.") % {"host": host}) from None
    return True


def _home_trouble(home: Path, error: OSError) -> Trouble:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Trouble(_("The disk is full. Free some space under %(path)s and start again.") % {"path": home})
    return Trouble(
        _("The folder %(path)s cannot be used: %(reason)s. Choose another with --home.")
        % {"path": home, "reason": error.strerror or error}
    )
