"""Starts the parts in the order they need each other, starts again what dies, stops all. One thread, one loop."""

import signal
import time
from contextlib import suppress
from types import FrameType

from infra.embedded import EmbeddedPostgres
from infra.settings import Settings
from infra.trouble import Trouble
from infra.up import checks, prefect
from infra.up.part import Child, die_with_make
from infra.up.parts import environment, not_ready, parts, ports, sign_ins, twins, web_answers
from infra.up.screen import Screen, take_terminal
from infra.wording import _

_START_LIMIT = 240.0  # seconds without a part that becomes ready or tells how far it is
_HOPELESS = 5  # deaths of one part while starting
_STOP_LIMIT = 10.0
_TROUBLE_CODE = 2


class Stopped(Exception):  # noqa: N818 - a wish, not an error
    """Somebody pressed Ctrl-C."""


def run(given: Settings) -> None:
    """Until somebody stops it. Raises Trouble when it cannot start."""
    checks.check_production(given)
    given = given.model_copy(update={"home": checks.make_home(given.home.expanduser().resolve())})
    die_with_make()
    with checks.lock_home(given.home):
        checks.check_ports(given, ports(given))
        Supervisor(given).run()


class Supervisor:
    """One installation, from the first process to the last."""

    def __init__(self, given: Settings) -> None:
        self.given = given
        self.screen = Screen()
        self.postgres = None if given.database_url else EmbeddedPostgres(given.home / "postgres")
        self.children: dict[str, Child] = {}
        self.stopping = False
        self.up = False
        self._postgres_again = 0.0
        self._stirred = 0.0  # when the start last went on

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_soon)
        take_terminal()
        self.screen.head(self.given)
        try:
            self._start_database()
            common = environment(self.given)
            self.children = {p.name: Child(p, common, self.given.home / "logs") for p in parts(self.given)}
            self._start_parts()
            self._announce()
            self._watch()
        except Stopped:
            self.screen.say(_("Stopping"))
        finally:
            self._stop_all()
        self.screen.say(_("Stopped. The data stays in %(home)s") % {"home": self.given.home})

    def _start_database(self) -> None:
        began = time.monotonic()
        if self.postgres is not None:
            self.postgres.start()
            self.postgres.createdb("feeder")
            self.postgres.createdb(prefect.DATABASE)
        else:
            prefect.make_database(self.given)
        self.screen.done(_("Database"), began)

    def _start_parts(self) -> None:
        self._stirred = time.monotonic()
        while not all(child.ready for child in self.children.values()):
            self._round()
            if self._silent():
                late = [child.part.title for child in self.children.values() if not child.ready]
                raise Trouble(_("Not ready in time: %(parts)s. Look into %(logs)s") % self._where(", ".join(late)))
        while web_answers(self.given, "/readyz") is None:
            self._round()
            if self._silent():
                raise Trouble(
                    _("Not ready in time: %(parts)s. Look into %(logs)s") % self._where(not_ready(self.given))
                )

    def _silent(self) -> bool:
        return time.monotonic() > self._stirred + _START_LIMIT

    def _where(self, parts: str) -> dict[str, object]:
        return {"parts": parts, "logs": self.given.home / "logs"}

    def _announce(self) -> None:
        self.up = True
        ui = self.given.prefect_api.removesuffix("/api")
        self.screen.ready(self.given, ui, twins(self.given), sign_ins() if self.given.development else [])

    def _watch(self) -> None:
        while True:
            self._round()

    def _round(self) -> None:
        """One look at everything, and a breath."""
        if self.stopping:
            raise Stopped
        self._keep_database()
        for child in self.children.values():
            self._keep(child)
        time.sleep(0.1 if not self.up else 0.3)

    def _keep_database(self) -> None:
        if self.postgres is None or time.monotonic() < self._postgres_again or self.postgres.running():
            return
        self.screen.event(_("The database has stopped: starting it again"))
        try:
            self.postgres.start()
        except Trouble as trouble:
            self.screen.event(str(trouble))
            self._postgres_again = time.monotonic() + 10
        else:
            self.screen.event(_("The database works again"))

    def _keep(self, child: Child) -> None:
        if child.part.once and child.ready:
            return
        if child.running:
            self._look_whether_ready(child)
        elif child.process is not None:
            self._ended(child)
        elif time.monotonic() >= child.again_at and all(self._is_ready(name) for name in child.part.after):
            child.start()

    def _is_ready(self, name: str) -> bool:
        """Once everything was up, nobody waits for a neighbour that is being started again."""
        return self.up or self.children[name].ready

    def _look_whether_ready(self, child: Child) -> None:
        if child.part.once:
            self._tell_how_far(child)
            return
        if child.ready:
            return
        if child.part.ready is not None and not child.part.ready(time.monotonic() - child.began):
            return
        child.ready = True
        self._stirred = time.monotonic()
        if self.up:
            self.screen.event(_("%(part)s works again") % {"part": child.part.title})
        else:
            self.screen.done(child.part.title, child.began)

    def _tell_how_far(self, child: Child) -> None:
        """A part that ends by itself may take minutes on a slow machine: what it says is shown and counts as life."""
        if words := child.news():
            self._stirred = time.monotonic()
            self.screen.event(words)

    def _ended(self, child: Child) -> None:
        code, words = child.code, child.last_words()
        if child.part.once and code == 0:
            if child.part.then is not None:
                child.part.then()
            child.ready = True
            self._stirred = time.monotonic()
            self.screen.done(child.part.title, child.began)
            return
        if not self.up and code == _TROUBLE_CODE:
            raise Trouble(words)
        pause = child.died()
        if not self.up and (child.part.once or child.deaths >= _HOPELESS):
            raise Trouble(
                _("%(part)s does not start: %(words)s. Look into %(log)s")
                % {"part": child.part.title, "words": words[:200] or code, "log": child.log}
            )
        self.screen.event(
            _("%(part)s has stopped (%(code)s), next start in %(pause)s s")
            % {"part": child.part.title, "code": code, "pause": f"{pause:g}"}
        )

    def _stop_soon(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _stop_all(self) -> None:
        """People first, then the workers and Prefect, the database last."""
        first = [child for name, child in self.children.items() if name != "prefect"]
        self._stop(first)
        self._stop([child for name, child in self.children.items() if name == "prefect"])
        if self.postgres is not None:
            with suppress(Trouble):
                self.postgres.stop()

    def _stop(self, children: list[Child]) -> None:
        for child in children:
            child.tell(signal.SIGTERM)
        deadline = time.monotonic() + _STOP_LIMIT
        while any(child.running for child in children) and time.monotonic() < deadline:
            time.sleep(0.05)
        for child in children:
            child.tell(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
