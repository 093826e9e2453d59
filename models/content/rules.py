"""What an item must say before people see it, what answers to a survey may be, whose address an outage touches. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.content.tables import Ask, ContentItem, Kind, Outage, Reader, State
from models.process.errors import Invalid
from models.process.words import N_

TITLE, LEAD, TEXT, LINE = 200, 400, 20_000, 200  # characters
MOST_QUESTIONS, MOST_OPTIONS, MOST_PLACES = 30, 20, 200
STEPS = (2, 10)  # of a scale
LONGEST_ANSWER = 2000  # characters
FILLS = frozenset({"", "filing"})  # pages a form may lead to
_WORD = re.compile(r"[\w-]+")
_KINDS_OF_PLACE = frozenset(
    "г город пос посёлок поселок п д дер деревня с село ул улица пр проспект пер переулок наб набережная пл площадь снт днп "
    "дом дома уч участок участки р-н район обл область ш шоссе все всё от до и".replace("ё", "е").split()
)


def shown(item: ContentItem, now: datetime) -> bool:
    """Whether anybody sees it now. The wall of the database says the same, and by whom."""
    begun = item.shown_from is not None and item.shown_from <= now
    return item.state == State.PUBLISHED and begun and (item.shown_until is None or item.shown_until > now)


# ------------------------------------------------------------------------------------------------ before publication
def faults(item: ContentItem) -> list[Invalid]:
    """Everything that keeps an item from being published, by field."""
    return [*_common(item), *_OF_KIND[Kind(item.kind)](item)]


def draft_faults(item: ContentItem) -> list[Invalid]:
    """What even a draft must have: a title, and nothing that is too long."""
    found = []
    if not item.title.strip():
        found.append(Invalid("title", N_("Write a title")))
    for name, most in (("title", TITLE), ("lead", LEAD), ("text", TEXT), ("section", LINE)):
        if len(getattr(item, name)) > most:
            found.append(Invalid(name, N_("Make it shorter: %(most)s characters at most"), most=most))
    if item.shown_until and item.shown_from and item.shown_until <= item.shown_from:
        found.append(Invalid("shown_until", N_("The last day lies after the first one")))
    if set(item.audience) - set(Reader):
        found.append(Invalid("audience", N_("Choose from the list")))
    return found


def _common(item: ContentItem) -> list[Invalid]:
    found = draft_faults(item)
    if item.kind != Kind.FORM and not item.text.strip() and item.kind != Kind.OUTAGE:
        found.append(Invalid("text", N_("Write the text")))
    return found


def _news(_item: ContentItem) -> list[Invalid]:
    return []


def _faq(item: ContentItem) -> list[Invalid]:
    return [] if item.section.strip() else [Invalid("section", N_("Name the section: the questions are grouped by it"))]


def _outage(item: ContentItem) -> list[Invalid]:
    found = []
    if item.outage not in set(Outage):
        found.append(Invalid("outage", N_("Choose from the list")))
    if item.begins_at is None or item.ends_at is None:
        found.append(Invalid("begins_at", N_("Say when the power goes off and when it is back")))
    elif item.ends_at <= item.begins_at:
        found.append(Invalid("ends_at", N_("It ends after it begins")))
    if not item.places:
        found.append(Invalid("places", N_("Name the addresses, one a line")))
    elif len(item.places) > MOST_PLACES or any(len(line) > LINE for line in item.places):
        found.append(
            Invalid("places", N_("At most %(count)s lines of %(most)s characters"), count=MOST_PLACES, most=LINE)
        )
    if not item.branches:
        found.append(Invalid("branches", N_("Choose the branch whose grid it is")))
    return found


def _survey(item: ContentItem) -> list[Invalid]:
    if not 1 <= len(item.questions) <= MOST_QUESTIONS:
        return [Invalid("questions", N_("A survey has from 1 to %(most)s questions"), most=MOST_QUESTIONS)]
    return [fault for number, asked in enumerate(item.questions) for fault in question_faults(number, asked)]


def _form(item: ContentItem) -> list[Invalid]:
    found = []
    if not item.file_key and not item.fill:
        found.append(Invalid("file", N_("Attach the file, or choose the page where it is filled in")))
    if item.fill not in FILLS:
        found.append(Invalid("fill", N_("Choose from the list")))
    return found


_OF_KIND = {Kind.NEWS: _news, Kind.FAQ: _faq, Kind.OUTAGE: _outage, Kind.SURVEY: _survey, Kind.FORM: _form}


def question_faults(number: int, asked: Mapping[str, Any]) -> list[Invalid]:
    """A question: {kind: Ask, text, needed, options: [text, …], steps: 2…10, least, most}."""
    where = f"questions.{number}"
    if asked.get("kind") not in set(Ask):
        return [Invalid(where, N_("Choose from the list"))]
    found = []
    if not str(asked.get("text", "")).strip():
        found.append(Invalid(where, N_("Question %(number)s: write what is asked"), number=number + 1))
    options = [str(o).strip() for o in asked.get("options") or []]
    chosen = asked["kind"] in (Ask.SINGLE, Ask.MULTIPLE)
    if chosen and (not 2 <= len(options) <= MOST_OPTIONS or not all(options) or len(set(options)) < len(options)):
        found.append(Invalid(where, N_("Question %(number)s: from 2 to %(most)s different options"), number=number + 1,
                             most=MOST_OPTIONS))  # fmt: skip
    if asked["kind"] == Ask.SCALE and not STEPS[0] <= int(asked.get("steps") or 0) <= STEPS[1]:
        found.append(Invalid(where, N_("Question %(number)s: a scale of 2 to 10 steps"), number=number + 1))
    return found


# ------------------------------------------------------------------------------------------------ answers
def answer(questions: Sequence[Mapping[str, Any]], given: Sequence[Any]) -> tuple[list[Any], list[Invalid]]:
    """(values that are kept, what is wrong by question). One value a question, in their order."""
    kept: list[Any] = []
    found: list[Invalid] = []
    for number, asked in enumerate(questions):
        value = _value(asked, given[number] if number < len(given) else None)
        if value is None and asked.get("needed"):
            found.append(
                Invalid(f"answer.{number}", N_("Question %(number)s: choose or write an answer"), number=number + 1)
            )
        kept.append(value)
    return kept, found


def _value(asked: Mapping[str, Any], typed: Any) -> Any:
    """What this question may keep, or nothing: a made-up option is no answer."""
    kind, count = asked["kind"], len(asked.get("options") or [])
    if kind == Ask.TEXT:
        return str(typed or "").strip()[:LONGEST_ANSWER] or None
    if kind == Ask.MULTIPLE:
        many = typed if isinstance(typed, list | tuple | set) else []
        return sorted({v for v in many if _is_number(v) and 0 <= v < count}) or None
    if not _is_number(typed):
        return None
    least, most = (1, int(asked["steps"])) if kind == Ask.SCALE else (0, count - 1)
    return typed if least <= typed <= most else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


@dataclass(frozen=True)
class Tally:
    """What was answered to one question. `counts` by option or step; `mean` of a scale; `texts` as they were written."""

    asked: Mapping[str, Any]
    answered: int
    counts: Mapping[int, int] = field(default_factory=dict)
    mean: float | None = None
    texts: Sequence[str] = ()


def tally(questions: Sequence[Mapping[str, Any]], answers: Sequence[Sequence[Any]]) -> list[Tally]:
    return [
        _tally(asked, [a[n] for a in answers if n < len(a) and a[n] is not None]) for n, asked in enumerate(questions)
    ]


def _tally(asked: Mapping[str, Any], values: Sequence[Any]) -> Tally:
    if asked["kind"] == Ask.TEXT:
        return Tally(asked, len(values), texts=[str(v) for v in values])
    counts = Counter(x for value in values for x in (value if isinstance(value, list) else [value]))
    mean = sum(values) / len(values) if asked["kind"] == Ask.SCALE and values else None
    return Tally(asked, len(values), counts, mean)


# ------------------------------------------------------------------------------------------------ addresses
def words_of(place: str) -> frozenset[str]:
    """'пос. Лесное, ул. Озёрная, д. 2–10' → {'лесное', 'озерная'}: what tells one place from another. Numbers of houses do
    not: whoever lives in the street is told."""
    found = (w.lower().replace("ё", "е") for w in _WORD.findall(place))
    return frozenset(w for w in found if w not in _KINDS_OF_PLACE and not any(c.isdigit() for c in w) and len(w) > 1)


def touches(places: Sequence[str], address: str) -> bool:
    """Whether an address lies in one of the places: every telling word of the place stands in the address."""
    there = words_of(address)
    return any(wanted and wanted <= there for wanted in map(words_of, places))
