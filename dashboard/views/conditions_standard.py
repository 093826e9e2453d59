"""Standard sets of technical conditions, one for each size of connection: what the engineer starts from, not what he signs.

The texts go into a paper and are Russian. Domain b.4; ПП 861, п. 25, 25(1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboard.views.desk_conditions import PROTECTION
from infra.wording import N_
from models.connection.tables import Application, Category

QUALITY = PROTECTION


@dataclass(frozen=True)
class Standard:
    """`grid` works are (what, code of the rate or nothing); quantities stay for the engineer."""

    name: str
    grid: tuple[tuple[str, str], ...]
    own: tuple[str, ...]
    metering: tuple[tuple[str, str], ...]
    protection: tuple[str, ...]
    breaker_a: int
    years: int
    note: str = ""


HOUSEHOLD = Standard(
    name=N_("up to 15 kW, a household"),
    grid=(("Строительство ответвления ВЛИ-0,4 кВ", "C2.3.1.4.1.1"),),
    own=("Ввод от щита учёта до дома", "Вводно-распределительное устройство с вводным автоматом", "Заземляющее устройство"),
    metering=(("Тип", "трёхфазный, прямого включения"), ("Класс точности", "не ниже 1,0"), ("Место", "щит учёта на границе участка"),
              ("Передача данных", "интеллектуальная система учёта сетевой организации")),
    protection=(QUALITY,),
    breaker_a=25,
    years=2,
)  # fmt: skip
SMALL = Standard(
    name=N_("15 to 150 kW"),
    grid=(("Строительство ВЛИ-0,4 кВ", "C2.3.1.4.1.1"),),
    own=("Строительство линии от границы участка до ввода", "Вводно-распределительное устройство с вводным автоматом",
         "Заземляющее устройство", "Устройства защиты от перенапряжений"),
    metering=(("Тип", "трёхфазный, через трансформаторы тока 0,4 кВ"), ("Класс точности", "счётчик не ниже 1,0, трансформаторы 0,5S"),
              ("Место", "щит учёта на границе участка"), ("Передача данных", "интеллектуальная система учёта сетевой организации")),
    protection=(QUALITY, "Согласование уставок вводного автомата с защитой отходящей линии сетевой организации"),
    breaker_a=250,
    years=2,
)  # fmt: skip
LARGE = Standard(
    name=N_("150 to 670 kW and more"),
    grid=(("Строительство ВЛЗ-10 кВ до границы участка", "C2.3.1.4.1.1"), ("Монтаж линейной ячейки 10 кВ в распределительном устройстве", "")),
    own=("Проект внешнего электроснабжения", "Трансформаторная подстанция 10/0,4 кВ с вводом 10 кВ", "Линия от точки присоединения до подстанции",
         "Релейная защита и автоматика на вводе 10 кВ"),
    metering=(("Тип", "трёхфазный, через трансформаторы тока и напряжения 10 кВ"), ("Класс точности", "счётчик 0,5S, трансформаторы 0,5S и 0,5"),
              ("Место", "на границе балансовой принадлежности, ввод 10 кВ"), ("Передача данных", "почасовой профиль мощности по каналу связи")),
    protection=(QUALITY, "Расчёт токов короткого замыкания и уставок согласовать с сетевой организацией",
                "Устройства противоаварийной автоматики — по отдельному заданию"),
    breaker_a=1000,
    years=4,
    note="Проектная документация согласуется с сетевой организацией до начала работ",
)  # fmt: skip


def standard_for(case: Application) -> Standard:
    """By category, and by the power all in all where a category knows no bound."""
    total = case.power_kw + case.prior_kw
    if case.category == Category.IND_15 or (case.category == Category.MICRO and total <= Decimal(15)):
        return HOUSEHOLD
    return SMALL if total <= Decimal(150) and case.voltage_kv <= Decimal("0.4") else LARGE


def filled(stored: Mapping[str, Any], found: Standard, codes: frozenset[str]) -> dict[str, Any]:
    """What was typed of works and metering stays, the rest is the standard. A rate that is not in force is left out."""
    lists: dict[str, Any] = {
        "grid_works": [
            {"what": w, "volume": "", "rate": c if c in codes else "", "quantity": ""} for w, c in found.grid
        ],
        "own_works": [{"what": w, "volume": ""} for w in found.own],
        "metering": [{"name": n, "value": v} for n, v in found.metering],
    }
    plain = {
        "breaker_a": found.breaker_a,
        "years": found.years,
        "protection": list(found.protection),
        "note": found.note,
    }
    return {**stored, **plain, **{name: stored.get(name) or rows for name, rows in lists.items()}}
