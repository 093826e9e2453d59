"""What inspectors and metering people write down: a meter with its seals, a visit with its findings."""

from datetime import date, timedelta
from random import Random
from typing import Any

from dateutil.relativedelta import relativedelta

YEARS = 16  # between two verifications
_MODELS = {1: ("Меркурий 204 ARTM-02", "Милур 107S"), 3: ("Меркурий 234 ARTM-02", "Милур 307.12")}
_INDIRECT = ("Меркурий 234 ARTM2-03", "СЭТ-4ТМ.03М.01")


def meter(phases: int, amperes: int, high: bool, on: date, rng: Random) -> tuple[str, dict[str, Any]]:
    """(serial number, values of the act)"""
    direct = not high and amperes <= 100
    verified = on - timedelta(days=rng.randint(40, 240))
    seal = rng.randint(4100, 9800)
    values = {
        "model": rng.choice(_MODELS[phases] if direct else _INDIRECT),
        "phases": phases,
        "accuracy": "1.0" if direct else "0.5S",
        "verified": verified.isoformat(),
        "interval_years": YEARS,
        "next_check": (verified + relativedelta(years=YEARS, days=-1)).isoformat(),
        "seals": [f"крышка зажимов — ПЭС {seal:06d}", f"дверца щита — ПЭС {seal + 1:06d}"],
        "transformers": None if direct else _transformers(high, verified, rng),
        "readings": _readings(direct, rng),
        "place": "концевая опора на границе участка" if high else "щит учёта на границе участка",
        "scheme": "прямое включение" if direct else "включение через измерительные трансформаторы",
        "modem": str(869315041000000 + rng.randint(100000, 999999)),
        "owner": "АО «Приозёрские электросети»",
    }
    return str(rng.randint(41000000, 48999999)), values


def _transformers(high: bool, verified: date, rng: Random) -> dict[str, Any]:
    number = rng.randint(118000, 164000)
    kind, ratio = ("ТОЛ-10 20/5, класс 0,5S; НОЛ-10", 400) if high else ("Т-0,66 200/5, класс 0,5S", 40)
    serials = ", ".join(str(number + i) for i in range(3))
    return {"kind": kind, "ratio": ratio, "serials": serials, "verified": verified.isoformat()}


def _readings(direct: bool, rng: Random) -> list[dict[str, str]]:
    first = rng.randint(1, 40) / 10
    if not direct:
        return [{"zone": "активная, приём", "value": f"{first / 10:08.1f}"}, {"zone": "реактивная, приём", "value": f"{0.2:08.1f}"}]  # fmt: skip
    night = round(first / 3, 1)
    values = (("сумма", first), ("день", round(first - night, 1)), ("ночь", night))
    return [{"zone": zone, "value": f"{value:08.1f}"} for zone, value in values]


def inspection(passed: bool, on: date, rng: Random) -> dict[str, Any]:
    """A visit to a substation of an applicant at 10 kV."""
    loop = "0,8 Ом" if passed else "протокол не представлен"
    checks = [
        ("9.1", "подстанция 10/0,4 кВ на участке заявителя", "КТП 250 кВА установлена на фундаменте", True),
        ("9.3", "уставки защиты согласованы", "протокол наладки от заявителя представлен", True),
        ("9.3", "протоколы испытаний", "сопротивление заземления 3,1 Ом" if passed else loop, passed),
        ("9.4", "назначен ответственный за электрохозяйство", "приказ представлен, группа IV", True),
    ]
    remarks = [
        ("Представить протокол измерения сопротивления заземляющего устройства", "п. 9.3 технических условий"),
        ("Установить знак «Осторожно! Электрическое напряжение» на дверях подстанции", "п. 9.1 технических условий"),
    ]
    return {
        "devices": [
            {"name": "Трансформатор", "mark": f"ТМГ-250/10/0,4, паспорт № {rng.randint(1000, 9999)}", "seen": "установлен"},
            {"name": "Разъединитель 10 кВ", "mark": f"РЛК-10/400, паспорт № {rng.randint(100, 999)}-25", "seen": "установлен"},
            {"name": "Вводной выключатель 0,4 кВ", "mark": "ВА57-39, 400 А", "seen": "установлен"},
        ],
        "checks": [{"item": i, "required": r, "found": f, "ok": ok} for i, r, f, ok in checks],
        "remarks": [] if passed else [{"what": w, "ground": g, "due": (on + timedelta(days=14)).isoformat()} for w, g in remarks],
        "photos": [f"Подстанция, общий вид, {on:%d.%m.%Y}", f"Щит 0,4 кВ, {on:%d.%m.%Y}"],
    }  # fmt: skip
