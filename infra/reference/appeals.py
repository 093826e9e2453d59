"""Kinds of appeals, their terms as dated rows, hours of the office and of calls: from appeals.toml; how long appeals are kept.
Rows are only added; what people changed stays as they left it."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from models.appeal.tables import PROCESS, SETTING, AppealKind
from models.people.access_tables import RetentionEdition, RetentionRule
from models.process.tables import Setting, TermRule
from models.rulebook import editions

FILE = Path(__file__).parent / "appeals.toml"
KEPT: dict[str, Any] = {"name": "appeal", "title": "Обращения и ответы на них"}
HOW_LONG: dict[str, Any] = {
    "name": "appeal",
    "days": 5 * 365,
    "basis": "приказ Росархива № 236, п. 154",
    "confidence": "memory",  # nobody has looked it up: the page of rules says so
    "valid_from": date(2020, 1, 1),
}


def told() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))


def term_rules() -> list[TermRule]:
    """As they are loaded, defaults included."""
    return [TermRule(process=PROCESS, **row) for row in told()["term"]]


def load(session: Session) -> None:
    """Adds kinds by code, editions by their first day, the hours where there are none."""
    kinds = {k.code for k in session.exec(select(AppealKind))}
    for seq, row in enumerate(told()["kind"], 1):
        if row["code"] not in kinds:
            session.add(AppealKind(seq=seq, **row))
    have = {(r.rule, r.valid_from) for r in session.exec(select(TermRule).where(TermRule.process == PROCESS))}
    for rule in term_rules():
        if (rule.rule, rule.valid_from) not in have:
            editions.insert(session, rule)
    if session.get(RetentionRule, KEPT["name"]) is None:
        session.add(RetentionRule(**KEPT))
        session.flush()
        session.add(RetentionEdition(**HOW_LONG))
    if session.get(Setting, SETTING) is None:
        session.add(Setting(name=SETTING, value=told()["office"]))
