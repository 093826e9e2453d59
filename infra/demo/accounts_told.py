"""Homes of the demonstration that a retail supplier serves: what is invented of them, the same every time. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

MONTHS = 8  # of bills
LATE = 3  # the month whose bill is paid with the next one
CORRECTED = 5  # the month with a recalculation


@dataclass(frozen=True)
class Provider:
    name: str
    details: str


@dataclass(frozen=True)
class Service:
    """A line of the bill. `volumes` of eight months, or the same every month. `tariffs`: till June, from July."""

    name: str
    unit: str
    tariffs: tuple[str, str]
    volumes: tuple[int, ...] | Decimal
    provider: Provider | None = None  # None: the supplier of the profile
    counter: str = ""  # zone of the meter that counts it; "-": a meter without zones
    recalculated: str = "0"

    def volume(self, month: int) -> Decimal:
        return self.volumes if isinstance(self.volumes, Decimal) else Decimal(self.volumes[month])

    def tariff(self, calendar_month: int) -> Decimal:
        return Decimal(self.tariffs[0 if calendar_month < 7 else 1])


@dataclass(frozen=True)
class Counter:
    """A counter, and what it showed before the first bill. `lapsed`: its verification has run out by now."""

    serial: str
    description: str
    start: int
    zone: str = ""
    lapsed: bool = False
    digits: int = 5


@dataclass(frozen=True)
class Home:
    """`email`: who has bound it in his cabinet; empty: nobody yet. `common`: the meter of the whole house. `owes`: the newest
    bill is not paid."""

    number: str
    holder: str
    address: str
    branch: str
    services: tuple[Service, ...]
    counters: tuple[Counter, ...]
    email: str = ""
    common: Counter | None = None
    owes: bool = False


_WASTE = Provider(
    "АО «Управляющая компания по обращению с отходами»",
    "ИНН 4704900135, р/с 40702810355000007781, тел. 8 800 555-02-19",
)
_GAS = Provider("АО «Газораспределение Приозёрск»", "ИНН 4712900028, р/с 40702810955000003140, тел. 8 (81379) 3-04-04")
_SAFETY = Service("Обслуживание ВДГО", "кв.м", ("0", "0"), Decimal(0), _GAS)
_USED = (231, 214, 187, 158, 133, 141, 176, 209)
_DAY, _NIGHT = (168, 159, 142, 120, 98, 104, 131, 155), (74, 71, 66, 52, 47, 49, 60, 70)
_SMALL = (96, 91, 83, 77, 64, 70, 85, 92)
_CITY = ("5.61", "6.17")
_HOUSE = Counter("4218830077", "Трёхфазный Э/э Общедомовой", 40211, digits=6)


def _waste(square: str) -> Service:
    return Service("Обращение с ТКО", "кв.м", ("5.93", "6.38"), Decimal(square), _WASTE)


HOMES: Mapping[str, tuple[Home, ...]] = {
    "demo": (
        Home(
            "471200013077", "Смирнова Анна Викторовна", "г. Приозёрск, ул. Прямая, дом 1, кв. 11", "Приозёрск",
            (Service("Электроэнергия", "кВт.ч", _CITY, _USED, counter="-", recalculated="42.50"), _waste("44.6"), _SAFETY),
            (Counter("01234567899876", "Однотарифный Э/э Дом", 12345),),
            "anna@demo.example", _HOUSE,
        ),
        Home(
            "471200020414", "Ильин Пётр Сергеевич", "пос. Лесное, ул. Озёрная, дом 18", "Лесное",
            (Service("Электроэнергия", "кВт.ч", ("3.93", "4.32"), _SMALL, counter="-"), _waste("61.2")),
            (Counter("00981133", "Однотарифный Э/э Дом", 99410, lapsed=True),), "petr@demo.example", owes=True,
        ),
        Home(
            "471200013151", "Дроздова Нина Павловна", "г. Приозёрск, ул. Береговая, дом 7, кв. 3", "Приозёрск",
            (Service("Электроэнергия, день", "кВт.ч", ("6.45", "7.10"), _DAY, counter="день"),
             Service("Электроэнергия, ночь", "кВт.ч", ("3.13", "3.44"), _NIGHT, counter="ночь"), _waste("38.9"), _SAFETY),
            (Counter("22915504", "Двухтарифный Э/э Дом", 8120, "день"), Counter("22915504", "Двухтарифный Э/э Дом", 3391, "ночь")),
        ),
    ),
    "vostok": (
        Home(
            "110022334455", "Орлова Вера Львовна", "г. Курган, ул. Прямая, дом 1, кв. 11", "Курганская область",
            (Service("Электроэнергия", "кВт.ч", ("5.61", "6.17"), _USED, counter="-", recalculated="42.50"),
             Service("Обслуживание ВДГО", "кв.м", ("0", "0"), Decimal(0))),
            (Counter("01234567899876", "Однотарифный Э/э Дом", 12345),), common=_HOUSE,
        ),
    ),
}  # fmt: skip
PLACES = (
    "Отделение почтовой связи, касса 2",
    "Касса расчётного центра",
    "Терминал банка",
    "Мобильное приложение банка",
)
