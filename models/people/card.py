"""The registration card: which fields a kind of person fills, checked one by one. Pure; keeps nothing."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from models.people import rules
from models.people.passwords import PasswordRules, check_new
from models.people.tables import PersonKind
from models.process.errors import Invalid

_LOGIN = re.compile(r"[\w.@-]{4,64}")
_LONGEST = 300  # characters of a field
_OLDEST = 120  # years
Check = Callable[[str, str, str], str]  # (typed, kind of person, field) -> as it is kept; raises Invalid


def _words(text: str, _kind: str, _field: str) -> str:
    return " ".join(text.split())


def _name(text: str, kind: str, field: str) -> str:
    found = _words(text, kind, field)
    if not re.search(r"[^\W\d_]", found):
        raise Invalid(field, "Write it in letters")
    return found


def _login(text: str, _kind: str, field: str) -> str:
    found = rules.login_of(text)
    if not is_login(found):
        raise Invalid(field, "A login has 4 to 64 letters, digits, dots or hyphens")
    return found


def _born(text: str, _kind: str, field: str) -> str:
    """As the browser or a person writes it."""
    if found := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text.strip()):
        text = f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}"
    try:
        born = date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(field, "Write the date as 17.03.1984") from None
    return born.isoformat()


CHECKS: Mapping[str, Check] = {
    "last_name": _name,
    "first_name": _name,
    "middle_name": _name,
    "name": _name,
    "organisation": _name,
    "head": _name,
    "head_post": _words,
    "address": _words,
    "city": _words,
    "region": _words,
    "login": _login,
    "birth_date": _born,
    "email": lambda text, _kind, name: rules.email(text, name).lower(),
    "phone": lambda text, _kind, name: rules.phone(text, name),
    "snils": lambda text, _kind, name: rules.snils(text, name),
    "inn": lambda text, kind, name: rules.inn(text, kind, name),
    "ogrn": lambda text, kind, name: rules.ogrn(text, kind, name),
    "kpp": lambda text, _kind, name: rules.kpp(text, name),
    "channel": _words,
}
SECRET = ("password", "repeat")  # never shown again, never kept
NAMES = frozenset(CHECKS) | set(SECRET)


@dataclass(frozen=True)
class Card:
    """What is asked. `choices`: fields that are chosen from a list; `login`: the field that becomes the login."""

    kind: PersonKind
    fields: Mapping[str, bool]  # name: required
    login: str
    passwords: PasswordRules
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


def is_login(text: str) -> bool:
    """Whether a chosen login is written as logins are."""
    return bool(_LOGIN.fullmatch(rules.login_of(text)))


def asked(card: Card, typed: Mapping[str, str]) -> dict[str, bool]:
    """Fields that count now: with a choice of channel only the chosen contact is asked (rows R-15, R-16)."""
    if "channel" not in card.fields:
        return dict(card.fields)
    other = "email" if typed.get("channel", "phone") == "phone" else "phone"
    return {name: needed for name, needed in card.fields.items() if name != other}


def check(card: Card, typed: Mapping[str, str], today: date) -> tuple[dict[str, str], list[Invalid]]:
    """(values as they are kept, everything that is wrong). Passwords are checked and never returned."""
    values: dict[str, str] = {}
    faults: list[Invalid] = []
    for name, needed in asked(card, typed).items():
        if name in SECRET:
            continue
        try:
            if found := _one(card, name, typed.get(name, "").strip(), needed, today):
                values[name] = found
        except Invalid as wrong:
            faults.append(wrong)
    if "password" in card.fields:
        try:
            repeat = typed.get("repeat", "") if "repeat" in card.fields else typed.get("password", "")
            check_new(typed.get("password", ""), repeat, card.passwords, login=values.get(card.login, ""))
        except Invalid as wrong:
            faults.append(wrong)
    return values, faults


def _one(card: Card, name: str, text: str, needed: bool, today: date) -> str:
    """ "" for an optional field that was left empty."""
    if not text:
        if needed:
            raise Invalid(name, "Fill in this field")
        return ""
    if len(text) > _LONGEST:
        raise Invalid(name, "This is longer than %(most)s characters", most=_LONGEST)
    found = CHECKS[name](text, card.kind, name)
    if name in card.choices and found not in card.choices[name]:
        raise Invalid(name, "Choose from the list")
    if name == "birth_date" and not 14 <= today.year - date.fromisoformat(found).year <= _OLDEST:
        raise Invalid(name, "Check the year of birth")
    return found


def full_name(values: Mapping[str, str]) -> str:
    """Of an organisation, or of a person in the usual order."""
    parts = [values.get(name, "") for name in ("last_name", "first_name", "middle_name")]
    return values.get("organisation") or values.get("name") or " ".join(filter(None, parts))
