"""What every paper says: the parties, the object, the points, who signs and whom to ask."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from models.connection.papers.bundle import Bundle, number_of
from models.connection.request import place_of
from models.people.rules import show_snils
from models.people.tables import PersonKind
from models.process.typed import number

SIGNED_BY_APPLICANT = frozenset({"application", "refund_request"})
SIGNED_BY_BOTH = frozenset({"tu_act", "reserve_act", "supplement", "disagreements", "termination"})
SIGNED_BY_BOTH_ORDINARY = frozenset({"contract", "connection_act"})  # on path X the utility signs them alone


def base(kind: str, b: Bundle) -> dict[str, Any]:
    return {
        "issued": b.today.isoformat(),
        "path": "ordinary" if b.ordinary else "X",
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
        "signers": _signers(kind, b),
    }


def _signers(kind: str, b: Bundle) -> list[dict[str, Any]]:
    if kind in SIGNED_BY_APPLICANT:
        return [_applicant_signer(b, signed=kind == "application")]
    both = kind in SIGNED_BY_BOTH or (b.ordinary and kind in SIGNED_BY_BOTH_ORDINARY)
    return [_grid_signer(b), *([_applicant_signer(b, signed=False)] if both else [])]


def _grid_signer(b: Bundle) -> dict[str, Any]:
    person = b.org["utility"]["representative"]
    # the mark of the seal is added when the paper is sealed
    return {"title": "Сетевая организация", "post": person["post"], "name": initials(person["name"]), "stamp": None}


def _applicant_signer(b: Bundle, *, signed: bool) -> dict[str, Any]:
    """`signed`: the evidence of the application's signature goes into the stamp; other papers leave a line to sign on."""
    sign, person = b.case.signature if signed else {}, b.case.person
    lines = [
        f"Код отправлен {sign.get('channel', '')}",
        f"Подписано {sign.get('at', '')}",
        f"Отпечаток данных {str(sign.get('bound_to', ''))[:16]}…",
    ]
    if sign.get("by"):
        lines.insert(0, f"Подписал представитель: {sign['by']}")
    if sign.get("kind") == "paper":
        lines = [f"Подписано {sign.get('at', '')}", "Подписанный оригинал принят, скан приложен к заявке"]
    level = "собственноручная подпись на бумаге" if sign.get("kind") == "paper" else "простая электронная подпись"
    stamp = {"level": level, "lines": lines} if sign else None
    name = person.get("head") or person.get("name", "")
    return {
        "title": "Заявитель",
        "post": person.get("head_post") or "Заявитель",
        "name": initials(name),
        "stamp": stamp,
    }


def initials(full: str) -> str:
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


def figure(value: Any) -> str:
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
        "kw": figure(c.power_kw),
        "kw_before": figure(c.prior_kw),
        "kw_total": figure(c.power_kw + c.prior_kw),
        "voltage": figure(c.voltage_kv),
        "phases": c.phases,
        "category": c.reliability,
        "points": max(len(points(b)), c.points),
        "purpose": c.purpose,
        "year": int(c.commissioning[-4:]) if place_of(c.commissioning) else b.today.year,
    }


def contact(b: Bundle) -> dict[str, str]:
    return {
        "name": initials(b.engineer.get("name", "")) or "Отдел технологических присоединений",
        "post": b.engineer.get("post", "") or "специалист",
        "phone": b.engineer.get("phone", "") or b.org["utility"]["phone"],
    }


def values(b: Bundle) -> dict[str, Any]:
    return b.conditions.values if b.conditions else {}


def source(b: Bundle) -> str:
    v = values(b)
    return ", ".join(x for x in (v.get("source"), v.get("feeder"), v.get("substation")) if x)


def boundary(b: Bundle) -> str:
    """Where the grid ends and the applicant begins: as the engineer wrote it, or the clamps in the meter box."""
    return str(values(b).get("boundary_place") or "контактные зажимы на выходе вводного аппарата в щите учёта")


def points(b: Bundle) -> list[dict[str, str]]:
    """The first has what the further points leave of the power. A draft may hold anything: what is no number counts nothing."""
    v = values(b)
    if not v:
        return []
    further = [(str(p.get("point") or ""), kilowatts(p.get("kw"))) for p in v.get("more_points") or []]
    first = b.case.power_kw + b.case.prior_kw - sum(kw for _pole, kw in further)
    place, kv = boundary(b), figure(b.case.voltage_kv)
    named = [(str(v.get("point") or ""), first), *further]
    return [{"place": place, "pole": pole, "kw": figure(kw), "kv": kv} for pole, kw in named]


def kilowatts(typed: Any) -> Decimal:
    """A power as an engineer has typed it; what is no number is nothing."""
    return max(number(typed) or Decimal(0), Decimal(0))


def works(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [{"what": r["what"], "volume": r.get("volume", "")} for r in rows]


def paper_of(b: Bundle, kind: str) -> tuple[str, str]:
    """Number and day of the case's paper of this kind, or what they would be today."""
    number, on = b.numbers.get(kind, (number_of(kind, b.case), b.today))
    return number, on.isoformat()


def closing(b: Bundle) -> dict[str, Any]:
    """The contract and its conditions, as later papers name them."""
    conditions, conditions_on = paper_of(b, "conditions")
    contract, contract_on = paper_of(b, "contract")
    return {
        "contract_number": contract,
        "contract_date": b.day(b.case.concluded_at) or contract_on,
        "conditions_number": conditions,
        "conditions_date": conditions_on,
    }
