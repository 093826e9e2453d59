"""Invented data of the papers that change, fulfil or end a contract. For documents.sample; nothing live uses it."""

from collections.abc import Callable
from typing import Any

from documents.issue import Kind
from documents.sample_cases import GRID

_CONTACT = {
    "name": "О. Д. Кириллов",
    "post": "ведущий инженер отдела присоединений",
    "phone": "8 800 555-01-47, доб. 131",
}


def tail(case: dict[str, Any]) -> str:
    return str(case["application"]["number"]).removeprefix("ТП-")


def both(case: dict[str, Any], *, always: bool = False) -> list[dict[str, Any]]:
    """Who signs: the utility alone on path X, both sides on the ordinary path."""
    return [GRID, case["sign"]] if always or case.get("path") == "ordinary" else [GRID]


def _names(case: dict[str, Any]) -> dict[str, str]:
    stem = tail(case)
    return {"contract_number": stem, "contract_date": "2026-11-25", "conditions_number": f"{stem}-ТУ"}


def _done(works: list[dict[str, str]], clause: int, paper: str) -> list[dict[str, str]]:
    return [
        {"item": f"{clause}.{n}", "what": work["what"], "done": "выполнено", "paper": paper}
        for n, work in enumerate(works, start=1)
    ]


def _tu_act(case: dict[str, Any]) -> dict[str, Any]:
    act = {
        **_names(case), "number": f"{tail(case)}-АВ", "conditions_date": "2026-11-20", "inspection_number": f"{tail(case)}-АО",
        "inspection_date": "2027-02-19", "grid_works": _done(case["grid_works"], 8, "акт приёмки от 12.02.2027"),
        "own_works": _done(case["own_works"], 9, "протокол № 14 от 15.02.2027"), "points": case["points"], "source": case["source"],
        "metering": "; ".join(f"{row['name'].lower()} — {row['value']}" for row in case["metering"]),
        "protection": f"вводной автоматический выключатель {case['breaker_a']} А, характеристика C", "return_days": 5,
    }  # fmt: skip
    return {"issued": "2027-02-22", "tu_act": act, "signers": both(case, always=True)}


def _reserve_act(case: dict[str, Any]) -> dict[str, Any]:
    loads = [
        {"name": "насосы пожаротушения", "kind": "аварийная", "kw": "22", "restore": "1 минута", "feed": "ввод 1, ввод 2"},
        {"name": "аварийное освещение", "kind": "аварийная", "kw": "8", "restore": "1 минута", "feed": "ввод 2, дизель"},
        {"name": "сушильная камера, завершение цикла", "kind": "технологическая", "kw": "60", "restore": "4 часа", "feed": "ввод 1"},
    ]  # fmt: skip
    act = {
        **_names(case), "number": f"{tail(case)}-АБ", "conditions_date": "2026-11-20", "source": case["source"],
        "reserve": case.get("reserve", ""), "emergency_kw": "30", "technological_kw": "60", "loads": loads,
        "autonomous": "дизельный генератор 40 кВт, запуск за 30 секунд, с блокировкой от параллельной работы",
        "persons": "главный энергетик П. Н. Сухов, тел. +7 813 790-31-20, круглосуточно", "supplier_days": 2,
    }  # fmt: skip
    return {"issued": "2027-03-15", "reserve_act": act, "signers": both(case, always=True)}


def _supplement(case: dict[str, Any]) -> dict[str, Any]:
    kw = case["object"]["kw"]
    subject = "power" if case.get("path") else "validity"
    changes = [
        {"clause": "Максимальная мощность присоединяемых устройств", "was": "400 кВт", "now": f"{kw} кВт"},
        {"clause": "Технические условия, пункт 14", "was": "2 года", "now": "3 года"},
    ]
    told = {
        **_names(case), "number": f"{tail(case)}-ДС", "subject": subject, "ground": "обращение заявителя от 12.02.2027",
        "changes": changes if subject == "power" else changes[1:], "years": 3, "successor": "",
        "fee": {"was": "400000.00", "now": "545798.00", "difference": "145798.00", "vat": "98422.59"} if subject == "power" else None,
        "effect": "со дня, когда его подписали обе стороны",
    }  # fmt: skip
    return {"issued": "2027-02-24", "supplement": told, "signers": both(case, always=True)}


def _disagreements(case: dict[str, Any]) -> dict[str, Any]:
    answered = case["applicant"]["kind"] == "legal_entity"
    rows = [
        {"clause": "5.1", "draft": "1 год со дня заключения договора", "applicant": "6 месяцев: расстояние до сети меньше 300 м",
         "utility": "Расстояние — 700 м, срок определён подпунктом «б» пункта 16 Правил" if answered else "", "agreed": ""},
        {"clause": "ТУ, 10", "draft": "прибор учёта на границе участка", "applicant": "прибор учёта в РУ-10 кВ завода",
         "utility": "Согласны: доступ персоналу обеспечивается" if answered else "", "agreed": "прибор учёта в РУ-10 кВ завода, доступ круглосуточно" if answered else ""},
    ]  # fmt: skip
    told = {
        **_names(case), "number": f"{tail(case)}-ПР", "contract_date": "2026-11-20", "received": "2026-11-30", "rows": rows, "reply_days": 10,
        "reply_due": "2026-12-14", "answered": answered,
    }  # fmt: skip
    return {"issued": "2026-12-03", "disagreements": told, "contact": _CONTACT, "signers": both(case, always=True)}


def _refusal(case: dict[str, Any]) -> dict[str, Any]:
    redirect = case["applicant"]["kind"] == "individual"
    addressee = {
        "name": "АО «Соседские сети»",
        "address": "188760, г. Приозёрск, ул. Портовая, д. 2",
        "phone": "8 800 555-03-11",
    }
    ground = {
        "what": "Расстояние от границы участка до сетей другой организации меньше, чем до наших",
        "ground": "пункты 8 и 8(1) Правил № 861",
    }
    own = {
        "what": "Заявку подало лицо, которое не владеет объектом и не представляет владельца",
        "ground": "пункты 2 и 8 Правил № 861",
    }
    refusal = {
        "number": f"{tail(case)}-ОТ", "kind": "redirect" if redirect else "refuse", "received": case["application"]["date"], "decided": "2026-11-17",
        "grounds": [ground if redirect else own], "addressee": addressee if redirect else None, "way": "",
    }  # fmt: skip
    return {"issued": "2026-11-17", "refusal": refusal, "contact": _CONTACT}


def _refund_request(case: dict[str, Any]) -> dict[str, Any]:
    company = case["applicant"]["kind"] == "legal_entity"
    told = {
        "number": f"{tail(case)}-ЗВ", "kind": "clarify" if case.get("path") else "refund", "contract_number": tail(case), "sum": "81869.70" if company else "14850.00",
        "paid_on": "2026-11-24", "payment_number": "118", "purpose": "Оплата по счёту 000094/26-1" if case.get("path") else f"Оплата по счёту {tail(case)}-1", "correct": f"оплата по договору № {tail(case)}, первый платёж" if company else "",
        "ground": "в назначении указан чужой счёт" if case.get("path") else "заявка отозвана до заключения договора", "account": case["applicant"]["bank"], "days": 10,
    }  # fmt: skip
    return {"issued": "2026-12-01", "refund_request": told, "signers": [case["sign"]]}


def _termination(case: dict[str, Any]) -> dict[str, Any]:
    done = [{"name": "Проект линии", "value": "выполнен"}, {"name": "Строительство линии", "value": "не начато"}]
    money = {
        "billed": "545798.00",
        "paid": "81869.70",
        "returned": "0.00",
        "costs": "40000.00",
        "due": "0.00",
        "overpaid": "41869.70",
    }
    told = {
        **_names(case), "number": f"{tail(case)}-СР", "ground": "заявитель отказался от строительства объекта", "ends": "", "done": done,
        "settlement": money, "settle_days": 10,
    }  # fmt: skip
    return {"issued": "2027-01-18", "termination": told, "signers": both(case, always=True)}


ACTS: dict[Kind, Callable[[dict[str, Any]], dict[str, Any]]] = {
    Kind.TU_ACT: _tu_act, Kind.RESERVE_ACT: _reserve_act, Kind.SUPPLEMENT: _supplement, Kind.DISAGREEMENTS: _disagreements,
    Kind.REFUSAL: _refusal, Kind.REFUND_REQUEST: _refund_request, Kind.TERMINATION: _termination,
}  # fmt: skip
