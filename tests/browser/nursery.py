"""A program that has the site imported once and forks a server for every test: nobody waits four seconds for the same modules.

Reads lines of JSON {"environment", "port", "log"}; answers each with the process id of a server that is starting."""

import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Server:
    """One forked site; it is a child of the nursery, which lets it go by itself when it ends."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def end(self) -> None:
        if self.alive():
            os.kill(self.pid, signal.SIGTERM)


class Nursery:
    """The running program, as the tests see it."""

    def __init__(self) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.nursery"], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )  # fmt: skip

    def serve(self, environment: Mapping[str, str], port: int, log: Path) -> Server:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        wanted = {"environment": dict(environment), "port": port, "log": str(log)}
        self._program.stdin.write(json.dumps(wanted) + "\n")
        self._program.stdin.flush()
        return Server(int(self._program.stdout.readline()))

    def close(self) -> None:
        self._program.communicate(timeout=20)


# ------------------------------------------------------------------------------------------------ inside the program
def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # an ended server leaves nothing behind
    from dashboard import server, views
    from tests.components import look_once

    look_once()

    for view in pkgutil.iter_modules(views.__path__):
        importlib.import_module(f"dashboard.views.{view.name}")
    for line in sys.stdin:
        wanted = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _serve(server.app, wanted["environment"], wanted["port"], wanted["log"])
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _serve(app: object, environment: Mapping[str, str], port: int, log: str) -> None:
    import uvicorn

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, onto in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(number, onto)
    os.environ.clear()
    os.environ.update(environment)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)  # type: ignore[arg-type]
    os._exit(0)


if __name__ == "__main__":
    main()
