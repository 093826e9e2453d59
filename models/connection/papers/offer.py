"""The offer: technical conditions, contract, invoice, guide. Every legal number comes from a dated rule."""

from collections.abc import Mapping
from typing import Any

from models.connection import rules
from models.connection.papers import asked, ordinary
from models.connection.papers.bundle import LAW, Bundle, number_of
from models.connection.papers.common import boundary, contact, figure, points, source, values, works
from models.connection.tables import Application
from models.people.tables import PersonKind
from models.process.tables import TermRule


def conditions(b: Bundle) -> dict[str, Any]:
    v, c = values(b), b.case
    protection = list(v.get("protection") or ["Качество электроэнергии в точке присоединения — по ГОСТ 32144-2013"])
    if v.get("note"):
        protection.append(v["note"])
    return {
        "conditions": {
            "number": number_of("conditions", c),
            "variant": variant(b),
            "points": points(b),
            "stages": asked.stages(c),
            "temporary": asked.temporary(c),
            "generation": asked.generation(c),
            "source": source(b),
            "reserve": v.get("reserve", ""),
            "grid_works": works(v.get("grid_works", [])),
            "own_works": works(v.get("own_works", [])),
            "metering": list(v.get("metering") or []),
            "protection": protection,
            "admission": _admission(b),
            "agreements": v.get("agreements", ""),
            "years": int(v.get("years", 2)),
            "engineer": contact(b),
        }
    }


def variant(b: Bundle) -> str:
    """For whom the conditions are and up to which power: documents.data.offer.Variant. Bounds: domain b.2."""
    c = b.case
    total = c.power_kw + c.prior_kw
    person = c.person.get("kind") == PersonKind.INDIVIDUAL
    if c.category in ("TEMP", "GEN"):
        return "temporary" if c.category == "TEMP" else "generation"
    if person and total <= 150:
        return "individual_15" if total <= 15 else "individual_150"
    return "to_150" if total <= 150 else "to_670" if total < 670 else "over_670"


def _admission(b: Bundle) -> str:
    if b.ordinary:
        return (
            "Заявитель уведомляет о выполнении условий; сетевая организация осматривает устройства и составляет акт осмотра "
            "и акт о выполнении технических условий (пункты 82–90 Правил). Разрешение органа энергетического надзора или "
            "уведомление его о готовности — по пункту 18 Правил"
        )
    if rules.above_low_voltage(b.case):
        return "Сетевая организация осматривает устройства заявителя после его уведомления (пункты 82–90, 108 Правил)"
    return "Устройства до 0,4 кВ принимаются без осмотра: заявитель включает их по инструкции"


def norms(b: Bundle) -> dict[str, Any]:
    low = not rules.above_low_voltage(b.case)
    pay = b.rules["TP-06X"]
    pay_days = int(pay.alternative["length"]) if b.case.procurement_law and pay.alternative else b.length("TP-06X")
    extra = b.org.get("norms", {})
    return {
        "pay_days": pay_days,
        "refuse_days": b.length("TP-06R"),
        "correct_days": b.length("TP-08"),
        "supplier_days": b.length("TP-09X"),
        "notice_days": b.length("TP-16X"),
        "remark_days": b.length("TP-19"),
        "fix_days": b.length("TP-20"),
        "hidden_months": b.length("TP-21R"),
        "hidden_days": b.length("TP-21"),
        "penalty_percent": b.penalty,
        "penalty_free": low,
        "court_months": b.length("CTR-12"),
        "claim_days": int(extra.get("claim_days", 30)),
        "interest": "",
    }


UNITS = {"connection": "шт.", "km": "км", "piece": "шт.", "kW": "кВт", "point": "точка"}
METHODS = {
    "preferential": "Применена льготная ставка за 1 кВт с НДС: она меньше стоимости по стандартизированным ставкам",
    "social": "Применена льготная ставка для социальной группы (пункт 17 Правил): она меньше стоимости по стандартизированным ставкам",
    "floor": "Плата по льготной ставке меньше платы по пункту 17(4) Правил, поэтому применена плата по пункту 17(4)",
    "standard": "Плата определена по стандартизированным ставкам",
    "no_last_mile": "Расстояние и мощность позволяют не включать в плату строительство линии (пункт 17 Правил)",
    "by_power": "Плата определена по ставке за единицу максимальной мощности",
    "micro": "Плата за объект микрогенерации определена наименьшим способом, за энергопринимающие устройства — без строительства линии (пункт 17 Правил)",
    "individual": "Технической возможности нет: плата установлена регулятором по индивидуальному проекту (пункты 30(1), 30(5) Правил)",
    "reissue": "Плата за переоформление документов о присоединении (пункты 67–74 Правил)",
    "increase": "При увеличении мощности плата включает выдачу условий и прибор учёта (пункт 17(4) Правил)",
}


def _fee(b: Bundle) -> dict[str, Any]:
    assert b.invoice is not None, "an invoice is issued before its paper"
    calc = b.invoice.calculation
    choice = METHODS.get(calc["method"], "")
    if calc.get("preferential_total") and calc["method"] in ("preferential", "social"):
        choice += f" ({_roubles(calc['standard_total'])})"
    lines = [
        {
            "name": ln["title"],
            "unit": UNITS[ln["unit"]],
            "quantity": ln["quantity"],
            "price": ln["price"],
            "sum": ln["amount"],
        }
        for ln in calc["lines"]
    ]
    return {
        "lines": lines,
        "prices_with_vat": calc.get("with_vat", False),
        "net": calc["net"],
        "vat": calc["vat"],
        "vat_rate": calc["vat_percent"],
        "total": calc["total"],
        "decision": calc["basis"],
        "choice": choice,
    }


def _roubles(value: str) -> str:
    whole, _, rest = value.partition(".")
    return f"{int(whole):,}".replace(",", "\u00a0") + f",{rest or '00'}\u00a0₽"


def _payments(b: Bundle) -> list[dict[str, str]]:
    return [
        {
            "percent": figure(p.percent),
            "sum": str(p.amount),
            "vat": str(p.vat),
            "due": p.due_on.isoformat() if p.due_on else "",
            "event": p.due_words,
        }
        for p in b.payments
    ]


def _contract_part(b: Bundle) -> dict[str, Any]:
    v, c = values(b), b.case
    return {
        "number": number_of("contract", c),
        "conditions_number": number_of("conditions", c),
        "conditions_years": int(v.get("years", 2)),
        "grid_works": works(v.get("grid_works", [])),
        "own_works": works(v.get("own_works", [])),
        "points": points(b),
        "distance_m": c.distance_m or 0,
        "boundary": boundary(b),
        "supplier": c.supplier,
        "placed": b.stamp(b.now),
        "accepted": "",
        "norms": ordinary.norms(b) if b.ordinary else norms(b),
    }


def works_rule(case: Application, table: Mapping[str, TermRule]) -> tuple[TermRule, int, str]:
    """The rule that gives the term of works for this case, and the term. ПП 861, п. 16 б)."""
    known = rules.facts(case)
    for rule in (table[name] for name in ("TP-10", "TP-11", "TP-11I", "TP-12", "TP-12T") if name in table):
        wanted = [c.strip() for c in rule.condition.split(",")]
        if all(known[c.removeprefix("!")] is not c.startswith("!") for c in wanted):
            found = rule.lengths.get(rules.column(case))
            if found:
                found = rules.asked_longer(case, rule) or found
                digits = found.rstrip("wdmy")
                return rule, int(digits), found[len(digits) :]
    raise LookupError(f"no rule gives a term of works for {case.category}")


def contract(b: Bundle) -> dict[str, Any]:
    rule, n, unit = works_rule(b.case, b.rules)
    term = {"n": n, "unit": unit, "rule": rule.rule, "ground": f"подпункт «б» пункта 16 {LAW}"}
    return {"contract": _contract_part(b), "fee": _fee(b), "payments": _payments(b), "term": term}


def invoice(b: Bundle) -> dict[str, Any]:
    assert b.invoice is not None, "an invoice is issued before its paper"
    first, again = b.payments[0], b.case.category == "REISSUE"
    what = (
        "Плата за переоформление документов о технологическом присоединении"
        if again
        else f"Плата за технологическое присоединение по договору {number_of('contract', b.case)}"
    )
    purpose = f"{what}, заявка {b.case.number}, в т.ч. НДС {figure(b.invoice.vat_percent)}% {first.vat}"
    return {
        "invoice": {
            "number": b.invoice.number,
            "contract_number": "" if again else number_of("contract", b.case),
            "contract_date": "" if again else (b.day(b.case.concluded_at) or b.today.isoformat()),
            "conditions_number": "" if again else number_of("conditions", b.case),
            "pay_now": str(first.amount),
            "due": first.due_on.isoformat() if first.due_on else "",
            "purpose": purpose[:210],
        },
        "fee": _fee(b),
        "payments": _payments(b),
    }


def guide(b: Bundle) -> dict[str, Any]:
    breaker = int(values(b).get("breaker_a") or 25)
    guide = {
        "number": number_of("guide", b.case),
        "contract_number": number_of("contract", b.case),
        "before": [
            "Монтаж ввода и проводки закончен, изоляция проверена электриком с допуском",
            "Заземление выполнено, вводной автомат дома отключён",
            "Рядом с щитом сухо, под ногами нет воды, детей и посторонних нет",
        ],
        "ready": [
            "Ответвление построено до границы участка",
            "Щит учёта с прибором учёта установлен и опломбирован",
            "Напряжение подано на вводной аппарат щита учёта",
        ],
        "steps": [
            "Дождитесь в кабинете уведомления о том, что присоединение обеспечено",
            "Отключите вводной автомат в доме",
            f"Включите вводной аппарат в щите учёта ({breaker} А)",
            "Проверьте напряжение на вводе индикатором",
            "Включите вводной автомат в доме, затем группы — по одной",
        ],
        "never": [
            "Не вскрывайте пломбы и не меняйте автомат в щите учёта на больший",
            "Не подключайте соседей и временные линии",
            "Не включайте повреждённые приборы и мокрую проводку",
        ],
        "breaker_a": breaker,
        "consequence": "Потребление без договора энергоснабжения считается бездоговорным и оплачивается "
        "в повышенном размере (Основные положения, постановление Правительства РФ от 04.05.2012 № 442)",
        "supplier": b.case.supplier,
    }
    calls = [
        {"when": "Нет напряжения после включения", "phone": b.org["utility"]["phone"]},
        {"when": "Искрит, дымит, оборван провод", "phone": "112"},
    ]
    return {"guide": guide, "calls": calls}
