"""The local twins of mail and bank in one process. For development: everything they take stays in the home folder."""

import asyncio
import signal
from collections.abc import Generator
from contextlib import contextmanager, suppress

import uvicorn

from infra.bank.ledger import Ledger
from infra.bank.server import SandboxBank
from infra.mailbox import Mailbox, serve
from infra.settings import Settings

HOST = "127.0.0.1"  # never on the network


def main(given: Settings) -> None:
    """Until SIGTERM. Only those whose real part is not configured."""
    with suppress(KeyboardInterrupt):
        asyncio.run(_run(given))


async def _run(given: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with asyncio.TaskGroup() as group:
        if not given.smtp_host:
            group.create_task(_mailbox(given, stop))
        if not given.bank_url:
            group.create_task(_bank(given, stop))


async def _mailbox(given: Settings, stop: asyncio.Event) -> None:
    server = await serve(Mailbox(given.home / "mail"), HOST, given.mailbox_port)
    await stop.wait()
    server.close()


async def _bank(given: Settings, stop: asyncio.Event) -> None:
    bank = SandboxBank(
        Ledger(given.home / "bank.db"), given.bank, given.bank_user, given.bank_password, given.bank_secret
    )
    config = uvicorn.Config(
        bank.app(), host=HOST, port=given.bank_port, log_level="warning", access_log=False, timeout_graceful_shutdown=2
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await serving


class _Server(uvicorn.Server):
    """Without uvicorn's own signal handlers: ours stop both twins."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield
