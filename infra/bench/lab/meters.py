"""Figures: spreads of times, processor time of process trees, what machine this is."""

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spread:
    """Milliseconds of n measurements; the median is what is compared."""

    n: int
    median: float
    p90: float
    worst: float

    def plain(self) -> dict[str, float]:
        return {name: round(value, 2) for name, value in asdict(self).items()}


def spread(seconds: Sequence[float]) -> Spread:
    """Of seconds; there must be at least one."""
    found = sorted(1000 * s for s in seconds)
    return Spread(len(found), statistics.median(found), found[min(len(found) - 1, int(len(found) * 0.9))], found[-1])


def cpu(pid: int | None) -> float:
    """Seconds of processor time of a process and its descendants, the ended ones included once they are waited for."""
    if pid is None:
        return 0.0
    return sum(_ticks(p) for p in tree(pid)) / _TICK


def tree(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        if fields := _stat(int(entry.name)):
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, ahead = [], [pid]
    while ahead:
        found.append(ahead.pop())
        ahead += parents.get(found[-1], [])
    return found


def _ticks(pid: int) -> int:
    fields = _stat(pid)
    return sum(int(f) for f in fields[11:15])  # own user and system time, then that of ended children


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat after the name; nothing when the process has gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


def machine() -> dict[str, object]:
    """What the figures belong to; the load is that of the last minute, other people's work included."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }
