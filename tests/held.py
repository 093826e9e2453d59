"""One Chromium for the browser tests that follow each other. It is let go before any other test begins: while Playwright lives, its
event loop counts as running for every test of the process."""

import shutil
from contextlib import ExitStack

from playwright.sync_api import Browser, sync_playwright

# The same browser without a window of its own opens pages in two thirds of the time; either will do
CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
_ends = ExitStack()
_kept: list[Browser] = []


def chromium(arguments: list[str]) -> Browser:
    if _kept and not _kept[0].is_connected():
        let_go()
    if not _kept:
        play = _ends.enter_context(sync_playwright())
        _kept.append(play.chromium.launch(executable_path=CHROMIUM, args=arguments))
        _ends.callback(_kept[0].close)
    return _kept[0]


def let_go() -> None:
    _kept.clear()
    _ends.close()
