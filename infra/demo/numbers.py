"""Invented identifiers that pass every check of models.people.rules: СНИЛС, ИНН, ОГРН, accounts."""

from random import Random

from stdnum.ru import inn as stdnum_inn

REGION = "47"  # Leningrad region, where the invented town lies
TAX_OFFICE = REGION + "12"
BIC = "044030911"  # of the invented bank


def some(rng: Random, count: int) -> str:
    """So many digits, the first of them not zero."""
    return str(rng.randint(10 ** (count - 1), 10**count - 1))


def snils(rng: Random) -> str:
    base = "1" + some(rng, 8)
    total = sum(int(d) * (9 - i) for i, d in enumerate(base)) % 101
    return f"{base}{total % 100:02d}"


def company_inn(rng: Random) -> str:
    base = TAX_OFFICE + some(rng, 5)
    return base + stdnum_inn.calc_company_check_digit(base)


def personal_inn(rng: Random) -> str:
    base = TAX_OFFICE + some(rng, 6)
    return base + stdnum_inn.calc_personal_check_digits(base)


def company_ogrn(rng: Random, year: int) -> str:
    base = f"1{year % 100:02d}{REGION}04{some(rng, 5)}"
    return base + str(int(base) % 11 % 10)


def personal_ogrn(rng: Random, year: int) -> str:
    """With a remainder of one digit: of two digits the last one counts, which not every checker knows."""
    while True:
        base = f"3{year % 100:02d}{REGION}{some(rng, 9)}"
        if int(base) % 13 < 10:
            return base + str(int(base) % 13)


def account(rng: Random, bic: str, kind: str = "40702") -> str:
    """20 digits; the ninth is the control key over the last three of БИК."""
    tail = f"0000{some(rng, 7)}"
    for key in range(10):
        found = f"{kind}810{key}{tail}"
        if sum(int(d) * (7, 1, 3)[i % 3] for i, d in enumerate(bic[-3:] + found)) % 10 == 0:
            return found
    raise AssertionError("one of ten keys fits")


def phone(rng: Random) -> str:
    return f"+7 {rng.choice((911, 921, 931, 952, 981))} 555-{rng.randint(10, 99)}-{rng.randint(10, 99)}"
