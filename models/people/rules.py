"""Identifiers of people and organisations: checked as they are typed. Domain section g."""

import re
from datetime import date

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum.ru import inn as stdnum_inn

from models.people.tables import PersonKind, User
from models.process.actor import Actor, Role
from models.process.errors import Invalid


def digits(text: str) -> str:
    """Usual digits alone: one in another alphabet would be another login of the same person."""
    return re.sub(r"[^0-9]", "", text)


def snils(text: str, field: str = "snils") -> str:
    """11 digits. The control number is checked above 001-001-998; a remainder of 100 or 101 is written 00."""
    found = digits(text)
    if len(found) != 11:
        raise Invalid(field, "СНИЛС has 11 digits, %(count)s are typed", count=len(found))
    if int(found[:9]) > 1001998:
        total = sum(int(d) * (9 - i) for i, d in enumerate(found[:9])) % 101
        if total % 100 != int(found[9:]):
            raise Invalid(field, "Check the digits of СНИЛС: the last two do not fit the others")
    return found


def show_snils(found: str) -> str:
    """112-233-445 95"""
    return f"{found[:3]}-{found[3:6]}-{found[6:9]} {found[9:]}" if len(found) == 11 else found


def inn(text: str, kind: str, field: str = "inn") -> str:
    found = digits(text)
    length = 10 if kind == PersonKind.LEGAL_ENTITY else 12
    if len(found) != length:
        raise Invalid(field, "ИНН has %(length)s digits here, %(count)s are typed", length=length, count=len(found))
    if not stdnum_inn.is_valid(found):
        raise Invalid(field, "Check the digits of ИНН: the control digits do not fit the others")
    return found


def ogrn(text: str, kind: str, field: str = "ogrn") -> str:
    found = digits(text)
    length = 13 if kind == PersonKind.LEGAL_ENTITY else 15
    if len(found) != length:
        raise Invalid(field, "ОГРН has %(length)s digits here, %(count)s are typed", length=length, count=len(found))
    if int(found[:-1]) % (len(found) - 2) % 10 != int(found[-1]):  # stdnum refuses remainders above 9
        raise Invalid(field, "Check the digits of ОГРН: the last one does not fit the others")
    return found


def kpp(text: str, field: str = "kpp") -> str:
    found = text.strip().upper()
    if not re.fullmatch(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}", found):
        raise Invalid(field, "КПП has 9 characters, for example 710101001")
    return found


def phone(text: str, field: str = "phone") -> str:
    """E.164; 8… and 10 digits are taken as Russian."""
    try:
        parsed = phonenumbers.parse(text, "RU")
    except phonenumbers.NumberParseException as error:
        raise Invalid(field, "Write the phone number with its code, for example +7 922 555-01-23") from error
    if not phonenumbers.is_valid_number(parsed):
        raise Invalid(field, "Check the phone number: a digit is missing or one is too many")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def email(text: str, field: str = "email") -> str:
    try:
        return validate_email(text.strip(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise Invalid(field, "Check the e-mail address: it should look like name@example.ru") from error


def passport(series: str, number: str, issued: date, code: str, birth: date | None, today: date) -> dict[str, str]:
    """Russian passport: series of 4, number of 6 digits, department code of 6; issued not before the 14th birthday."""
    for fault in passport_faults(series or "?", number or "?", issued, code or "?", birth, today):
        raise fault
    series, number, code = digits(series), digits(number), digits(code)
    return {"series": series, "number": number, "issued": issued.isoformat(), "code": f"{code[:3]}-{code[3:]}"}


def passport_faults(
    series: str, number: str, issued: date | None, code: str, birth: date | None, today: date
) -> list[Invalid]:
    """Everything that is wrong with what was typed; an empty field is asked for elsewhere."""
    found = []
    if series and len(digits(series)) != 4:
        found.append(Invalid("passport_series", "The series of a passport has 4 digits"))
    if number and len(digits(number)) != 6:
        found.append(Invalid("passport_number", "The number of a passport has 6 digits"))
    if code and len(digits(code)) != 6:
        found.append(Invalid("passport_code", "The department code has 6 digits, for example 720-001"))
    if issued and issued > today:
        found.append(Invalid("passport_issued", "The passport cannot be issued later than today"))
    elif issued and birth and issued.year - birth.year - ((issued.month, issued.day) < (birth.month, birth.day)) < 14:
        found.append(Invalid("passport_issued", "A passport is issued from the age of 14: check both dates"))
    return found


def bic(text: str, field: str = "bank_bic") -> str:
    found = digits(text)
    if len(found) != 9:
        raise Invalid(field, "БИК has 9 digits")
    return found


def account(text: str, bank: str, field: str = "bank_account") -> str:
    """20 digits with a control key over the last three of БИК."""
    found = digits(text)
    if len(found) != 20:
        raise Invalid(field, "An account has 20 digits, %(count)s are typed", count=len(found))
    if sum(int(d) * (7, 1, 3)[i % 3] for i, d in enumerate(bank[-3:] + found)) % 10:
        raise Invalid(field, "Check the account and БИК: the control key does not fit")
    return found


_LEADS = re.compile(r"[/\\@:]|\w\.\w\w|[0-9]{5}")  # an address, a number to call
_GREETED = 120  # characters of a name in a letter


def greeting(name: str) -> str:
    """The name as a letter may say it, or nothing: who registers or books types any name beside anybody's address, and our
    letter must not carry his advertisement there."""
    return "" if len(name) > _GREETED or _LEADS.search(name) else name


def actor_of(user: User, address: str = "") -> Actor:
    return Actor(Role(user.role), user.id, user.name, user.branch_id, address)


def login_of(text: str) -> str:
    """What was typed as a login, in the form it is stored: digits of СНИЛС or ИНН, or lower case."""
    text = text.strip()
    if "@" not in text and len(digits(text)) in (10, 11, 12) and not re.search(r"[A-Za-zА-Яа-я]", text):
        return digits(text)
    return text.lower()
