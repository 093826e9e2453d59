"""Lengths of the dated rules in words, for sentences that promise something: a number of an act never stands in a sentence
itself. Reads rules only."""

from collections.abc import Mapping

from sqlmodel import Session

from dashboard import parts, session
from infra import clock
from infra.database import database
from models.connection import queries
from models.process.errors import Outage

START = ("TP-01", "TP-04X", "TP-06X")


def within(rule: str) -> str:
    """'3 рабочих дней', after «в течение»: the rule in force today, for whoever is signed in."""
    with session.reading(session.current()) as db:
        return _words(db, [rule])[rule]


def nominative(rule: str) -> str:
    """'3 рабочих дня': the same where nothing stands before it."""
    with session.reading(session.current()) as db:
        found = queries.rules_today(db, clock.today())[rule]
    return parts.term(found.length or 0, found.unit)


def of_the_start() -> Mapping[str, str]:
    """The same for the steps of the start page; nothing while the database is away: the page stands."""
    try:
        with database().transaction() as db:
            return _words(db, START)
    except Outage:
        return {}


def _words(db: Session, rules: tuple[str, ...] | list[str]) -> dict[str, str]:
    told = queries.rules_today(db, clock.today())
    return {rule: parts.in_term(told[rule].length or 0, told[rule].unit) for rule in rules}
