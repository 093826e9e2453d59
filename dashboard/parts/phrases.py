"""Phrases of models.connection.cards in the reader's language: a Decimal fact is money, a date fact is a day."""

from datetime import date
from decimal import Decimal

from documents.wording import day, money
from infra.wording import _
from models.connection.cards import Phrase


def say(phrase: Phrase) -> str:
    """Plain text, not HTML."""
    if not phrase.template:
        return ""
    text = _(phrase.template)
    return (
        text % {name: _fact(value) for name, value in phrase.facts.items()} if phrase.facts else text.replace("%%", "%")
    )


def _fact(value: object) -> object:
    if isinstance(value, Decimal):
        return money(value)
    return day(value) if isinstance(value, date) else value
