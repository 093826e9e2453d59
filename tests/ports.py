"""Free ports below the range from which the system gives ports to outgoing connections: nobody takes them meanwhile."""

import random
import socket

LOWEST, HIGHEST = 20_000, 31_000
_dice = random.SystemRandom()


def free(count: int = 1) -> int:
    """The first of `count` neighbours that can be bound now."""
    while True:
        base = _dice.randrange(LOWEST, HIGHEST)
        if all(_bindable(base + step) for step in range(count)):
            return base


def _bindable(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
