"""Dated legal rows and the utility's requisites, from the files of this folder into tables. Rows are only added:
a rule that people changed stays as they left it."""

import tomllib
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from infra.database import Database, database
from infra.reference import appeals, booking, centres, money
from infra.settings import settings
from models.delivery.rules import DEFAULT_POLICY
from models.delivery.tables import RetryStep
from models.people.tables import Branch
from models.process.tables import Setting, TermRule
from models.rulebook import editions

HERE = Path(__file__).parent
PROFILES = HERE.parent / "profiles"


def load(url: str = "") -> None:
    """Into the database of `url`, or into this installation's."""
    base = Database(url, 2) if url else database()
    with base.transaction() as session:
        session.execute(text("select pg_advisory_xact_lock(7130862)"))
        _terms(session)
        _money(session)
        _policy(session)
        _utility(session)
        centres.load(session)
        booking.load(session)
        appeals.load(session)
    if url:
        base.close()


def profile(name: str = "") -> dict[str, Any]:
    return _read(PROFILES / f"{name or settings().profile}.toml")


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


def _terms(session: Session) -> None:
    have = {(r.process, r.rule, r.valid_from) for r in session.exec(select(TermRule))}
    for process, rows in _read(HERE / "terms.toml").items():
        for row in rows:
            made = TermRule(process=process, **row)
            if (process, made.rule, made.valid_from) not in have:
                editions.insert(session, made)


def _money(session: Session) -> None:
    money.load(session, _read(HERE / "rates.toml"))


def _policy(session: Session) -> None:
    if not session.exec(select(RetryStep)).first():
        for error_class, seq, every, until in DEFAULT_POLICY:
            session.add(RetryStep(error_class=error_class, seq=seq, every_s=every, until_s=until))


def _utility(session: Session) -> None:
    """Requisites follow the profile; the site's address follows the settings of this start."""
    told = profile()
    row = session.get(Setting, "org") or Setting(name="org")
    keep = {k: v for k, v in row.value.items() if k == "seal"}
    row.value = {k: v for k, v in told.items() if k not in ("branches", "cabinet")} | keep | {"site": settings().site}
    session.add(row)
    have = set(session.exec(select(col(Branch.name))).all())
    for branch in told.get("branches", []):
        if branch["name"] not in have:
            session.add(Branch(**branch))
