"""How papers and screens write money, dates, terms and names in Russian. Pure functions; no calendar arithmetic: dates come computed.

Days are `date` or ISO text '2026-11-25'; numbers are Decimal, int or text '1234.50'. The space inside a number never breaks.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from num2words import num2words

NBSP = "\u00a0"
Day = date | str
Number = Decimal | int | float | str

_WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
_WEEKDAYS_OF = ("понедельника", "вторника", "среды", "четверга", "пятницы", "субботы", "воскресенья")
_MONTHS = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]
_UNITS = {  # unit of a term: one, few, many; after «в течение»: one, the rest
    "wd": ("рабочий день", "рабочих дня", "рабочих дней", "рабочего дня", "рабочих дней"),
    "d": ("день", "дня", "дней", "дня", "дней"),
    "m": ("месяц", "месяца", "месяцев", "месяца", "месяцев"),
    "y": ("год", "года", "лет", "года", "лет"),
    "h": ("рабочий час", "рабочих часа", "рабочих часов", "рабочего часа", "рабочих часов"),
}


def decimal(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def kopecks(value: Number) -> Decimal:
    """Rounded half up to kopecks."""
    return decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)


def number(value: Number, digits: int = 0) -> str:
    """1234.5, 2 -> '1 234,50'"""
    rounded = decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded:,f}".replace(",", NBSP).replace(".", ",").replace("-", "−")


def figure(value: Number) -> str:
    """As many digits as there are and no needless zeros: '15.50' -> '15,5'"""
    plain = decimal(value).normalize()
    exponent = plain.as_tuple().exponent
    return number(plain, max(0, -exponent) if isinstance(exponent, int) else 0)


def amount(value: Number) -> str:
    """Roubles and kopecks without a sign, for table columns: '1 234,50'"""
    return number(value, 2)


def money(value: Number) -> str:
    """'1 234,50 ₽'"""
    return amount(value) + NBSP + "₽"


def in_words(value: Number) -> str:
    """'Девяносто девять тысяч рублей 00 копеек'"""
    roubles, rest = divmod(int(kopecks(value) * 100), 100)
    words = f"{num2words(roubles, lang='ru')} {plural(roubles, 'рубль', 'рубля', 'рублей')}"
    return sentence(f"{words} {rest:02d}{NBSP}{plural(rest, 'копейка', 'копейки', 'копеек')}")


def as_date(value: Day) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def day(value: Day) -> str:
    """'25.11.2026'"""
    return f"{as_date(value):%d.%m.%Y}"


def day_words(value: Day) -> str:
    """'25 ноября 2026 г.'"""
    found = as_date(value)
    return f"{found.day}{NBSP}{_MONTHS[found.month - 1]} {found.year}{NBSP}г."


def day_long(value: Day) -> str:
    """'среда, 25.11.2026': used where somebody has to act by that day."""
    return f"{_WEEKDAYS[as_date(value).weekday()]}, {day(value)}"


def until(value: Day) -> str:
    """'до среды, 25.11.2026': inside a sentence the weekday is in the genitive."""
    return f"до {_WEEKDAYS_OF[as_date(value).weekday()]}, {day(value)}"


def plural(n: int, one: str, few: str, many: str) -> str:
    """1 день, 2 дня, 5 дней, 11 дней"""
    tens, units = abs(n) % 100, abs(n) % 10
    if 11 <= tens <= 14:
        return many
    return one if units == 1 else few if 2 <= units <= 4 else many


def term(n: int, unit: str) -> str:
    """A legal term, nominative. Units: wd, d, m, y, h. 4, 'm' -> '4 месяца'"""
    one, few, many, _, _ = _UNITS[unit]
    return f"{n}{NBSP}{plural(n, one, few, many)}"


def in_term(n: int, unit: str) -> str:
    """The same after «в течение», «за»: 2, 'wd' -> '2 рабочих дней'"""
    one, many = _UNITS[unit][3:]
    return f"{n}{NBSP}{plural(n, one, many, many)}"


def working_days(n: int) -> str:
    """'3 рабочих дня'"""
    return term(n, "wd")


def in_working_days(n: int) -> str:
    """'3 рабочих дней', after «в течение»"""
    return in_term(n, "wd")


def time_left(n: int) -> str:
    """What a chip says about a term: n working days are left, today is the last, or it is late."""
    if n > 0:
        return f"{plural(n, 'остался', 'осталось', 'осталось')} {working_days(n)}"
    return "срок сегодня" if n == 0 else f"просрочено на {working_days(-n)}"


def initials(full_name: str) -> str:
    """'Смирнова Анна Викторовна' -> 'А. В. Смирнова', glued"""
    family, *names = full_name.split() or [""]
    return NBSP.join([f"{n[0]}." for n in names[:2]] + [family])


def person_short(full_name: str) -> str:
    """'Смирнова Анна Викторовна' -> 'Смирнова А. В.', glued"""
    family, *names = full_name.split() or [""]
    return NBSP.join([family] + [f"{n[0]}." for n in names[:2]])


def sentence(text: str) -> str:
    """First letter up, the rest as it is."""
    return text[:1].upper() + text[1:]
