"""The request itself: power, reliability, stages, and what only a temporary connection, a redistribution or a reissue is
asked. From a sheet of what was typed to the columns of the case. Pure; domain b.8."""

import re
from datetime import date
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from models.connection.sheet import Sheet, kilowatts
from models.connection.tables import Application
from models.people import rules as people
from models.people.tables import PersonKind
from models.process.errors import Invalid

REASONS = (
    "new",
    "increase",
    "category",
    "point",
    "scheme",
    "activity",
    "temporary",
    "grid",
    "redistribution",
    "reissue",
)
TEMPORARY = ("mobile", "construction")
REISSUES = ("duplicate", "owner", "act", "conditions", "nothing")
MOST_KW = "50000"
PURPOSES = ("Бытовые нужды", "Торговля и услуги", "Производство", "Сельское хозяйство", "Социальный объект")
VOLTAGES = ("0.4", "6", "10", "20", "35", "110")


def power(sheet: Sheet, case: Application, kind: str) -> None:
    case.reason = sheet.text("reason") or "new"
    if case.reason not in REASONS:
        sheet.faults.append(Invalid("reason", "Choose why you apply"))
    case.generation_kw = sheet.kw("generation_kw", "0", MOST_KW)
    least = "0" if case.generation_kw > 0 or case.reason == "reissue" else "0.1"
    case.power_kw = sheet.kw("power_kw", least, MOST_KW)
    case.prior_kw = sheet.kw("prior_kw", "0", MOST_KW)
    case.generation_kind = sheet.text("generation_kind")
    voltage = sheet.text("voltage_kv") or "0.4"
    case.voltage_kv = Decimal(voltage if voltage in VOLTAGES else "0.4")
    case.phases = 1 if str(sheet.typed.get("phases")) == "1" else 3
    case.reliability = sheet.text("reliability") or "III"
    if case.reliability not in ("I", "II", "III", "IV"):
        sheet.faults.append(Invalid("reliability", "Choose the reliability category: I, II or III"))
    case.sources = _sources(sheet, case.reliability)
    case.procurement_law = bool(sheet.typed.get("procurement_law"))
    case.social = bool(sheet.typed.get("social")) and kind == PersonKind.INDIVIDUAL
    case.power_stages = _stages(sheet, case.power_kw)


def _sources(sheet: Sheet, reliability: str) -> int:
    """Independent sources: when not said, as many as the reliability category needs (domain b.7)."""
    typed = sheet.text("sources") or ("2" if reliability in ("I", "II") else "1")
    if typed not in ("1", "2", "3"):
        sheet.faults.append(Invalid("sources", "The number of independent sources is 1, 2 or 3"))
        return 1
    return int(typed)


def _stages(sheet: Sheet, whole: Decimal) -> list[dict[str, str]]:
    """Power by quarters: {kw, quarter} each; together they are the power asked for."""
    rows = [dict(r) for r in sheet.typed.get("power_stages") or [] if any(str(v).strip() for v in dict(r).values())]
    sums = [kilowatts(str(r.get("kw", ""))) for r in rows]
    if any(kw is None or kw <= 0 for kw in sums) or any(
        not _QUARTER.fullmatch(str(r.get("quarter", ""))) for r in rows
    ):
        sheet.faults.append(
            Invalid("power_stages", "Write power and quarter of every stage, for example 100 and II квартал 2027")
        )
        return []
    if rows and sum((kw for kw in sums if kw), Decimal(0)) != whole:
        sheet.faults.append(
            Invalid("power_stages", "The stages together make the power asked for: %(kw)s kW", kw=f"{whole:f}")
        )
    return [{"kw": f"{kw:f}", "quarter": str(r["quarter"])} for kw, r in zip(sums, rows, strict=True)]


_QUARTER = re.compile(r"(?:I|II|III|IV) квартал 20\d\d")


def kind_of_case(sheet: Sheet, case: Application, today: date) -> None:
    """What only a temporary connection, a redistribution or a reissue is asked."""
    case.temporary, case.temporary_until, case.partner, case.previous = "", None, {}, {}
    if case.reason == "temporary":
        case.temporary = sheet.text("temporary")
        case.temporary_until = sheet.day("temporary_until")
        _check_temporary(sheet, case, today)
    if case.reason == "redistribution":
        case.partner = {
            "name": sheet.ask("partner_name"),
            "inn": sheet.checked("partner_inn", _inn),
            "contract": sheet.text("partner_contract"),
        }
    if case.reason == "reissue":
        case.previous = {"kind": sheet.text("reissue_kind"), "papers": sheet.text("previous_papers")}
        if case.previous["kind"] not in REISSUES:
            sheet.faults.append(Invalid("reissue_kind", "Choose what is to be issued again"))


def _inn(typed: str) -> str:
    """Of a person or an organisation: the number of digits tells which."""
    organisation = len(re.sub(r"\D", "", typed)) == 10
    return people.inn(typed, PersonKind.LEGAL_ENTITY if organisation else PersonKind.ENTREPRENEUR)


def _check_temporary(sheet: Sheet, case: Application, today: date) -> None:
    if case.temporary not in TEMPORARY:
        sheet.faults.append(Invalid("temporary", "Choose: a movable object, or the time of construction"))
    until = case.temporary_until
    if until and until <= today:
        sheet.faults.append(Invalid("temporary_until", "The last day of a temporary connection lies ahead"))
    elif until and case.temporary == "mobile" and until > today + relativedelta(months=12):
        sheet.faults.append(Invalid("temporary_until", "Movable objects are connected for at most 12 months (п. 54)"))
