"""A registration card as fields of a light form: labels, hints, what was typed, the fault beside its field. Keeps nothing."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dashboard.faults import sentence_of
from infra import profiles
from infra.profiles.shape import CardShape
from infra.wording import N_, _
from models.people.tables import PersonKind
from models.process.errors import Invalid

# name: label, type of the input, autocomplete, keyboard
_FIELDS: dict[str, tuple[str, str, str, str]] = {
    "last_name": (N_("Surname"), "text", "family-name", ""),
    "first_name": (N_("First name"), "text", "given-name", ""),
    "middle_name": (N_("Patronymic"), "text", "additional-name", ""),
    "name": (N_("Your name"), "text", "name", ""),
    "organisation": (N_("Name of the organisation"), "text", "organization", ""),
    "head": (N_("Head of the organisation"), "text", "off", ""),
    "head_post": (N_("Post of the head"), "text", "organization-title", ""),
    "address": (N_("Postal address"), "text", "street-address", ""),
    "city": (N_("Town"), "select", "address-level2", ""),
    "region": (N_("Region"), "select", "address-level1", ""),
    "login": (N_("Login"), "text", "username", ""),
    "birth_date": (N_("Date of birth"), "text", "bday", "numeric"),
    "email": (N_("E-mail"), "email", "email", "email"),
    "phone": (N_("Phone"), "tel", "tel", "tel"),
    "snils": (N_("СНИЛС"), "text", "off", "numeric"),
    "inn": (N_("ИНН"), "text", "off", "numeric"),
    "ogrn": (N_("ОГРН"), "text", "off", "numeric"),
    "kpp": (N_("КПП"), "text", "off", ""),
    "channel": (N_("Confirm by"), "radio", "off", ""),
    "password": (N_("Password"), "password", "new-password", ""),
    "repeat": (N_("Password once more"), "password", "new-password", ""),
}
_HINTS = {
    "birth_date": N_("For example 17.03.1984"),
    "phone": N_("For example +7 922 555-01-23"),
}


class FormField(NamedTuple):
    name: str
    label: str
    type: str
    autocomplete: str
    mode: str
    required: bool
    value: str = ""
    hints: Sequence[str] = ()
    sample: str = ""
    error: str = ""
    options: Sequence[tuple[str, str]] = ()


class FormSection(NamedTuple):
    title: str
    explanation: str
    fields: Sequence[FormField]


def card_shape(kind: PersonKind) -> CardShape:
    """Raises KeyError for a kind that does not register here."""
    found = next((c for c in profiles.cabinet().registration.cards if kind in c.kinds), None)
    if found is None:
        raise KeyError(kind)
    return found


def sections(kind: PersonKind, typed: Mapping[str, str], faults: Sequence[Invalid] = ()) -> list[FormSection]:
    """What was typed stays, passwords excepted."""
    said = errors(faults)
    return [
        FormSection(s.title, s.explanation, [_field(n, needed, typed, said) for n, needed in s.needed.items()])
        for s in card_shape(kind).sections
    ]


def labels(given: Sequence[FormSection]) -> dict[str, str]:
    """For the list of faults at the head: the name of every field and of every consent."""
    fields = {field.name: field.label for section in given for field in section.fields}
    return fields | {f"consent_{wording.kind}": wording.title for wording in profiles.consents()}


def errors(faults: Sequence[Invalid]) -> dict[str, str]:
    """The sentence of each field's first fault."""
    found: dict[str, str] = {}
    for fault in faults:
        found.setdefault(fault.field, sentence_of(fault))
    return found


def password_hints() -> list[str]:
    """The manual's own words, or ours."""
    told = profiles.cabinet().password
    ours = [_(text) % facts for text, facts in profiles.password_rules().told()]
    return ([told.told] if told.told else ours) + ([told.advice] if told.advice else [])


def _field(name: str, needed: bool, typed: Mapping[str, str], said: Mapping[str, str]) -> FormField:
    told = profiles.cabinet().registration
    label, kind, autocomplete, mode = _FIELDS[name]
    words = told.labels.get(name) or _(label)
    return FormField(
        name,
        words,
        kind,
        autocomplete,
        mode,
        needed,
        "" if kind == "password" else typed.get(name, ""),
        _hints(name),
        told.samples.get(name, ""),
        said.get(name, ""),
        _options(name),
    )


def _hints(name: str) -> list[str]:
    if name == "password":
        return password_hints()
    if _FIELDS[name][1] == "select":  # its first line says it
        return []
    told = profiles.cabinet().registration
    ours = _(_HINTS[name]) if name in _HINTS and name not in told.samples else ""
    return [hint for hint in (told.hints.get(name, ours),) if hint]


def _options(name: str) -> list[tuple[str, str]]:
    told = profiles.cabinet().registration
    if name == "channel":
        return [("phone", _("Phone")), ("email", told.labels.get("email") or _("E-mail"))]
    if name == "city":
        return [("", told.hints.get("city") or _("Choose from the list")), *((c, c) for c in told.cities)]
    if name == "region":
        regions = profiles.cabinet().regions
        return [("", _("Choose from the list")), *((r.name, r.name) for r in regions)]
    return []
