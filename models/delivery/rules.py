"""When a letter is tried again: policy as data, by class of error. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from models.delivery.tables import RetryStep


class ErrorClass(StrEnum):
    """What came of a try. A duplicate is a success: the other side has the letter already."""

    SENT = "sent"
    DUPLICATE = "duplicate"
    RETRY = "retry"  # timeouts, refused connections, 4xx greylisting
    THROTTLED = "throttled"  # the other side said when to come again
    REFUSED = "refused"  # 5xx: the address does not exist; stop at once


SUCCESS = frozenset({ErrorClass.SENT, ErrorClass.DUPLICATE})

# error class, seq, every (s), until (s since the first try; 0: used once):
# 10 s, 30 s, 1, 5, 15 min, then every 15 min to 4 h, then hourly to 72 h
DEFAULT_POLICY: tuple[tuple[str, int, int, int], ...] = (
    (ErrorClass.RETRY, 1, 10, 0),
    (ErrorClass.RETRY, 2, 30, 0),
    (ErrorClass.RETRY, 3, 60, 0),
    (ErrorClass.RETRY, 4, 300, 0),
    (ErrorClass.RETRY, 5, 900, 4 * 3600),
    (ErrorClass.RETRY, 6, 3600, 72 * 3600),
)


def next_try(steps: Sequence[RetryStep], tries: int, first: datetime, now: datetime) -> datetime | None:
    """When the next try is due after `tries` failed ones; None: give up, a person has to look."""
    once = [s for s in steps if not s.until_s]
    if tries <= len(once):
        return now + timedelta(seconds=once[tries - 1].every_s)
    since = (now - first).total_seconds()
    step = next((s for s in steps if since < s.until_s), None)
    return now + timedelta(seconds=step.every_s) if step else None
