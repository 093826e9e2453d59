"""The way to Prefect: is it there, one open client a thread, what its absence looks like."""

import logging
import random
import threading
import time
from contextlib import ExitStack

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.context import SyncClientContext
from prefect.exceptions import PrefectHTTPStatusError

from infra.engine import carry

log = logging.getLogger("feeder.door")
PREFECT_AWAY = (httpx.HTTPError, PrefectHTTPStatusError)


class PrefectHealth:
    """Is Prefect there? One outage is one count per pause; after `patience` seconds legs go on without it."""

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self.until = 0.0
        self.failures = 0
        self.since: float | None = None

    def lost(self, error: BaseException) -> None:
        now = time.monotonic()
        self.since = self.since if self.since is not None else now
        if now < self.until:
            return  # another thread has noticed the same outage
        self.failures += 1
        carry.forget_deployments()
        self.until = now + min(5, 0.25 * 2 ** min(self.failures, 8)) * random.uniform(0.75, 1.25)  # noqa: S311
        log.info("Prefect is away (%s): %r", self.failures, error)

    def found(self) -> None:
        self.since, self.failures, self.until = None, 0, 0.0

    def away(self) -> bool:
        return self.since is not None

    def pausing(self) -> bool:
        return time.monotonic() < self.until

    def pause_left(self) -> float:
        return max(0.0, self.until - time.monotonic())

    def given_up(self) -> bool:
        """Away longer than our patience: the law does not wait for it."""
        return self.since is not None and time.monotonic() - self.since > self.patience


def is_away(error: BaseException) -> bool:
    """Prefect's absence, not a fault of the flow. Its client says so with a bare RuntimeError while it opens."""
    return isinstance(error, PREFECT_AWAY) or (isinstance(error, RuntimeError) and "reach API" in str(error))


class Door:
    """One open client a thread: opening one costs more than a leg. Flows run in the thread find it in their context."""

    def __init__(self) -> None:
        self.mine = threading.local()

    def client(self) -> SyncPrefectClient:
        """Raises httpx errors, or RuntimeError("Failed to reach API…")."""
        if getattr(self.mine, "stack", None) is None:
            stack = ExitStack()
            self.mine.context = stack.enter_context(SyncClientContext.get_or_create())
            self.mine.stack = stack
        found: SyncPrefectClient = self.mine.context.client
        return found

    def shut(self) -> None:
        """After an outage the next call opens a new one."""
        stack, self.mine.stack = getattr(self.mine, "stack", None), None
        if stack is not None:
            stack.close()
