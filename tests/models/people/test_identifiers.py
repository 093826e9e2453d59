"""Identifiers: known numbers, every single changed digit, and the rules of domain section g worked out a second time."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.people import rules
from models.people.tables import PersonKind
from models.process.errors import Invalid

IND, ENT, ORG = PersonKind.INDIVIDUAL, PersonKind.ENTREPRENEUR, PersonKind.LEGAL_ENTITY


def refused(call: Any, *args: Any) -> str:
    with pytest.raises(Invalid) as caught:
        call(*args)
    return caught.value.field


def key(nine: str) -> str:
    """Control number of СНИЛС, worked out as the rule says: 100 and 101 are written 00."""
    total = sum(int(d) * (9 - n) for n, d in enumerate(nine))
    while total > 101:
        total %= 101
    return "00" if total in (100, 101) else f"{total:02d}"


# ------------------------------------------------------------------------------------------------ СНИЛС
@pytest.mark.parametrize("typed", ["112-233-445 95", "11223344595", " 112 233 445 95 ", "112-233-445-95"])
def test_a_known_snils(typed: str) -> None:
    assert rules.snils(typed) == "11223344595"


def test_remainders_of_100_and_101_are_written_nought() -> None:
    assert rules.snils("245-688-113 00") == "24568811300"
    hundred = next(n for n in range(900_000_000, 900_100_000) if _sum(n) % 101 == 100)
    hundred_one = next(n for n in range(900_000_000, 900_100_000) if _sum(n) % 101 == 0)
    assert rules.snils(f"{hundred}00")
    assert rules.snils(f"{hundred_one}00")
    for wrong in ("01", "99", "10"):
        assert refused(rules.snils, f"{hundred}{wrong}") == "snils"


def _sum(nine: int) -> int:
    return sum(int(d) * (9 - n) for n, d in enumerate(f"{nine:09d}"))


@given(st.integers(1_001_999, 999_999_999))
def test_exactly_one_control_number_fits(nine: int) -> None:
    number = f"{nine:09d}"
    assert rules.snils(number + key(number)) == number + key(number)
    wrong = f"{(int(key(number)) + 1) % 100:02d}"
    assert refused(rules.snils, number + wrong) == "snils"


def test_old_numbers_have_no_control_number() -> None:
    assert rules.snils("001-001-998 42") == "00100199842"
    assert refused(rules.snils, "001-001-999 42") == "snils"


@pytest.mark.parametrize("typed", ["", "1122334459", "112233445950", "нет"])
def test_snils_has_eleven_digits(typed: str) -> None:
    assert refused(rules.snils, typed) == "snils"


def test_snils_as_it_is_shown() -> None:
    assert rules.show_snils("11223344595") == "112-233-445 95"
    assert rules.show_snils("") == ""


# ------------------------------------------------------------------------------------------------ ИНН, ОГРН, КПП
@pytest.mark.parametrize(
    ("typed", "kind"), [("4712009314", ORG), ("7707083893", ORG), ("500100732259", IND), ("500100732259", ENT)]
)
def test_known_inn(typed: str, kind: PersonKind) -> None:
    assert rules.inn(typed, kind) == typed


@pytest.mark.parametrize(("typed", "kind"), [("7707083893", IND), ("500100732259", ORG), ("", ORG), ("770708389", ORG)])
def test_an_inn_of_another_length_is_refused(typed: str, kind: PersonKind) -> None:
    assert refused(rules.inn, typed, kind) == "inn"


@pytest.mark.parametrize(("typed", "kind"), [("1027700132195", ORG), ("1024701649180", ORG), ("304500116000157", ENT)])
def test_known_ogrn(typed: str, kind: PersonKind) -> None:
    assert rules.ogrn(typed, kind) == typed


@pytest.mark.parametrize(("check", "good", "kind"), [(rules.inn, "7707083893", ORG), (rules.inn, "500100732259", IND), (rules.ogrn, "1027700132195", ORG), (rules.ogrn, "304500116000157", ENT)])  # fmt: skip
def test_one_changed_digit_is_noticed(check: Any, good: str, kind: PersonKind) -> None:
    """Of all single changes at most a few slip through a control digit modulo 11 or 13 that is cut to its last digit."""
    slips = 0
    for n, old in enumerate(good):
        for new in "0123456789":
            if new != old:
                try:
                    check(good[:n] + new + good[n + 1 :], kind)
                except Invalid:
                    continue
                slips += 1
    assert slips <= len(good)


def test_ogrn_of_another_kind_is_refused() -> None:
    assert refused(rules.ogrn, "304500116000157", ORG) == "ogrn"
    assert refused(rules.ogrn, "1027700132195", ENT) == "ogrn"


@pytest.mark.parametrize("typed", ["471201001", " 4712ab001 ", "4712AB001"])
def test_kpp(typed: str) -> None:
    assert rules.kpp(typed) == typed.strip().upper()


@pytest.mark.parametrize("typed", ["", "47120100", "4712010011", "A71201001", "471201A01", "47120100X"])
def test_a_bad_kpp(typed: str) -> None:
    assert refused(rules.kpp, typed) == "kpp"


# ------------------------------------------------------------------------------------------------ bank
@pytest.mark.parametrize(
    ("account", "bank"), [("40702810900000000001", "044525225"), ("40817810099910004312", "044525974")]
)
def test_the_key_of_an_account_depends_on_its_bank(account: str, bank: str) -> None:
    """The rule a second time: weights 7 1 3 over the last three digits of БИК and the account."""
    digits = [int(d) for d in bank[-3:] + account]
    weights = [7, 1, 3] * 8
    body = sum(d * w for n, (d, w) in enumerate(zip(digits, weights, strict=False)) if n != 11)
    fitting = [k for k in range(10) if (body + k * weights[11]) % 10 == 0]
    assert len(fitting) == 1
    for k in range(10):
        typed = account[:8] + str(k) + account[9:]
        if k in fitting:
            assert rules.account(typed, bank) == typed
        else:
            assert refused(rules.account, typed, bank) == "bank_account"


def test_the_demonstration_utilitys_own_accounts_fit() -> None:
    """They are printed in every invoice and its QR code."""
    from infra.reference import profile

    bank = profile("demo")["bank"]
    assert rules.bic(bank["bic"]) == bank["bic"]
    assert rules.inn(profile("demo")["utility"]["inn"], ORG)
    assert rules.ogrn(profile("demo")["utility"]["ogrn"], ORG)
    assert rules.kpp(profile("demo")["utility"]["kpp"])


@pytest.mark.parametrize("typed", ["", "1" * 19, "1" * 21])
def test_an_account_has_twenty_digits(typed: str) -> None:
    assert refused(rules.account, typed, "044525225") == "bank_account"


def test_bic() -> None:
    assert rules.bic("04 4525 225") == "044525225"
    assert refused(rules.bic, "04452522") == "bank_bic"


# ------------------------------------------------------------------------------------------------ phone, e-mail, login
@pytest.mark.parametrize("typed", ["+7 922 555-01-23", "8 (922) 555 01 23", "9225550123", "+79225550123"])
def test_phones_are_one_however_they_are_typed(typed: str) -> None:
    assert rules.phone(typed) == "+79225550123"


@pytest.mark.parametrize("typed", ["", "123", "+7 922 555-01", "позвоните", "+7 922 555-01-234"])
def test_a_bad_phone(typed: str) -> None:
    assert refused(rules.phone, typed) == "phone"


@pytest.mark.parametrize("typed", ["", "a", "a@", "@b.ru", "a b@c.ru", "a@b", "a@b..ru"])
def test_a_bad_email(typed: str) -> None:
    assert refused(rules.email, typed) == "email"


def test_an_email_is_trimmed() -> None:
    assert rules.email("  Anna@Pochta.example ") == "Anna@pochta.example"


@pytest.mark.parametrize(
    ("typed", "login"),
    [
        ("112-233-445 95", "11223344595"),
        ("4712009314", "4712009314"),
        ("5001 0073 2259", "500100732259"),
        (" Anna@Pochta.EXAMPLE ", "anna@pochta.example"),
        ("Operator", "operator"),
        ("operator1234567890", "operator1234567890"),
        ("12345", "12345"),
    ],
)
def test_a_login_in_the_form_it_is_stored(typed: str, login: str) -> None:
    assert rules.login_of(typed) == login


# ------------------------------------------------------------------------------------------------ digits
def test_digits_of_another_alphabet_are_no_second_login_of_the_same_person() -> None:
    arabic = "".join(chr(0x660 + int(digit)) for digit in "11223344595")
    assert refused(rules.snils, arabic) == "snils"
    assert refused(rules.inn, "".join(chr(0x660 + int(digit)) for digit in "7707083893"), ORG) == "inn"
    assert refused(rules.kpp, "71010100\u0661") == "kpp"
    assert rules.login_of(arabic) == arabic, "and nobody's"
