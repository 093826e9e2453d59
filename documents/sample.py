"""Complete invented data of every paper, for a household of 15 kW, a company of 120 kW, a plant on the ordinary path. Tests and the bench use it; nothing live does."""

from copy import deepcopy
from typing import Any, Literal

from documents import standard
from documents.issue import Kind
from documents.sample_acts import ACTS, both
from documents.sample_acts import tail as _tail
from documents.sample_cases import ACCOUNTANT, BANK, CASES, GRID, NORMS, ORDINARY_NORMS, ORG
from documents.sample_signing import protocol as _signing_protocol
from documents.wording import day, sentence

Who = Literal["individual", "company", "plant"]
WHO: tuple[Who, ...] = ("individual", "company", "plant")

_ISSUED, _ENERGISED, _HOUR = "2026-11-20", "2027-03-12", "10:16 (МСК)"
_RULES = "Правил технологического присоединения, утверждённых постановлением Правительства РФ от 27.12.2004 № 861"
_SUPPLIER = "ООО «Озёрная сбытовая компания», 188760, г. Приозёрск, ул. Калинина, д. 9, тел. 8 800 555-02-30"
_LAST_ROW = "10 дней со дня размещения уведомления об обеспечении возможности присоединения"
_ENGINEER = {
    "name": "О. Д. Кириллов",
    "post": "ведущий инженер отдела присоединений",
    "phone": "8 800 555-01-47, доб. 131",
}


def sample(kind: str, who: Who = "individual") -> dict[str, Any]:
    """Data of one paper; a new copy every time."""
    data = deepcopy({**_base(CASES[who]), **_ABOUT[Kind(kind)](CASES[who])})
    for signer in data["signers"]:
        if signer["stamp"]:
            signer["stamp"]["lines"].append(f"Подписано {day(data['issued'])} {_HOUR}")
    return data


def _base(case: dict[str, Any]) -> dict[str, Any]:
    url = "lk.priozersk-seti.example/d/7K3M-9QXA"
    verify = {"url": url, "payload": f"https://{url}", "alt": "QR-код проверки документа"}
    return {
        "issued": _ISSUED, "org": ORG, "bank": BANK, "applicant": case["applicant"], "object": case["object"],
        "application": case["application"], "verify": verify, "signers": [GRID], "path": case.get("path", "X"),
    }  # fmt: skip


def _application(case: dict[str, Any]) -> dict[str, Any]:
    company = case["applicant"]["kind"] == "legal_entity"
    papers = ["План расположения энергопринимающих устройств", "Выписка из ЕГРН на земельный участок"]
    papers += ["Выписка из ЕГРЮЛ", "Приказ о назначении генерального директора"] if company else ["Копия паспорта"]
    at = f"{day(case['application']['date'])} {_HOUR}"
    request = {
        "reason": "новое присоединение", "temporary": "", "nonlinear": "", "stages": case["stages"], "generation": "", "reserve": "",
        "supplier": "ООО «Озёрная сбытовая компания»", "supply_contract": "договор энергоснабжения", "price_category": case["price"],
        "payment": case["payment"], "procurement": False, "preferential": "", "fee_choice": "", "works_years": "",
        "reliability": str(case["object"]["category"]), "fias": "", "landmark": "", "signature": case["signature"], "signed_at": at,
        "attachments": [{"name": name, "file": f"{n}.pdf, {n},2 МБ"} for n, name in enumerate(papers, start=1)],
        "consents": [
            {"text": "Согласие на обработку персональных данных", "version": "2 от 01.09.2025", "at": at},
            {"text": "Согласие на передачу данных гарантирующему поставщику", "version": "1 от 01.09.2025", "at": at}],
    }  # fmt: skip
    return {"issued": case["application"]["date"], "request": request, "signers": [case["sign"]]}


def _missing_info(case: dict[str, Any]) -> dict[str, Any]:
    notice = {
        "number": f"УВ-{_tail(case)}-1", "days": 20, "due": "2026-12-18", "annul_days": 3, "files": "PDF, JPG или PNG размером до 10 МБ",
        "received": _ISSUED, "basis": "пункт 15 Правил № 861",
    }  # fmt: skip
    missing = [
        {"what": "План расположения энергопринимающих устройств на участке", "ground": "Правила № 861, п. 10, подп. «а»",
         "how": "Приложите схему или снимок публичной карты с отметкой места ввода; масштаб должен позволять измерить расстояние до сети"},
        {"what": "Документ о праве на земельный участок", "ground": "Правила № 861, п. 10, подп. «г»",
         "how": "Приложите выписку из ЕГРН или договор аренды. Приложенный файл «скан2.pdf» не открывается"},
        {"what": "Срок ввода устройств в эксплуатацию", "ground": "Правила № 861, п. 14", "how": "Укажите год и квартал в разделе «Сроки» заявки"},
    ]  # fmt: skip
    return {"notice": notice, "missing": missing, "contact": _ENGINEER}


def _annulment(case: dict[str, Any]) -> dict[str, Any]:
    company = case["applicant"]["kind"] == "legal_entity"
    annulment = {
        "number": f"УВ-{_tail(case)}-2", "ground": "no_payment" if company else "no_info", "decided": "2026-12-21",
        "basis": f"пункт {'106' if company else '15'} {_RULES}", "notice_number": f"{_tail(case)}-1" if company else f"УВ-{_tail(case)}-1",
        "notice_date": _ISSUED, "due": "2026-11-27" if company else "2026-12-18",
        "missing": [] if company else ["Документ о праве на земельный участок", "Срок ввода устройств в эксплуатацию"],
        "refund": {"sum": "50000.00", "days": 10, "how": "на счёт, с которого они пришли"} if company else None,
    }  # fmt: skip
    return {"issued": "2026-12-22", "annulment": annulment, "contact": _ENGINEER}


def _payments(case: dict[str, Any]) -> list[dict[str, Any]]:
    days = ("2026-11-27", "2026-12-10", "2026-12-30", "")
    return [
        {"percent": share, "sum": total, "vat": vat, "due": due, "event": "" if due else _LAST_ROW}
        for (share, total, vat), due in zip(case["sums"], days, strict=True)
    ]


def _contract(case: dict[str, Any]) -> dict[str, Any]:
    contract = {
        "number": _tail(case), "conditions_number": f"{_tail(case)}-ТУ", "conditions_years": 2, "grid_works": case["grid_works"],
        "own_works": case["own_works"], "points": case["points"], "distance_m": case["distance_m"],
        "boundary": "контактные зажимы на выходе вводного аппарата в щите учёта", "supplier": _SUPPLIER,
        "placed": "20.11.2026 14:10 (МСК)", "accepted": "", "norms": ORDINARY_NORMS if case.get("path") == "ordinary" else NORMS,
    }  # fmt: skip
    term = {"n": 4, "unit": "m", "rule": "TP-11", "ground": f"подпункт «б» пункта 16 {_RULES}"}
    return {"contract": contract, "fee": case["fee"], "payments": _payments(case), "term": term, "signers": both(case)}


def _conditions(case: dict[str, Any]) -> dict[str, Any]:
    names = ("variant", "points", "stages", "source", "grid_works", "own_works", "metering", "protection")
    rest = {
        "number": f"{_tail(case)}-ТУ",
        "reserve": case.get("reserve", ""),
        "admission": standard.ADMISSION_ORDINARY if case.get("path") else standard.ADMISSION_X,
        "agreements": case.get("agreements", ""),
        "temporary": case.get("temporary", ""),
        "generation": case.get("generation", ""),
        "years": 2,
    }
    return {"conditions": {**{name: case[name] for name in names}, **rest, "engineer": _ENGINEER}}


def _invoice(case: dict[str, Any]) -> dict[str, Any]:
    payments = _payments(case)
    first, vat = payments[0]["sum"].replace(".", ","), payments[0]["vat"].replace(".", ",")
    purpose = (
        f"Договор {_tail(case)} от 20.11.2026, заявка {case['application']['number']}, технологическое присоединение, "
        f"{payments[0]['percent']} % платы — {first} руб., в т. ч. НДС 22 % {vat} руб."
    )
    invoice = {
        "number": f"{_tail(case)}-1", "contract_number": _tail(case), "contract_date": _ISSUED, "conditions_number": f"{_tail(case)}-ТУ",
        "pay_now": payments[0]["sum"], "due": payments[0]["due"], "purpose": purpose,
    }  # fmt: skip
    return {"invoice": invoice, "fee": case["fee"], "payments": payments, "signers": [ACCOUNTANT]}


def _guide(case: dict[str, Any]) -> dict[str, Any]:
    guide = {
        "number": f"{_tail(case)}-И", "contract_number": _tail(case), "before": standard.GUIDE_BEFORE, "ready": standard.GUIDE_READY,
        "steps": standard.GUIDE_STEPS, "never": standard.GUIDE_NEVER, "breaker_a": case["breaker_a"],
        "consequence": standard.CONSEQUENCE, "supplier": _SUPPLIER,
    }  # fmt: skip
    calls = [
        {
            "when": "Нет напряжения, искрит, повреждён провод или щит — круглосуточно",
            "phone": "8 800 555-01-47, кнопка 1",
        },
        {
            "when": "Вопросы по договору и включению — в рабочие дни с 9:00 до 18:00",
            "phone": "8 800 555-01-47, кнопка 2",
        },
        {"when": "Поражение током, пожар", "phone": "112"},
    ]
    return {"guide": guide, "calls": calls}


def _inspection_act(case: dict[str, Any]) -> dict[str, Any]:
    company = case["applicant"]["kind"] == "legal_entity"
    checks = [
        {"item": f"9.{n}", "required": sentence(str(work["what"])), "found": "выполнено, протокол приложен", "ok": True}
        for n, work in enumerate(case["own_works"], start=1)
    ]
    if company:
        checks[2] |= {"found": "сопротивление заземления 41 Ом", "ok": False}
    remark = {"what": "Снизить сопротивление заземляющего устройства до нормы, приложить протокол", "ground": "п. 9.3 технических условий", "due": "2027-03-05"}  # fmt: skip
    devices = [
        {"name": "Вводно-распределительное устройство", "mark": "ВРУ-1, паспорт № 118-26", "seen": "да"},
        {
            "name": "Вводной автоматический выключатель",
            "mark": f"ВА47-100, {case['breaker_a']} А, паспорт № 2204",
            "seen": "да",
        },
        {"name": "Кабель ввода", "mark": "ВВГнг(А)-LS, сертификат № 03177", "seen": "да"},
    ]
    inspection = {
        "number": f"{_tail(case)}-ОС", "conditions_number": f"{_tail(case)}-ТУ", "conditions_date": _ISSUED, "place": case["object"]["branch"],
        "date": "2027-02-19", "checks": checks, "devices": devices, "remarks": [remark] if company else [], "passed": not company,
        "repeat_days": 3, "photos": ["Вводно-распределительное устройство, 19.02.2027 11:20", "Заземляющее устройство, 19.02.2027 11:34"],
        "commission": [{"post": "инспектор района электрических сетей", "name": "С. А. Громов"}, {"post": "представитель заявителя", "name": case["sign"]["name"]}],
    }  # fmt: skip
    inspector = {**GRID, "post": "Инспектор", "name": "С. А. Громов", "stamp": None}
    return {"issued": "2027-02-19", "inspection": inspection, "signers": [inspector, {**case["sign"], "stamp": None}]}


def _meter_act(case: dict[str, Any]) -> dict[str, Any]:
    act = {
        "number": f"{_tail(case)}-ПУ", "contract_number": _tail(case), "contract_date": "2026-11-25", "admitted": _ENERGISED,
        "commission": [{"post": "инженер службы учёта", "name": "Т. П. Орлова"}, {"post": "электромонтёр", "name": "В. Н. Гусев"}],
        "supplier": "ООО «Озёрная сбытовая компания»", "supplier_days": 2,
    }  # fmt: skip
    return {"issued": _ENERGISED, "act": act, "meter": case["meter"]}


def _border(case: dict[str, Any]) -> dict[str, Any]:
    grid, own = "сетевая организация", "заявитель"
    return {
        "number": f"{_tail(case)}-АТП", "contract_number": _tail(case), "contract_date": "2026-11-25", "conditions_number": f"{_tail(case)}-ТУ",
        "conditions_date": _ISSUED, "points": case["points"], "source": case["source"], "grid_equipment": case["grid_equipment"],
        "own_equipment": case["own_equipment"], "boundary": "контактные зажимы на выходе вводного аппарата в щите учёта",
        "responsibility": "контактные зажимы на выходе вводного аппарата в щите учёта",
        "protection": f"вводной автоматический выключатель {case['breaker_a']} А, характеристика C",
        "scheme": [
            {"element": case["source"], "owner": grid, "operator": grid}, {"element": "Линия 0,4 кВ до щита учёта", "owner": grid, "operator": grid},
            {"element": "Щит учёта: прибор учёта, вводной аппарат", "owner": grid, "operator": grid},
            {"element": "ГРАНИЦА: зажимы на выходе вводного аппарата", "owner": "", "operator": ""},
            {"element": "Ввод и вводно-распределительное устройство объекта", "owner": own, "operator": own}],
    }  # fmt: skip


def _connection_act(case: dict[str, Any]) -> dict[str, Any]:
    act = {**_border(case), "earlier": "", "energised": _ENERGISED, "other": case.get("other", ""), "supplier_days": 2}
    return {"issued": "2027-03-15", "act": act, "meter": case["meter"], "signers": both(case)}


def _readiness_notice(case: dict[str, Any]) -> dict[str, Any]:
    notice = {
        **_border(case), "number": f"{_tail(case)}-УВП", "ready": "2027-03-15", "steps": [standard.GUIDE_STEPS[n] for n in (0, 2, 4, 6)],
        "supplier": _SUPPLIER, "meter_act_number": f"{_tail(case)}-ПУ", "norms": NORMS,
    }  # fmt: skip
    return {"issued": "2027-03-15", "notice": notice, "meter": case["meter"]}


_ABOUT = {
    Kind.APPLICATION: _application, Kind.MISSING_INFO: _missing_info, Kind.ANNULMENT: _annulment, Kind.CONTRACT: _contract,
    Kind.CONDITIONS: _conditions, Kind.INVOICE: _invoice, Kind.GUIDE: _guide, Kind.INSPECTION_ACT: _inspection_act,
    Kind.METER_ACT: _meter_act, Kind.CONNECTION_ACT: _connection_act, Kind.READINESS_NOTICE: _readiness_notice,
    Kind.SIGNING_PROTOCOL: _signing_protocol,
    **ACTS,
}  # fmt: skip
