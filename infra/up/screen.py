"""What the terminal shows: one line an event, in plain words. The parts themselves write into their logs."""

import os
import signal
import sys
import time
from contextlib import suppress

from infra.settings import Settings
from infra.wording import _


class Screen:
    """Counts seconds from its making."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def head(self, given: Settings) -> None:
        self.say(_("Feeder · %(home)s · port %(port)s") % {"home": given.home, "port": given.port})

    def done(self, title: str, since: float) -> None:
        self.say(f"  ✓ {title:<34}{seconds(time.monotonic() - since):>8}")

    def event(self, words: str) -> None:
        """Something that happened while running."""
        self.say(f"  {time.strftime('%H:%M:%S')} {words}")

    def ready(self, given: Settings, prefect_ui: str, twins: bool, sign_ins: list[tuple[str, str, str]]) -> None:
        self.say(_("Ready in %(time)s") % {"time": seconds(time.monotonic() - self.began)})
        addresses = [(_("Site"), given.site), (_("Prefect"), prefect_ui)]
        if twins:
            addresses.append((_("Mailbox"), f"{given.site}/mailbox"))
            addresses.append((_("Sandbox bank"), given.bank))
        self._table(addresses)
        if sign_ins:
            self.say(_("Demonstration sign-ins:"))
            self._table([(role, f"{login}  {password}") for role, login, password in sign_ins])
        self.say(_("Stop: Ctrl-C"))

    def _table(self, rows: list[tuple[str, str]]) -> None:
        width = max(len(title) for title, _value in rows) + 2
        for title, value in rows:
            self.say(f"  {title:<{width}}{value}")

    def say(self, line: str) -> None:
        with suppress(OSError):  # the terminal may be gone; the work goes on until somebody stops it
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


def seconds(span: float) -> str:
    """1,5 s"""
    return _("%(number)s s") % {"number": f"{span:.1f}".replace(".", ",")}


def take_terminal() -> None:
    """Under make, Ctrl-C would also kill make, which then prints an error: read the keyboard in a group of our own."""
    if os.getpgrp() == os.getpid():
        return
    with suppress(OSError):
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC)
        if os.tcgetpgrp(terminal) != os.getpgrp():
            os.close(terminal)
            return
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # a stopped group in front of make would lock the terminal
        group = os.getpgrp()
        os.setpgid(0, 0)
        os.tcsetpgrp(terminal, os.getpid())
        _give_back_at_exit(terminal, group)


def _give_back_at_exit(terminal: int, group: int) -> None:
    import atexit

    def give() -> None:
        with suppress(OSError):
            os.tcsetpgrp(terminal, group)

    atexit.register(give)
