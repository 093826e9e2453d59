"""What the applicant asked for, as the application and the conditions say it: the reason, stages, generation, a term."""

from decimal import Decimal

from models.connection.papers.common import figure
from models.connection.tables import Application

REASONS = {
    "new": "новое присоединение",
    "increase": "увеличение максимальной мощности",
    "category": "изменение категории надёжности",
    "point": "изменение точки присоединения",
    "scheme": "изменение схемы внешнего электроснабжения",
    "activity": "изменение вида деятельности",
    "temporary": "временное присоединение",
    "grid": "присоединение электрических сетей смежной сетевой организации",
    "redistribution": "перераспределение максимальной мощности",
    "reissue": "восстановление и переоформление документов о присоединении",
}
TEMPORARY = {
    "mobile": "передвижной объект",
    "construction": "на время строительства, до постоянного присоединения",
}
GENERATION = {
    "solar": "солнечная",
    "wind": "ветровая",
    "diesel": "дизельная",
    "gas": "газопоршневая",
    "hydro": "гидравлическая",
}
SOCIAL = {
    "large": "многодетная семья",
    "poor": "малоимущие граждане",
    "veteran": "ветераны и инвалиды боевых действий, Великой Отечественной войны",
    "disabled": "инвалиды I и II групп, семьи с детьми-инвалидами",
    "radiation": "пострадавшие от радиационных катастроф",
    "other": "иное основание по приложенному документу",
}
FEES = {
    "standard": "по стандартизированным тарифным ставкам",
    "by_power": "по ставке за единицу максимальной мощности",
}
REISSUED = {
    "duplicate": "дубликат акта",
    "owner": "акт на нового владельца",
    "act": "акт по сохранившимся техническим условиям",
    "conditions": "технические условия",
    "nothing": "технические условия и акт: прежние документы не сохранились",
}


def reason(c: Application) -> str:
    told = REASONS.get(c.reason, c.reason)
    if c.reason == "redistribution" and c.partner.get("name"):
        contract = f", соглашение {c.partner['contract']}" if c.partner.get("contract") else ""
        return f"{told}: отдаёт {c.partner['name']}, ИНН {c.partner.get('inn', '')}{contract}"
    if c.reason == "reissue":
        return f"{told}: {REISSUED.get(str(c.previous.get('kind')), '')}"
    return told


def temporary(c: Application) -> str:
    """'передвижной объект, по 01.06.2027', or nothing."""
    if not c.temporary:
        return ""
    until = f", по {c.temporary_until:%d.%m.%Y}" if c.temporary_until else ""
    return f"{TEMPORARY.get(c.temporary, c.temporary)}{until}"


def generation(c: Application) -> str:
    """'объект микрогенерации: солнечная, 10 кВт', or nothing."""
    if not c.generation_kw:
        return ""
    what = "генерирующая установка" if c.category == "GEN" else "объект микрогенерации"
    kind = GENERATION.get(c.generation_kind, c.generation_kind)
    return f"{what}{f': {kind}' if kind else ''}, {figure(c.generation_kw)} кВт"


def stages(c: Application) -> list[dict[str, str]]:
    """Power by stages, as the applicant wants them; all of it at once when he names none."""
    told = c.power_stages or [{"kw": figure(c.power_kw), "quarter": c.commissioning, "design": c.design}]
    return [
        {
            "name": f"{n}-я очередь" + (f", категория {s['reliability']}" if s.get("reliability") else ""),
            "kw": s["kw"],
            "design": s.get("design") or c.design or s["quarter"],
            "commissioning": s["quarter"],
        }
        for n, s in enumerate(told, start=1)
    ]


def reliability(c: Application) -> str:
    """'I — 40 кВт, III — 60 кВт', or the one category."""
    if not c.split_kw:
        return c.reliability
    named = {name: Decimal(kw) for name, kw in c.split_kw.items()}
    rest = c.power_kw - sum(named.values(), Decimal(0))
    if rest > 0:
        named["III"] = rest
    return ", ".join(f"{name} — {figure(kw)} кВт" for name, kw in named.items())


def preferential(c: Application) -> str:
    if not c.social:
        return ""
    ground = SOCIAL.get(str(c.draft.get("social_ground") or ""), "")
    return f"социальная ставка, пункт 17 Правил{f': {ground}' if ground else ''}"


def fee_choice(c: Application) -> str:
    return FEES.get(str(c.draft.get("fee_choice") or ""), "")


def works_years(c: Application) -> str:
    """'4 года', when the applicant himself asks for longer works (п. 16 б)."""
    years = str(c.draft.get("works_years") or "")
    return f"{years} года" if years in ("3", "4") else ""
