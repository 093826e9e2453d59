"""The quarterly disclosure report as a workbook. Russian: it is a paper of the law, not a screen."""

from collections.abc import Mapping

from documents.sheets.statistics import Sheet, workbook
from models.connection.statistics.disclosure import Report

ROMAN = ("I", "II", "III", "IV")
BASIS = "Стандарты раскрытия информации, ПП РФ от 21.01.2004 № 24, п. 19 «л»"
_LINES = ("Категория заявителей", "Подано заявок", "кВт", "Заключено договоров", "кВт", "Завершено без присоединения", "кВт",
          "Присоединено", "кВт")  # fmt: skip
_STAGES = (
    "Этап",
    "Прошло заявок",
    "Половина прошла за, дней",
    "80 % прошли за, дней",
    "Сроков исполнено вовремя",
    "С опозданием",
)
_CENTRES = ("Центр питания", "Напряжение", "Расположение", "Установлено, кВт", "Присоединено, кВт", "Зарезервировано, кВт",
            "Свободно, кВт")  # fmt: skip


def quarter_words(report: Report) -> str:
    """'III квартал 2026 года'"""
    return f"{ROMAN[report.quarter.number - 1]} квартал {report.quarter.year} года"


def make(report: Report, utility: str, categories: Mapping[str, str], stages: Mapping[str, str]) -> bytes:
    """`categories`, `stages`: code → Russian words."""
    about = f"{utility}, {quarter_words(report)}. {BASIS}"
    lines = [
        (categories.get(x.category, x.category), x.filed, x.filed_kw, x.concluded, x.concluded_kw, x.ended, x.ended_kw,
         x.connected, x.connected_kw)
        for x in report.lines
    ]  # fmt: skip
    names = ("filed", "filed_kw", "concluded", "concluded_kw", "ended", "ended_kw", "connected", "connected_kw")
    lines.append(("Всего", *(report.total(n) for n in names)))  # type: ignore[arg-type]
    went = [(stages.get(s, s), t.left, t.half, t.most, t.kept, t.broken) for s, t in report.stages.items()]
    fed = [
        (c.name, c.voltage, c.location, c.installed_kw, c.connected_kw, c.reserved_kw, c.free_kw)
        for c in report.centres
    ]
    return workbook(
        [
            Sheet("Заявки и договоры", about, _LINES, lines),
            Sheet("Этапы", about, _STAGES, went),
            Sheet("Свободная мощность", about, _CENTRES, fed),
        ]
    )
