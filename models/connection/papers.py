"""The data of papers, taken from a case and frozen: pure JSON in the shapes of documents/data.py. Legal numbers come
from dated rules, requisites from the settings of the utility; the passport is added only when the bytes are made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from models.connection import rules
from models.connection.tables import Application, Category, Conditions, Inspection, Meter
from models.document.tables import Attachment
from models.payment.tables import Instalment, Invoice
from models.people.rules import show_snils
from models.people.tables import PersonKind
from models.process.tables import Term, TermRule
from models.process.workdays import Calendar

TITLES = {
    "application": "Заявка на технологическое присоединение",
    "missing_info": "Уведомление о недостающих сведениях",
    "annulment": "Уведомление об аннулировании заявки",
    "contract": "Условия типового договора",
    "conditions": "Технические условия",
    "invoice": "Счёт для внесения платы за ТП",
    "guide": "Инструкция по включению",
    "inspection_act": "Акт осмотра электроустановки",
    "meter_act": "Акт допуска прибора учёта в эксплуатацию",
    "connection_act": "Акт об осуществлении технологического присоединения",
    "readiness_notice": "Уведомление об обеспечении возможности присоединения",
}
REASONS = {
    "new": "новое присоединение",
    "increase": "увеличение максимальной мощности",
    "category": "изменение категории надёжности",
    "point": "изменение точки присоединения",
}
LAW = "Правил технологического присоединения, утверждённых постановлением Правительства РФ от 27.12.2004 № 861"
SECOND_SOURCE = {"II": "вторая", "III": "третья"}


@dataclass(frozen=True)
class Bundle:
    """Everything a paper may need, read once."""

    case: Application
    org: Mapping[str, Any]  # the utility's settings: utility, bank, supplier, connection, site
    branch: str
    zone: ZoneInfo
    calendar: Calendar
    rules: Mapping[str, TermRule]  # in force today, by id
    now: datetime
    token: str = ""
    conditions: Conditions | None = None
    invoice: Invoice | None = None
    payments: Sequence[Instalment] = ()
    attachments: Sequence[Attachment] = ()
    inspection: Inspection | None = None
    meter: Meter | None = None
    terms: Sequence[Term] = ()
    engineer: Mapping[str, str] = field(default_factory=dict)
    inspector: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, tuple[str, date]] = field(default_factory=dict)  # kind → number and day of a paper in force

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def stamp(self, at: datetime | None) -> str:
        return f"{at.astimezone(self.zone):%d.%m.%Y %H:%M} (МСК)" if at else ""

    def day(self, at: datetime | None) -> str:
        return at.astimezone(self.zone).date().isoformat() if at else ""

    def length(self, rule: str) -> int:
        return int(self.rules[rule].length or 0)


def number_of(kind: str, case: Application) -> str:
    """Papers bear the number of their case: '000123/26-ТУ'."""
    stem = (case.number or "").removeprefix("ТП-")
    suffix = {
        "application": "З",
        "missing_info": "УН",
        "annulment": "УА",
        "contract": "Д",
        "conditions": "ТУ",
        "invoice": "С",
        "guide": "И",
        "inspection_act": "АО",
        "meter_act": "АД",
        "connection_act": "АТП",
        "readiness_notice": "УОВ",
    }
    return f"{stem}-{suffix[kind]}"


def data(kind: str, bundle: Bundle) -> dict[str, Any]:
    """The whole context of one paper. KeyError: there is no such paper."""
    return _base(kind, bundle) | _SPECIAL[kind](bundle)


# ------------------------------------------------------------------------------------------------ common to all
def _base(kind: str, b: Bundle) -> dict[str, Any]:
    return {
        "issued": b.today.isoformat(),
        "org": dict(b.org["utility"]) | {"site": b.org["site"].removeprefix("https://").removeprefix("http://")},
        "bank": dict(b.org["bank"]),
        "applicant": _applicant(b),
        "object": _object(b),
        "application": {"number": b.case.number, "date": b.day(b.case.registered_at)},
        "verify": {
            "url": f"{b.org['site'].removeprefix('https://').removeprefix('http://')}/check/{b.token}",
            "payload": f"{b.org['site']}/check/{b.token}",
            "alt": "QR-код проверки документа",
        },
        "signers": [_applicant_signer(b)] if kind == "application" else [_grid_signer(b)],
    }


def _grid_signer(b: Bundle) -> dict[str, Any]:
    person = b.org["utility"]["representative"]
    # the mark of the seal is added when the paper is sealed
    return {"title": "Сетевая организация", "post": person["post"], "name": _initials(person["name"]), "stamp": None}


def _applicant_signer(b: Bundle) -> dict[str, Any]:
    sign, person = b.case.signature, b.case.person
    lines = [
        f"Код отправлен {sign.get('channel', '')}",
        f"Подписано {sign.get('at', '')}",
        f"Отпечаток данных {str(sign.get('bound_to', ''))[:16]}…",
    ]
    stamp = {"level": "простая электронная подпись", "lines": lines} if sign else None
    name = person.get("head") or person.get("name", "")
    return {
        "title": "Заявитель",
        "post": person.get("head_post") or "Заявитель",
        "name": _initials(name),
        "stamp": stamp,
    }


def _initials(full: str) -> str:
    family, *names = full.split() or [""]
    return " ".join([f"{n[0]}." for n in names[:2]] + [family]) if names else family


def _applicant(b: Bundle) -> dict[str, Any]:
    p = b.case.person
    kind = p.get("kind", PersonKind.INDIVIDUAL)
    head = p.get("head", "")
    account = p.get("bank_account", "")
    return {
        "kind": kind,
        "name": p.get("name", ""),
        "full": p.get("full") or p.get("name", ""),
        "born": p.get("birth_date") or "",
        "passport": None,
        "snils": show_snils(p.get("snils", "")),
        "inn": p.get("inn", ""),
        "ogrn": p.get("ogrn", ""),
        "ogrn_date": p.get("ogrn_date", ""),
        "kpp": p.get("kpp", ""),
        "address": p.get("address", ""),
        "postal": p.get("postal") or p.get("address", ""),
        "phone": p.get("phone", ""),
        "email": p.get("email", ""),
        "representative": {"post": p.get("head_post", ""), "name": head, "ground": p.get("authority", "")}
        if head and kind == PersonKind.LEGAL_ENTITY
        else None,
        "bank": {
            "name": p.get("bank_name", ""),
            "bic": p["bank_bic"],
            "account": account,
            "corr": p.get("bank_corr", ""),
        }
        if account and p.get("bank_bic")
        else None,
    }


def _figure(value: Any) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _object(b: Bundle) -> dict[str, Any]:
    c = b.case
    return {
        "name": c.object_name,
        "address": c.object_address,
        "cadastre": c.cadastre,
        "branch": b.branch,
        "devices": c.devices,
        "kw": _figure(c.power_kw),
        "kw_before": _figure(c.prior_kw),
        "kw_total": _figure(c.power_kw + c.prior_kw),
        "voltage": _figure(c.voltage_kv),
        "phases": c.phases,
        "category": c.reliability,
        "points": len(_points(b)) or 1,
        "purpose": c.purpose,
        "year": int(c.commissioning[-4:]) if c.commissioning[-4:].isdigit() else b.today.year,
    }


# ------------------------------------------------------------------------------------------------ application, notices
def _application(b: Bundle) -> dict[str, Any]:
    c = b.case
    generation = f"объект микрогенерации, {_figure(c.generation_kw)} кВт" if c.generation_kw else ""
    request = {
        "reason": REASONS.get(c.reason, c.reason),
        "temporary": "",
        "nonlinear": c.draft.get("nonlinear", ""),
        "stages": [
            {
                "name": "1-я очередь",
                "kw": _figure(c.power_kw),
                "design": c.commissioning,
                "commissioning": c.commissioning,
            }
        ],
        "generation": generation,
        "reserve": "",
        "supplier": c.supplier,
        "supply_contract": "договор энергоснабжения",
        "price_category": "" if c.person.get("kind") == PersonKind.INDIVIDUAL else "первая",
        "payment": "по графику четырьмя частями",
        "procurement": c.procurement_law,
        "preferential": "социальная ставка, пункт 17 Правил" if c.social else "",
        "signature": "простая электронная подпись",
        "signed_at": c.signature.get("at", ""),
        "attachments": [{"name": a.kind_title, "file": f"{a.name}, {_size(a.size)}"} for a in _named(b.attachments)],
        "consents": c.draft.get("consents", []),
    }
    return {"request": request}


@dataclass(frozen=True)
class _Named:
    kind_title: str
    name: str
    size: int


PAPER_TITLES = {
    "identity": "Документ, удостоверяющий личность, или выписка из реестра",
    "title": "Документ о праве на земельный участок или здание",
    "plan": "План расположения энергопринимающих устройств",
    "authority": "Доверенность",
    "social": "Документ о социальном основании",
    "generation": "Схема генерирующего устройства",
    "reply": "Недостающие сведения",
}


def _named(files: Sequence[Attachment]) -> list[_Named]:
    return [_Named(PAPER_TITLES.get(a.kind, a.kind), a.name, a.size) for a in files]


def _size(value: int) -> str:
    return f"{value / 1048576:.1f} МБ".replace(".", ",") if value >= 1048576 else f"{max(value // 1024, 1)} КБ"


def _contact(b: Bundle) -> dict[str, str]:
    return {
        "name": _initials(b.engineer.get("name", "")) or "Отдел технологических присоединений",
        "post": b.engineer.get("post", "") or "специалист",
        "phone": b.engineer.get("phone", "") or b.org["utility"]["phone"],
    }


def _missing_info(b: Bundle) -> dict[str, Any]:
    days = b.length("TP-02")
    notice = {
        "number": number_of("missing_info", b.case),
        "days": days,
        "due": b.calendar.after_working_days(b.today, days).isoformat(),
        "annul_days": b.length("TP-03"),
        "files": "PDF, JPG, PNG или DOCX размером до 10 МБ",
        "received": b.today.isoformat(),
        "basis": "пункт 15 Правил",
    }
    return {"notice": notice, "missing": list(b.case.missing), "contact": _contact(b)}


def _annulment(b: Bundle) -> dict[str, Any]:
    unpaid = b.case.stage == "ANNULLED_NO_PAYMENT"
    rule = "TP-06X" if unpaid else "TP-02"
    term = next((t for t in reversed(b.terms) if t.rule == rule), None)
    number, on = b.numbers.get("invoice" if unpaid else "missing_info", ("", b.today))
    annulment = {
        "number": number_of("annulment", b.case),
        "ground": "no_payment" if unpaid else "no_info",
        "decided": b.day(b.case.ended_at or b.now),
        "basis": f"{'пункт 106' if unpaid else 'пункт 15'} {LAW}",
        "notice_number": number,
        "notice_date": on.isoformat(),
        "due": term.due_on.isoformat() if term else "",
        "missing": [] if unpaid else [m["what"] for m in b.case.missing],
        "refund": None,
    }
    return {"annulment": annulment, "contact": _contact(b)}


# ------------------------------------------------------------------------------------------------ the offer
def _values(b: Bundle) -> dict[str, Any]:
    return b.conditions.values if b.conditions else {}


def _source(b: Bundle) -> str:
    v = _values(b)
    return ", ".join(x for x in (v.get("source"), v.get("feeder"), v.get("substation")) if x)


def _points(b: Bundle) -> list[dict[str, str]]:
    v = _values(b)
    if not v:
        return []
    place = v.get("boundary_place") or "контактные зажимы на выходе вводного аппарата в щите учёта"
    kw = _figure(b.case.power_kw + b.case.prior_kw)
    return [{"place": place, "pole": v.get("point", ""), "kw": kw, "kv": _figure(b.case.voltage_kv)}]


def _works(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [{"what": r["what"], "volume": r.get("volume", "")} for r in rows]


def _conditions(b: Bundle) -> dict[str, Any]:
    v, c = _values(b), b.case
    protection = list(v.get("protection") or ["Качество электроэнергии в точке присоединения — по ГОСТ 32144-2013"])
    if v.get("note"):
        protection.append(v["note"])
    low = not rules.above_low_voltage(c)
    return {
        "conditions": {
            "number": number_of("conditions", c),
            "variant": "individual_15" if c.category != Category.LE_150 else "to_150",
            "points": _points(b),
            "stages": [
                {
                    "name": "1-я очередь",
                    "kw": _figure(c.power_kw),
                    "design": c.commissioning,
                    "commissioning": c.commissioning,
                }
            ],
            "source": _source(b),
            "reserve": v.get("reserve", ""),
            "grid_works": _works(v.get("grid_works", [])),
            "own_works": _works(v.get("own_works", [])),
            "metering": list(v.get("metering") or []),
            "protection": protection,
            "admission": "Устройства до 0,4 кВ принимаются без осмотра: заявитель включает их по инструкции"
            if low
            else "Сетевая организация осматривает устройства заявителя после его уведомления (пункты 82–90, 108 Правил)",
            "agreements": v.get("agreements", ""),
            "years": int(v.get("years", 2)),
            "engineer": _contact(b),
        }
    }


def _norms(b: Bundle) -> dict[str, Any]:
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
        "hidden_months": int(extra.get("hidden_months", 6)),
        "hidden_days": int(extra.get("hidden_days", 20)),
        "penalty_percent": str(extra.get("penalty_percent", "0.25")),
        "penalty_free": low,
        "court_months": int(extra.get("court_months", 12)),
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
        "prices_with_vat": False,
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
            "percent": _figure(p.percent),
            "sum": str(p.amount),
            "vat": str(p.vat),
            "due": p.due_on.isoformat() if p.due_on else "",
            "event": p.due_words,
        }
        for p in b.payments
    ]


def _contract_part(b: Bundle) -> dict[str, Any]:
    v, c = _values(b), b.case
    return {
        "number": number_of("contract", c),
        "conditions_number": number_of("conditions", c),
        "conditions_years": int(v.get("years", 2)),
        "grid_works": _works(v.get("grid_works", [])),
        "own_works": _works(v.get("own_works", [])),
        "points": _points(b),
        "distance_m": c.distance_m or 0,
        "boundary": "по контактным зажимам на выходе вводного аппарата в щите учёта",
        "supplier": c.supplier,
        "placed": b.stamp(b.now),
        "accepted": "",
        "norms": _norms(b),
    }


def works_rule(case: Application, table: Mapping[str, TermRule]) -> tuple[TermRule, int, str]:
    """The rule that gives the term of works for this case, and the term. ПП 861, п. 16 б)."""
    known = rules.facts(case)
    for name in ("TP-10", "TP-11", "TP-11I", "TP-12"):
        rule = table[name]
        wanted = [c.strip() for c in rule.condition.split(",")]
        if all(known[c.removeprefix("!")] is not c.startswith("!") for c in wanted):
            found = rule.lengths.get(case.category or "")
            if found:
                digits = found.rstrip("wdmy")
                return rule, int(digits), found[len(digits) :]
    raise LookupError(f"no rule gives a term of works for {case.category}")


def _contract(b: Bundle) -> dict[str, Any]:
    rule, n, unit = works_rule(b.case, b.rules)
    term = {"n": n, "unit": unit, "rule": rule.rule, "ground": f"подпункт «б» пункта 16 {LAW}"}
    return {"contract": _contract_part(b), "fee": _fee(b), "payments": _payments(b), "term": term}


def _invoice(b: Bundle) -> dict[str, Any]:
    assert b.invoice is not None, "an invoice is issued before its paper"
    first = b.payments[0]
    purpose = (
        f"Плата за технологическое присоединение по договору {number_of('contract', b.case)}, заявка {b.case.number}, "
        f"в т.ч. НДС {_figure(b.invoice.vat_percent)}% {first.vat}"
    )
    return {
        "invoice": {
            "number": b.invoice.number,
            "contract_number": number_of("contract", b.case),
            "conditions_number": number_of("conditions", b.case),
            "pay_now": str(first.amount),
            "due": first.due_on.isoformat() if first.due_on else "",
            "purpose": purpose[:210],
        },
        "fee": _fee(b),
        "payments": _payments(b),
    }


def _guide(b: Bundle) -> dict[str, Any]:
    breaker = int(_values(b).get("breaker_a") or 25)
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


# ------------------------------------------------------------------------------------------------ acts
def _member(b: Bundle) -> dict[str, str]:
    return {"post": b.inspector.get("post", "инспектор"), "name": _initials(b.inspector.get("name", ""))}


def _paper_of(b: Bundle, kind: str) -> tuple[str, str]:
    number, on = b.numbers.get(kind, (number_of(kind, b.case), b.today))
    return number, on.isoformat()


def _inspection_act(b: Bundle) -> dict[str, Any]:
    assert b.inspection is not None, "an inspection is written down before its act"
    v = b.inspection.values
    number, on = _paper_of(b, "conditions")
    return {
        "inspection": {
            "number": number_of("inspection_act", b.case),
            "conditions_number": number,
            "conditions_date": on,
            "place": b.case.object_address,
            "date": b.inspection.on.isoformat(),
            "commission": [_member(b)],
            "devices": list(v.get("devices", [])),
            "checks": list(v.get("checks", [])),
            "remarks": list(v.get("remarks", [])),
            "passed": b.inspection.passed,
            "repeat_days": b.length("TP-13R"),
            "photos": list(v.get("photos", [])),
        }
    }


def _meter(b: Bundle) -> dict[str, Any]:
    assert b.meter is not None, "a meter is admitted before its act"
    return {"serial": b.meter.serial} | b.meter.values


def _meter_act(b: Bundle) -> dict[str, Any]:
    assert b.meter is not None, "a meter is admitted before its act"
    number, on = _paper_of(b, "contract")
    act = {
        "number": number_of("meter_act", b.case),
        "contract_number": number,
        "contract_date": b.day(b.case.concluded_at) or on,
        "admitted": b.meter.admitted_on.isoformat(),
        "commission": [_member(b)],
        "supplier": b.case.supplier,
        "supplier_days": b.length("TP-17"),
    }
    return {"meter": _meter(b), "act": act}


def _border(b: Bundle) -> dict[str, Any]:
    v = _values(b)
    utility = b.org["utility"]["full_short"]
    grid = ", ".join(x for x in (v.get("substation"), v.get("point"), "ответвление", "щит учёта с прибором учёта") if x)
    boundary = "контактные зажимы на выходе вводного аппарата в щите учёта"
    return {
        "points": _points(b),
        "source": _source(b),
        "grid_equipment": grid,
        "own_equipment": "Ввод от щита учёта, вводно-распределительное устройство, проводка, заземляющее устройство",
        "boundary": boundary[:1].upper() + boundary[1:],
        "responsibility": boundary[:1].upper() + boundary[1:],
        "scheme": [
            {"element": _source(b), "owner": utility, "operator": utility},
            {"element": f"{v.get('point', '')}, ответвление до щита учёта", "owner": utility, "operator": utility},
            {"element": "Щит учёта, прибор учёта, вводной аппарат", "owner": utility, "operator": utility},
            {"element": f"Граница: {boundary}", "owner": "—", "operator": "—"},
            {"element": "Ввод и вводно-распределительное устройство", "owner": "Заявитель", "operator": "Заявитель"},
        ],
        "protection": f"вводной автоматический выключатель {int(v.get('breaker_a') or 25)} А, характеристика C",
    }


def _closing(b: Bundle) -> dict[str, Any]:
    conditions, conditions_on = _paper_of(b, "conditions")
    contract, contract_on = _paper_of(b, "contract")
    return {
        "contract_number": contract,
        "contract_date": b.day(b.case.concluded_at) or contract_on,
        "conditions_number": conditions,
        "conditions_date": conditions_on,
    }


def _connection_act(b: Bundle) -> dict[str, Any]:
    act = _closing(b) | _border(b)
    act |= {
        "number": number_of("connection_act", b.case),
        "energised": b.day(b.case.energised_at),
        "other": "",
        "supplier_days": b.length("TP-17"),
    }
    return {"act": act, "meter": _meter(b)}


def _readiness_notice(b: Bundle) -> dict[str, Any]:
    notice = _closing(b) | _border(b)
    notice |= {
        "number": number_of("readiness_notice", b.case),
        "ready": b.day(b.case.energised_at),
        "steps": [
            "отключите вводной автомат в доме",
            "включите вводной аппарат в щите учёта",
            "проверьте напряжение и включите вводной автомат в доме",
        ],
        "supplier": b.case.supplier,
        "meter_act_number": _paper_of(b, "meter_act")[0],
        "norms": _norms(b),
    }
    return {"notice": notice, "meter": _meter(b)}


_SPECIAL = {
    "application": _application,
    "missing_info": _missing_info,
    "annulment": _annulment,
    "contract": _contract,
    "conditions": _conditions,
    "invoice": _invoice,
    "guide": _guide,
    "inspection_act": _inspection_act,
    "meter_act": _meter_act,
    "connection_act": _connection_act,
    "readiness_notice": _readiness_notice,
}


def with_token(bundle: Bundle, token: str) -> Bundle:
    """The same bundle for a paper with this check token."""
    return replace(bundle, token=token)
