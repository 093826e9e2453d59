"""Acts and the notice that close a connection."""

from typing import Any

from models.connection.papers.bundle import Bundle, number_of
from models.connection.papers.common import boundary, closing, initials, paper_of, points, source, values
from models.connection.papers.offer import norms


def _member(b: Bundle) -> dict[str, str]:
    return {"post": b.inspector.get("post", "инспектор"), "name": initials(b.inspector.get("name", ""))}


def inspection_act(b: Bundle) -> dict[str, Any]:
    assert b.inspection is not None, "an inspection is written down before its act"
    v = b.inspection.values
    number, on = paper_of(b, "conditions")
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


def meter_act(b: Bundle) -> dict[str, Any]:
    assert b.meter is not None, "a meter is admitted before its act"
    number, on = paper_of(b, "contract")
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
    v = values(b)
    utility = b.org["utility"]["full_short"]
    grid = ", ".join(x for x in (v.get("substation"), v.get("point"), "ответвление", "щит учёта с прибором учёта") if x)
    border = boundary(b)
    return {
        "points": points(b),
        "source": source(b),
        "grid_equipment": grid,
        "own_equipment": "Ввод от щита учёта, вводно-распределительное устройство, проводка, заземляющее устройство",
        "boundary": border[:1].upper() + border[1:],
        "responsibility": border[:1].upper() + border[1:],
        "scheme": [
            {"element": source(b), "owner": utility, "operator": utility},
            {"element": f"{v.get('point', '')}, ответвление до щита учёта", "owner": utility, "operator": utility},
            {"element": "Щит учёта, прибор учёта, вводной аппарат", "owner": utility, "operator": utility},
            {"element": f"Граница: {border}", "owner": "—", "operator": "—"},
            {"element": "Ввод и вводно-распределительное устройство", "owner": "Заявитель", "operator": "Заявитель"},
        ],
        "protection": f"вводной автоматический выключатель {int(v.get('breaker_a') or 25)} А, характеристика C",
    }


def _other(b: Bundle) -> str:
    """The reserve by its act, the own source as the engineer wrote it; nothing when there is neither."""
    reserve = (
        f"аварийная и технологическая бронь — по акту № {b.numbers['reserve_act'][0]}"
        if "reserve_act" in b.numbers
        else ""
    )
    return "; ".join(part for part in (str(values(b).get("autonomous", "")), reserve) if part)


def _earlier(b: Bundle) -> str:
    """What a reissued act stands for: the applicant's words about his papers; nothing for an act of today."""
    if b.case.category != "REISSUE":
        return ""
    return str(b.case.previous.get("papers") or "документы о технологическом присоединении не сохранились")


def connection_act(b: Bundle) -> dict[str, Any]:
    act = closing(b) | _border(b)
    act |= {
        "number": number_of("connection_act", b.case),
        "energised": b.day(b.case.energised_at) or str(values(b).get("connected_on", "")),
        "earlier": _earlier(b),
        "other": _other(b),
        "supplier_days": b.length("TP-17"),
    }
    return {"act": act, "meter": _meter(b)}


def readiness_notice(b: Bundle) -> dict[str, Any]:
    notice = closing(b) | _border(b)
    notice |= {
        "number": number_of("readiness_notice", b.case),
        "ready": b.day(b.case.energised_at),
        "steps": [
            "отключите вводной автомат в доме",
            "включите вводной аппарат в щите учёта",
            "проверьте напряжение и включите вводной автомат в доме",
        ],
        "supplier": b.case.supplier,
        "meter_act_number": paper_of(b, "meter_act")[0],
        "norms": norms(b),
    }
    return {"notice": notice, "meter": _meter(b)}
