"""The application's form: prefilled, kept as typed, checked whole before sending. Domain b.8; rows G-23, G-24, D-15, D-16."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from models.connection import rules
from models.connection.request import (
    MOST_KW,
    PURPOSES,
    REASONS,
    REISSUES,
    TEMPORARY,
    VOLTAGES,
    kind_of_case,
    place_of,
    power,
)
from models.connection.sheet import Sheet, kilowatts
from models.connection.tables import Application
from models.document.tables import Attachment
from models.people import rules as people
from models.people.tables import PersonKind, User
from models.process.errors import Invalid, ManyInvalid

__all__ = ["CORRECTABLE", "MOST_KW", "OBJECT_FIELDS", "PASSPORT_FIELDS", "PERSON_FIELDS", "PURPOSES", "REASONS", "REISSUES",
           "TEMPORARY", "VOLTAGES", "correct", "fill", "fingerprint", "kilowatts", "prefilled", "told"]  # fmt: skip

PERSON_FIELDS = ("name", "full", "birth_date", "snils", "inn", "ogrn", "kpp", "address", "postal", "phone", "email",
                 "head", "head_post", "authority", "ogrn_date", "bank_account", "bank_bic", "bank_name")  # fmt: skip
OBJECT_FIELDS = (
    "object_name",
    "object_address",
    "cadastre",
    "fias",
    "landmark",
    "devices",
    "purpose",
    "design",
    "commissioning",
    "supplier",
)
PASSPORT_FIELDS = ("passport_series", "passport_number", "passport_issued", "passport_code", "passport_issuer")
CORRECTABLE = ("phone", "email", "postal", "object_name", "object_address", "devices", "commissioning", "supplier")


def prefilled(user: User, earlier: dict[str, Any] | None) -> dict[str, Any]:
    """The draft a person starts from. Passport data are never copied into a draft in the clear."""
    mine = {
        "kind": user.kind or PersonKind.INDIVIDUAL,
        "name": user.name,
        "birth_date": user.birth_date.isoformat() if user.birth_date else "",
        "snils": people.show_snils(user.snils),
        "inn": user.inn,
        "ogrn": user.ogrn,
        "kpp": user.kpp,
        "address": user.address,
        "phone": user.phone,
        "email": user.email,
        "head": user.head,
        "head_post": user.head_post,
        "authority": user.authority,
        "bank_account": user.bank_account,
        "bank_bic": user.bank_bic,
    }
    anew = (*PASSPORT_FIELDS, "checked", "consent", "consents", "step", "copy_of")
    keep = {k: v for k, v in (earlier or {}).items() if k not in anew}
    told = {k: v for k, v in mine.items() if v}
    usual = {"reason": "new", "voltage_kv": "0.4", "phases": 3, "reliability": "III", "prior_kw": "0"}
    return usual | mine | keep | told


def fill(
    case: Application,
    today: date,
    files: set[str],
    passport: dict[str, str],
    switches: rules.Switches | None = None,
) -> None:
    """From what was typed to the columns of the case. Raises ManyInvalid with every fault.

    `switches`: what this utility has decided where sources differ."""
    sheet = Sheet(case.draft | passport)
    kind = sheet.text("kind") or PersonKind.INDIVIDUAL
    if kind not in list(PersonKind):
        sheet.faults.append(Invalid("kind", "Choose who applies"))
        kind = PersonKind.INDIVIDUAL
    person = _person(sheet, kind, today)
    _object(sheet, case)
    power(sheet, case, kind)
    kind_of_case(sheet, case, today, (switches or rules.Switches()).mobile_months)
    _category(sheet, case, kind, switches)
    if sheet.text("consent") != "yes":
        sheet.faults.append(
            Invalid("consent", "Without consent to process personal data the application cannot be sent")
        )
    wanted = rules.papers_wanted(
        kind,
        represented=bool(sheet.typed.get("represented")),
        social=case.social,
        generation=case.generation_kw > 0,
        category=case.category,
        kept=case.previous.get("kind") != "nothing",
        total_kw=case.power_kw + case.prior_kw,
    )
    sheet.faults += [
        Invalid(f"file_{p.kind}", "Attach this paper") for p in wanted if p.required and p.kind not in files
    ]
    if sheet.faults:
        raise ManyInvalid(sheet.faults)
    case.person = person


def _person(sheet: Sheet, kind: str, today: date) -> dict[str, Any]:
    person: dict[str, Any] = {name: sheet.text(name) for name in PERSON_FIELDS} | {"kind": kind}
    person["name"] = sheet.ask("name")
    person["phone"] = sheet.checked("phone", people.phone)
    person["email"] = sheet.checked("email", people.email)
    person["address"] = sheet.ask("address")
    if kind == PersonKind.INDIVIDUAL:
        if len(person["name"].split()) < 2 and person["name"]:
            sheet.faults.append(Invalid("name", "Write the family name and the first name in full"))
        person["snils"] = sheet.checked("snils", people.snils)
        person["inn"] = sheet.checked("inn", lambda v: people.inn(v, kind), required=False)
        birth = sheet.day("birth_date")
        person["birth_date"] = birth.isoformat() if birth else ""
        _passport(sheet, birth, today)
    else:
        _business(sheet, kind, today, person)
    _bank(sheet, person)
    return person


def _business(sheet: Sheet, kind: str, today: date, person: dict[str, Any]) -> None:
    """An entrepreneur or an organisation: its entry in the register, who signs for it."""
    if kind == PersonKind.ENTREPRENEUR:
        _passport(sheet, None, today)
    person["inn"] = sheet.checked("inn", lambda v: people.inn(v, kind))
    person["ogrn"] = sheet.checked("ogrn", lambda v: people.ogrn(v, kind))
    if kind == PersonKind.LEGAL_ENTITY:
        person["kpp"] = sheet.checked("kpp", people.kpp)
        person["head"], person["head_post"] = sheet.ask("head"), sheet.ask("head_post")
        person["authority"] = sheet.ask("authority")
    entered = sheet.day("ogrn_date", required=False)
    if entered and entered > today:
        sheet.faults.append(Invalid("ogrn_date", "The day of the entry cannot lie ahead"))
    person["ogrn_date"] = entered.isoformat() if entered else ""


def _bank(sheet: Sheet, person: dict[str, Any]) -> None:
    """Where money goes back to: at will, but whole."""
    if sheet.text("bank_account") or sheet.text("bank_bic"):
        bank = sheet.checked("bank_bic", people.bic)
        person["bank_account"] = sheet.checked("bank_account", lambda v: people.account(v, bank))


def _passport(sheet: Sheet, birth: date | None, today: date) -> None:
    """Checked here, kept encrypted only: it never goes into `person`."""
    issued = sheet.day("passport_issued")
    series, number, code = (sheet.ask(f"passport_{name}") for name in ("series", "number", "code"))
    sheet.ask("passport_issuer")
    sheet.faults += people.passport_faults(series, number, issued, code, birth, today)


def _object(sheet: Sheet, case: Application) -> None:
    for name in ("object_name", "object_address", "devices", "purpose", "commissioning", "supplier"):
        setattr(case, name, sheet.ask(name))
    cadastre = sheet.text("cadastre")
    if cadastre and not re.fullmatch(r"[0-9]{2}:[0-9]{2}:[0-9]{1,7}:[0-9]{1,12}", cadastre):
        sheet.faults.append(Invalid("cadastre", "A cadastral number looks like 47:03:0512004:118"))
    case.cadastre = cadastre
    fias = sheet.text("fias").lower()
    if fias and not re.fullmatch(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", fias):
        sheet.faults.append(Invalid("fias", "The code of an address has 32 signs in five groups, for example 29251dcf-00a1-4e34-98d4-5c47484a36d4"))  # fmt: skip
    case.fias, case.landmark = fias, sheet.text("landmark")


def told(case: Application, kw: Decimal | None = None) -> rules.Told:
    """What the case says to the choice of a category; `kw` in place of its own power."""
    return rules.Told(
        kind=str(case.person.get("kind") or case.draft.get("kind") or PersonKind.INDIVIDUAL),
        kw=case.power_kw if kw is None else kw,
        prior_kw=case.prior_kw,
        generation_kw=case.generation_kw,
        reliability=case.reliability,
        sources=case.sources,
        household=case.purpose == PURPOSES[0],
        reason=case.reason,
        temporary=case.temporary,
        voltage_kv=case.voltage_kv,
    )


def _category(sheet: Sheet, case: Application, kind: str, switches: rules.Switches | None) -> None:
    if any(f.field in ("power_kw", "prior_kw", "generation_kw", "sources", "reason") for f in sheet.faults):
        return
    try:
        found = rules.choose(replace(told(case), kind=kind), switches)
        case.category, case.path = found.category, found.path
    except Invalid as fault:
        sheet.faults.append(fault)


def fingerprint(case: Application, files: Iterable[Attachment], passport: dict[str, str]) -> str:
    """sha256 of everything the applicant signs: what he typed, and the hashes of his files."""
    typed = {k: v for k, v in case.draft.items() if k not in ("checked", "step", "consents")} | passport
    told = [case.id, typed, sorted((a.kind, a.sha256) for a in files)]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def correct(case: Application, values: dict[str, Any]) -> dict[str, Any]:
    """Change what may be corrected after filing; {field: [old, new]}. Raises Invalid beside the field."""
    checks: dict[str, Callable[[str], str]] = {"phone": people.phone, "email": people.email}
    changes: dict[str, Any] = {}
    for name in CORRECTABLE:
        if name not in values:
            continue
        new = checks.get(name, str.strip)(str(values[name]))
        old = case.person.get(name, "") if name in PERSON_FIELDS else getattr(case, name)
        if name == "commissioning" and new != old and not place_of(new):
            raise Invalid(name, "Choose the quarter and the year")
        if new and new != old:
            changes[name] = [old, new]
            if name in PERSON_FIELDS:
                case.person = {**case.person, name: new}
            else:
                setattr(case, name, new)
    return changes
