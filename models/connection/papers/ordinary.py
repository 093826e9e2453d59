"""What only the ordinary path has: its legal numbers, the act of fulfilment of the conditions, the act of the reserve."""

from decimal import Decimal
from typing import Any

from models.connection.papers.bundle import Bundle, number_of
from models.connection.papers.common import closing, figure, paper_of, points, source, values


def norms(b: Bundle) -> dict[str, Any]:
    """Shape OrdinaryNorms. LookupError: the dated rules lack one of them."""
    extra = b.org.get("norms", {})
    inspect = b.rules["TP-13"]
    return {
        "sign_days": b.length("TP-06O"),
        "silence_days": b.length("TP-07"),
        "refuse_days": b.length("TP-06RO"),
        "correct_days": b.length("TP-08"),
        "supplier_days": b.length("TP-09O"),
        "inspect_days": b.length("TP-13"),
        "inspect_unit": str(inspect.unit),
        "repeat_days": b.length("TP-13R"),
        "tu_act_days": b.length("TP-14G"),
        "tu_act_return_days": b.length("TP-14A"),
        "act_days": b.length("TP-16O"),
        "copies_days": b.length("TP-17"),
        "penalty_percent": b.penalty,
        "court_months": b.length("CTR-12"),
        "claim_days": int(extra.get("claim_days", 30)),
        "interest": str(extra.get("interest", "")),
    }


def tu_act(b: Bundle) -> dict[str, Any]:
    """`details`: own_works, grid_works (rows item, what, done, paper) when somebody wrote down how each was fulfilled."""
    v = values(b)
    seen = b.inspection.values if b.inspection else {}
    found = {c.get("item", ""): c.get("found", "") for c in seen.get("checks", [])}
    act = closing(b) | {
        "number": number_of("tu_act", b.case),
        "inspection_number": paper_of(b, "inspection_act")[0] if b.inspection else "",
        "inspection_date": b.inspection.on.isoformat() if b.inspection else "",
        "grid_works": list(b.details.get("grid_works") or _done(v.get("grid_works", []), "8", {})),
        "own_works": list(b.details.get("own_works") or _done(v.get("own_works", []), "9", found)),
        "points": points(b),
        "source": source(b),
        "metering": "; ".join(f"{m['name']}: {m['value']}" for m in v.get("metering") or []),
        "protection": f"вводной автоматический выключатель {int(v.get('breaker_a') or 25)} А",
        "return_days": b.length("TP-14A"),
    }
    return {"tu_act": act}


def _done(works: list[dict[str, Any]], clause: str, found: dict[str, str]) -> list[dict[str, str]]:
    """Clauses 8 and 9 of the conditions, one row a work; what the inspector wrote beside it stands as the paper."""
    numbered = ((f"{clause}.{n}", work) for n, work in enumerate(works, start=1))
    return [
        {"item": item, "what": work["what"], "done": "выполнено", "paper": found.get(item, "")}
        for item, work in numbered
    ]


def reserve_act(b: Bundle) -> dict[str, Any]:
    """`details`, or the engineer's values: reserve_loads (rows name, kind, kw, restore, feed), autonomous, persons."""
    v = dict(values(b)) | dict(b.details)
    loads = [
        {name: str(row.get(name, "")) for name in ("name", "kind", "kw", "restore", "feed")}
        for row in v.get("reserve_loads", [])
    ]
    act = closing(b) | {
        "number": number_of("reserve_act", b.case),
        "source": source(b),
        "reserve": str(v.get("reserve", "")),
        "emergency_kw": _sum(loads, "аварийная"),
        "technological_kw": _sum(loads, "технологическая"),
        "loads": loads,
        "autonomous": str(v.get("autonomous", "")),
        "persons": str(v.get("persons") or b.case.person.get("head") or b.case.person.get("name", "")),
        "supplier_days": b.length("TP-17"),
    }
    return {"reserve_act": act}


def _sum(loads: list[dict[str, str]], kind: str) -> str:
    return figure(sum((Decimal(row["kw"] or "0") for row in loads if row["kind"] == kind), Decimal(0)))
