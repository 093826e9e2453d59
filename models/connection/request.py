"""The request itself: power, reliability, stages, and what only a temporary connection, a redistribution or a reissue is
asked. From a sheet of what was typed to the columns of the case. Pure; domain b.8."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

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
MOST_POINTS = 20
MOST_QUARTERS = 12  # three years (п. 104)
CHOICES = ("fee_choice", "works_years", "payment_variant", "quarters")  # his own, until the conditions are approved
FEE_CHOICES = ("", "standard", "by_power")
# п. 17 of the Rules: who pays the social rate
GROUNDS = ("large", "poor", "veteran", "disabled", "radiation", "other")
_SPLIT = {"I": (("I", "first_kw"), ("II", "second_kw")), "II": (("II", "second_kw"),)}
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
    if voltage not in VOLTAGES:
        sheet.faults.append(Invalid("voltage_kv", "Choose the voltage from the list"))
    case.voltage_kv = Decimal(voltage if voltage in VOLTAGES else "0.4")
    case.phases = _phases(sheet)
    case.reliability = sheet.text("reliability") or "III"
    if case.reliability not in ("I", "II", "III", "IV"):
        sheet.faults.append(Invalid("reliability", "Choose the reliability category: I, II or III"))
    case.sources = _sources(sheet, case.reliability)
    case.procurement_law = bool(sheet.typed.get("procurement_law"))
    case.social = bool(sheet.typed.get("social")) and kind == PersonKind.INDIVIDUAL
    if case.social and sheet.text("social_ground") and sheet.text("social_ground") not in GROUNDS:
        sheet.faults.append(Invalid("social_ground", "Choose the ground of the social rate"))
    case.points = _points(sheet)
    case.split_kw = _split(sheet, case.reliability, case.power_kw)
    case.design = _quarter_of(sheet, "design")
    needed = place_of(_quarter_of(sheet, "commissioning"))
    if needed and place_of(case.design) > needed:
        sheet.faults.append(Invalid("design", "The design is ready before the power is needed"))
    case.power_stages = _stages(sheet, case.power_kw)
    sheet.faults += choice_faults({name: sheet.text(name) for name in CHOICES})


def choice_faults(told: Mapping[str, str]) -> list[Invalid]:
    """What is wrong with the choices of a schedule and of the fee, each beside its field."""
    faults = []
    if told.get("fee_choice", "") not in FEE_CHOICES:
        faults.append(Invalid("fee_choice", "Choose how the fee is counted"))
    if told.get("works_years", "") not in ("", "3", "4"):
        faults.append(Invalid("works_years", "The works take three or four years on your request, not more (п. 16 б)"))
    if told.get("payment_variant", "") not in ("", "instalments"):
        faults.append(Invalid("payment_variant", "Choose how you pay"))
    count = told.get("quarters", "")
    if count and not (count.isascii() and count.isdigit() and 1 <= int(count) <= MOST_QUARTERS):
        faults.append(Invalid("quarters", "The number of quarters is from 1 to 12 (п. 104)"))
    return faults


def _phases(sheet: Sheet) -> int:
    typed = sheet.text("phases") or "3"
    if typed not in ("1", "3"):
        sheet.faults.append(Invalid("phases", "The input has one phase or three"))
    return 1 if typed == "1" else 3


def _points(sheet: Sheet) -> int:
    typed = sheet.text("points") or "1"
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= MOST_POINTS):
        sheet.faults.append(
            Invalid("points", "The number of points of connection is from 1 to %(most)s", most=MOST_POINTS)
        )
        return 1
    return int(typed)


def _split(sheet: Sheet, reliability: str, whole: Decimal) -> dict[str, str]:
    """Power of the first and of the second category, when not all of it needs them; the rest is of the third."""
    found: dict[str, Decimal] = {}
    for name, field in _SPLIT.get(reliability, ()):
        kw = sheet.kw(field, "0", MOST_KW)
        if kw > 0:
            found[name] = kw
    if sum(found.values(), Decimal(0)) > whole:
        sheet.faults.append(Invalid(_SPLIT[reliability][0][1], "Together they are more than the power asked for: %(kw)s kW", kw=f"{whole.normalize():f}"))  # fmt: skip
        return {}
    return {name: f"{kw:f}" for name, kw in found.items()}


def _quarter_of(sheet: Sheet, name: str) -> str:
    typed = sheet.text(name)
    if typed and not _QUARTER.fullmatch(typed):
        sheet.faults.append(Invalid(name, "Choose the quarter and the year"))
        return ""
    return typed


def place_of(quarter: str) -> int:
    """'II квартал 2027' → a number that grows with time; 0 for what is no quarter."""
    if not _QUARTER.fullmatch(quarter):
        return 0
    return int(quarter[-4:]) * 4 + _NUMBERS.index(quarter.split()[0])


def _sources(sheet: Sheet, reliability: str) -> int:
    """Independent sources: when not said, as many as the reliability category needs (domain b.7)."""
    typed = sheet.text("sources") or ("2" if reliability in ("I", "II") else "1")
    if typed not in ("1", "2", "3"):
        sheet.faults.append(Invalid("sources", "The number of independent sources is 1, 2 or 3"))
        return 1
    return int(typed)


def _stages(sheet: Sheet, whole: Decimal) -> list[dict[str, str]]:
    """Queues of design and putting into operation: {kw, quarter, design, reliability} each, the last two at will.
    Together they are the power asked for."""
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
            Invalid(
                "power_stages", "The stages together make the power asked for: %(kw)s kW", kw=f"{whole.normalize():f}"
            )
        )
    designs = [str(r.get("design") or "") for r in rows]
    if any(
        d and (not place_of(d) or place_of(d) > place_of(str(r["quarter"]))) for d, r in zip(designs, rows, strict=True)
    ):
        sheet.faults.append(
            Invalid("power_stages", "The design of a stage is ready before the stage is put into operation")
        )
    if any(str(r.get("reliability") or "III") not in ("I", "II", "III") for r in rows):
        sheet.faults.append(Invalid("power_stages", "Choose the reliability category: I, II or III"))
    return [_stage(kw, r) for kw, r in zip(sums, rows, strict=True)]


def _stage(kw: Decimal | None, row: Mapping[str, Any]) -> dict[str, str]:
    more = {name: str(row[name]) for name in ("design", "reliability") if row.get(name) not in (None, "", "III")}
    return {"kw": f"{kw:f}", "quarter": str(row["quarter"])} | more


_NUMBERS = ("I", "II", "III", "IV")
_QUARTER = re.compile(r"(?:I|II|III|IV) квартал 20[0-9]{2}")


def kind_of_case(sheet: Sheet, case: Application, today: date, mobile_months: int) -> None:
    """What only a temporary connection, a redistribution or a reissue is asked."""
    case.temporary, case.temporary_until, case.partner, case.previous = "", None, {}, {}
    if case.reason == "temporary":
        case.temporary = sheet.text("temporary")
        case.temporary_until = sheet.day("temporary_until")
        _check_temporary(sheet, case, today, mobile_months)
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


def _check_temporary(sheet: Sheet, case: Application, today: date, most: int) -> None:
    if case.temporary not in TEMPORARY:
        sheet.faults.append(Invalid("temporary", "Choose: a movable object, or the time of construction"))
    until = case.temporary_until
    if until and until <= today:
        sheet.faults.append(Invalid("temporary_until", "The last day of a temporary connection lies ahead"))
    elif until and case.temporary == "mobile" and until > today + relativedelta(months=most):
        told = "Movable objects are connected for at most %(most)s months (п. 54)"
        sheet.faults.append(Invalid("temporary_until", told, most=most))
