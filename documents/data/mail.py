"""The data of letters: the same keys for every kind."""

from typing import TypedDict


class LetterData(TypedDict):
    """The same for every letter; what a letter does not need is ""."""

    name: str  # how to address: "Анна Викторовна", "ООО «Лесной двор»"
    number: str
    date: str  # of the application
    object: str
    address: str
    what: str  # the fact in a phrase: a sum, a paper, a text
    due: str  # last day, ISO, or ""
    turn: str  # whose turn: "Ваш ход: оплатите первый платёж"
    then: str  # what happens then
    link: str
    phone: str
    utility: str
    details: list[str]
