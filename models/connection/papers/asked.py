"""What the applicant asked for, as the application and the conditions say it: the reason, stages, generation, a term."""

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
    told = c.power_stages or [{"kw": figure(c.power_kw), "quarter": c.commissioning}]
    return [
        {"name": f"{n}-я очередь", "kw": s["kw"], "design": s["quarter"], "commissioning": s["quarter"]}
        for n, s in enumerate(told, start=1)
    ]
