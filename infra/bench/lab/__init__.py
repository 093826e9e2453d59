"""What the measurements share. Rooms above infra are reached by `load` alone, and only to measure them."""

import importlib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


def load(place: str) -> Any:
    """'documents.issue:render' → that object; without a colon the module. The product's code never imports upwards: a
    bench is the one place that has to hold the finished whole, so it asks by name, when it runs."""
    module, _, name = place.partition(":")
    found = importlib.import_module(module)
    return getattr(found, name) if name else found
