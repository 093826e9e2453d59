"""What differs between utilities: one validated file each. Read once; code asks the profile and never the utility's name."""

import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from infra.profiles.shape import Cabinet, Profile
from infra.settings import Settings, settings
from infra.trouble import Trouble
from infra.wording import _
from models.people.card import Card
from models.people.consents import Wording
from models.people.passwords import PasswordRules
from models.people.tables import PersonKind

HERE = Path(__file__).parent
CONSENTS = HERE.parent / "reference" / "consents.toml"

__all__ = [
    "Cabinet", "Profile", "cabinet", "card", "consents", "names", "password_rules", "profile", "sender", "session_life",
]  # fmt: skip


def names() -> list[str]:
    """Every profile that is shipped."""
    return sorted(path.stem for path in HERE.glob("*.toml"))


@cache
def profile(name: str = "") -> Profile:
    """Raises Trouble with the place and the fault when the file is missing or wrong."""
    name = name or settings().profile
    if name not in names():
        raise Trouble(
            _("There is no profile %(name)s. There are: %(known)s") % {"name": name, "known": ", ".join(names())}
        )
    try:
        return Profile.model_validate(tomllib.loads((HERE / f"{name}.toml").read_text("utf-8")))
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(str(part) for part in wrong["loc"])
        raise Trouble(
            _("The profile %(name)s is wrong at %(where)s: %(reason)s")
            % {"name": name, "where": where, "reason": wrong["msg"]}
        ) from None


def cabinet() -> Cabinet:
    """Rules of the doors of this installation."""
    return profile().cabinet


def sender(given: Settings | None = None) -> str:
    """Address that letters come from: the setting, or "noreply" in the domain of this utility's own e-mail."""
    given = given or settings()
    return given.mail_from or f"noreply@{profile(given.profile).utility.email.rpartition('@')[2]}"


def password_rules() -> PasswordRules:
    told = cabinet().password
    return PasswordRules(told.least, told.mixed_case, told.letters_and_digits)


def session_life() -> tuple[timedelta, timedelta]:
    """(from the sign-in, without a click)"""
    told = cabinet().session
    return timedelta(hours=told.hours), timedelta(minutes=told.idle_minutes)


def link_life() -> timedelta:
    return timedelta(hours=cabinet().links.hours)


def temporary_life() -> timedelta:
    """Of a password granted by the customer centre."""
    return timedelta(hours=cabinet().links.temporary_hours)


def card(kind: PersonKind) -> Card:
    """What this kind of person fills in at registration. Raises KeyError for a kind that cannot register here."""
    told = cabinet().registration
    found = next((c for c in told.cards if kind in c.kinds), None)
    if found is None:
        raise KeyError(kind)
    choices = {"channel": ("phone", "email")} | ({"city": tuple(told.cities)} if told.cities else {})
    return Card(kind, found.fields, told.login[kind], password_rules(), choices)


def consents() -> tuple[Wording, ...]:
    """The consents that registration shows, each with its own tick, required ones first."""
    texts = _texts()
    told = cabinet().registration
    wanted = [(kind, True) for kind in told.consents] + [(kind, False) for kind in told.optional_consents]
    return tuple(_wording(kind, texts[kind], required) for kind, required in wanted)


def _wording(kind: str, told: dict[str, Any], required: bool) -> Wording:
    words = profile().utility
    facts = {
        "utility": words.full_short or words.name,
        "address": words.address,
        "inn": words.inn,
        "email": words.email,
    }
    title, purpose, text = (str(told[name]).strip().format(**facts) for name in ("title", "purpose", "text"))
    return Wording(kind, str(told["version"]), title, purpose, text, required)


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(CONSENTS.read_text("utf-8"))
