"""Which flow carries which process: read from prefect.yaml, so that there is one list of deployments."""

import importlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from prefect import Flow

ROOT = Path(__file__).resolve().parents[2]
POOL = "feeder"
DEPLOYMENT = "warm"


@dataclass(frozen=True)
class Entry:
    """One deployment of prefect.yaml."""

    process: str
    entrypoint: str
    description: str
    tags: tuple[str, ...]
    schedules: tuple[dict[str, Any], ...]

    @property
    def flow(self) -> Flow[..., Any]:
        module, _, name = self.entrypoint.partition(":")
        found = getattr(importlib.import_module(module.removesuffix(".py").replace("/", ".")), name)
        assert isinstance(found, Flow), f"{self.entrypoint} is not a flow"
        return found


@cache
def entries() -> dict[str, Entry]:
    """By process, which is the flow's name."""
    told = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))
    found = [
        Entry(
            process=d["entrypoint"].partition(":")[2],
            entrypoint=d["entrypoint"],
            description=d.get("description", ""),
            tags=tuple(d.get("tags", ())),
            schedules=tuple(d.get("schedules", ())),
        )
        for d in told["deployments"]
    ]
    return {e.process: e for e in found}
