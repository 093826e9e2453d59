"""The application's form: prefilled, kept as typed, checked whole before sending. Domain b.8; rows G-23, G-24, D-15, D-16."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from models.connection import rules
from models.connection.tables import Application
from models.document.tables import Attachment
from models.people import rules as people
from models.people.tables import PersonKind, User
from models.process.errors import Invalid, ManyInvalid

PERSON_FIELDS = ("name", "full", "birth_date", "snils", "inn", "ogrn", "kpp", "address", "postal", "phone", "email",
                 "head", "head_post", "authority", "bank_account", "bank_bic", "bank_name")  # fmt: skip
OBJECT_FIELDS = ("object_name", "object_address", "cadastre", "devices", "purpose", "commissioning", "supplier")
PASSPORT_FIELDS = ("passport_series", "passport_number", "passport_issued", "passport_code", "passport_issuer")
CORRECTABLE = ("phone", "email", "postal", "object_name", "devices", "commissioning")
PURPOSES = ("Бытовые нужды", "Торговля и услуги", "Производство", "Сельское хозяйство", "Социальный объект")
VOLTAGES = ("0.4", "10")


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


class _Sheet:
    """Collects every fault, so that a person sees them all at once."""

    def __init__(self, typed: dict[str, Any]) -> None:
        self.typed, self.faults = typed, list[Invalid]()

    def text(self, name: str) -> str:
        return str(self.typed.get(name) or "").strip()

    def ask(self, name: str, message: str = "Fill in this field") -> str:
        value = self.text(name)
        if not value:
            self.faults.append(Invalid(name, message))
        return value

    def checked(self, name: str, check: Callable[[str], str], *, required: bool = True) -> str:
        value = self.ask(name) if required else self.text(name)
        if not value:
            return ""
        try:
            return check(value)
        except Invalid as fault:
            self.faults.append(Invalid(name, fault.template, **fault.facts))
            return value

    def kw(self, name: str, low: str, high: str) -> Decimal:
        value = self.text(name).replace(",", ".").replace(" ", "").replace("\u00a0", "") or "0"
        try:
            found = Decimal(value)
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite() or not Decimal(low) <= found <= Decimal(high):
            self.faults.append(
                Invalid(
                    name, "Power is a number of kW from %(low)s to %(high)s, for example 15 or 7,5", low=low, high=high
                )
            )
            return Decimal(0)
        return found.quantize(Decimal("0.01"))

    def day(self, name: str, *, required: bool = True) -> date | None:
        value = self.ask(name) if required else self.text(name)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.faults.append(Invalid(name, "Write the date as day, month, year, for example 14.03.2012"))
            return None


def fill(case: Application, today: date, files: set[str], passport: dict[str, str]) -> None:
    """From what was typed to the columns of the case. Raises ManyInvalid with every fault."""
    sheet = _Sheet(case.draft | passport)
    kind = sheet.text("kind") or PersonKind.INDIVIDUAL
    if kind not in list(PersonKind):
        sheet.faults.append(Invalid("kind", "Choose who applies"))
        kind = PersonKind.INDIVIDUAL
    person = _person(sheet, kind, today)
    _object(sheet, case)
    _power(sheet, case, kind)
    if sheet.text("consent") != "yes":
        sheet.faults.append(
            Invalid("consent", "Without consent to process personal data the application cannot be sent")
        )
    wanted = rules.papers_wanted(
        kind,
        represented=bool(sheet.typed.get("represented")),
        social=case.social,
        generation=case.generation_kw > 0,
    )
    sheet.faults += [
        Invalid(f"file_{p.kind}", "Attach this paper") for p in wanted if p.required and p.kind not in files
    ]
    if sheet.faults:
        raise ManyInvalid(sheet.faults)
    case.person = person


def _person(sheet: _Sheet, kind: str, today: date) -> dict[str, Any]:
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
        return person
    person["inn"] = sheet.checked("inn", lambda v: people.inn(v, kind))
    person["ogrn"] = sheet.checked("ogrn", lambda v: people.ogrn(v, kind))
    if kind == PersonKind.LEGAL_ENTITY:
        person["kpp"] = sheet.checked("kpp", people.kpp)
        person["head"], person["head_post"] = sheet.ask("head"), sheet.ask("head_post")
        person["authority"] = sheet.ask("authority")
    if sheet.text("bank_account") or sheet.text("bank_bic"):
        bank = sheet.checked("bank_bic", people.bic)
        person["bank_account"] = sheet.checked("bank_account", lambda v: people.account(v, bank))
    return person


def _passport(sheet: _Sheet, birth: date | None, today: date) -> None:
    """Checked here, kept encrypted only: it never goes into `person`."""
    issued = sheet.day("passport_issued")
    series, number, code = (sheet.ask(f"passport_{name}") for name in ("series", "number", "code"))
    sheet.ask("passport_issuer")
    sheet.faults += people.passport_faults(series, number, issued, code, birth, today)


def _object(sheet: _Sheet, case: Application) -> None:
    for name in ("object_name", "object_address", "devices", "purpose", "commissioning", "supplier"):
        setattr(case, name, sheet.ask(name))
    cadastre = sheet.text("cadastre")
    if cadastre and not re.fullmatch(r"\d{2}:\d{2}:\d{1,7}:\d+", cadastre):
        sheet.faults.append(Invalid("cadastre", "A cadastral number looks like 47:03:0512004:118"))
    case.cadastre = cadastre


def _power(sheet: _Sheet, case: Application, kind: str) -> None:
    case.reason = sheet.text("reason") or "new"
    case.power_kw = sheet.kw("power_kw", "0.1", "3000")
    case.prior_kw = sheet.kw("prior_kw", "0", "3000")
    case.generation_kw = sheet.kw("generation_kw", "0", "15")
    voltage = sheet.text("voltage_kv") or "0.4"
    case.voltage_kv = Decimal(voltage if voltage in VOLTAGES else "0.4")
    case.phases = 1 if str(sheet.typed.get("phases")) == "1" else 3
    case.reliability = sheet.text("reliability") or "III"
    case.procurement_law = bool(sheet.typed.get("procurement_law"))
    case.social = bool(sheet.typed.get("social")) and kind == PersonKind.INDIVIDUAL
    if any(f.field in ("power_kw", "prior_kw") for f in sheet.faults):
        return
    try:
        household = case.purpose == PURPOSES[0]
        total = case.power_kw + case.prior_kw
        case.category = rules.category(kind, total, case.generation_kw, case.reliability, household)
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
        if new and new != old:
            changes[name] = [old, new]
            if name in PERSON_FIELDS:
                case.person = {**case.person, name: new}
            else:
                setattr(case, name, new)
    return changes
