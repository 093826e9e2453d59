"""The twins, running for real on free ports of this machine."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.mailbox import Mailbox, serve
from infra.settings import Settings
from tests import ports


def free_base(count: int = 4) -> int:
    """A port with free ones behind it."""
    return ports.free(count)


class Loop:
    """An event loop in a thread: servers of the test live in it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def do(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def close(self) -> None:
        self.do(self._cancel_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    async def _cancel_all(self) -> None:
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


@pytest.fixture
def loop() -> Iterator[Loop]:
    running = Loop()
    yield running
    running.close()


@pytest.fixture
def given(tmp_path: Path) -> Settings:
    """Settings of a home of its own, with nothing real configured."""
    return Settings(home=tmp_path / "home", port=free_base(), database_url="", prefect_api_url="")


@pytest.fixture
def mailbox(given: Settings, loop: Loop) -> Iterator[Mailbox]:
    box = Mailbox(given.home / "mail")
    server = loop.do(serve(box, "127.0.0.1", given.mailbox_port))
    yield box
    loop.loop.call_soon_threadsafe(server.close)
