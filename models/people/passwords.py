"""What a password must be, by the rules of the profile, and temporary passwords. Pure; never keeps a password."""

import secrets
from dataclasses import dataclass

from models.process.errors import Invalid
from models.process.words import N_

LONGEST = 200  # characters; Argon2id does not care, a form does
_PLAIN = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is mistaken on paper: no O and 0, no I and 1


@dataclass(frozen=True)
class PasswordRules:
    """Rows H-19 (6 characters of different case) and J-050 (8, letters and digits)."""

    least: int = 8
    mixed_case: bool = False
    letters_and_digits: bool = False

    def told(self) -> list[tuple[str, dict[str, int]]]:
        """The rules as sentences (English template, facts) for the form."""
        found: list[tuple[str, dict[str, int]]] = [(N_("At least %(least)s characters"), {"least": self.least})]
        if self.mixed_case:
            found.append((N_("Both capital and small letters"), {}))
        if self.letters_and_digits:
            found.append((N_("Both letters and digits"), {}))
        return found


def fault(password: str, rules: PasswordRules, *, login: str = "", field: str = "password") -> Invalid | None:
    """What is wrong with a new password, or None. It says what to add."""
    if len(password) < rules.least:
        missing = rules.least - len(password)
        return Invalid(field, "The password is too short: add %(missing)s more characters", missing=missing)
    if len(password) > LONGEST:
        return Invalid(field, "The password is longer than %(most)s characters", most=LONGEST)
    if rules.mixed_case and not (any(c.islower() for c in password) and any(c.isupper() for c in password)):
        return Invalid(field, "Add both capital and small letters to the password")
    if rules.letters_and_digits and not (any(c.isalpha() for c in password) and any(c.isdigit() for c in password)):
        return Invalid(field, "Add both letters and digits to the password")
    if login and password.lower() == login.lower():
        return Invalid(field, "The password repeats the login: choose another")
    return None


def check_new(password: str, repeat: str, rules: PasswordRules, *, login: str = "") -> None:
    """Raises Invalid for the field that has to be mended."""
    if not password:
        raise Invalid("password", "Type the password")
    if wrong := fault(password, rules, login=login):
        raise wrong
    if password != repeat:
        raise Invalid("repeat", "The two passwords differ: type the same twice")


def temporary() -> str:
    """A password to be written on paper and used once: 12 letters and digits (60 bits)."""
    return "-".join("".join(secrets.choice(_PLAIN) for _ in range(4)) for _ in range(3))
