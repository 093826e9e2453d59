"""Argon2id takes 64 MB and a core: only so many at once, and a crowd of strangers never fills every place."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from models.process.errors import FeederError
from models.process.words import N_
from signatures.secrets import hash_password, verify_password

__all__ = ["Busy", "hash_password", "place", "verify_password"]

PATIENCE = 10.0  # seconds somebody waits for a place
_strangers = threading.BoundedSemaphore(2)
_known = threading.BoundedSemaphore(1)  # kept for browsers that have signed in here before


class Busy(FeederError):
    """Too many want to sign in at this moment; nothing was counted against anybody."""

    template = N_("Many people are signing in at this moment. Send it once more in a few seconds")


@contextmanager
def place(*, known: bool = False) -> Iterator[None]:
    """A place for one hash. Raises Busy."""
    queue = _known if known else _strangers
    if not queue.acquire(timeout=PATIENCE):
        raise Busy
    try:
        yield
    finally:
        queue.release()
