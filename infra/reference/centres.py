"""Feeding centres that an installation begins with: rows of `centres-<profile>.toml`. A centre that people changed stays."""

import tomllib
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from sqlmodel import Session, col, select

from infra.settings import settings
from models.network import actions
from models.network.rules import Values
from models.network.tables import Centre
from models.people.tables import Branch
from models.process.actor import SYSTEM

HERE = Path(__file__).parent


def load(session: Session) -> None:
    """Adds those that are not there by name; nothing for a profile without such a file."""
    file = HERE / f"centres-{settings().profile}.toml"
    if not file.exists():
        return
    session.flush()
    branches = {b.name: b.id or 0 for b in session.exec(select(Branch))}
    have = set(session.exec(select(col(Centre.name))).all())
    for row in tomllib.loads(file.read_text("utf-8"))["centres"]:
        if row["name"] not in have and row["branch"] in branches:
            told = Values(
                row["name"], row["voltage"], Decimal(row["installed"]), Decimal(row["connected"]),
                branches[row["branch"]], row["location"],
            )  # fmt: skip
            actions.add(session, told, SYSTEM, datetime.now(UTC))
