"""Phrases of models.connection.cards as text in the reader's language: money and days written the Russian way."""

from datetime import date
from decimal import Decimal

from documents.wording import day, money
from infra.wording import _
from models.connection.cards import Phrase


def say(phrase: Phrase) -> str:
    """'' for an empty phrase. A Decimal fact is money, a date fact is a day."""
    text = _(phrase.template) if phrase.template else ""
    return text % {name: _written(fact) for name, fact in phrase.facts.items()} if phrase.facts else text


def _written(fact: object) -> str:
    if isinstance(fact, Decimal):
        return money(fact)
    return day(fact) if isinstance(fact, date) else _(str(fact))
