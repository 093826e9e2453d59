"""What a visit may be, what an inspector looks at, and what his sheet says when it is full. Pure: no session here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from models.connection.tables import Stage
from models.process.actor import Actor, Role
from models.process.errors import Invalid
from models.process.workdays import Calendar
from models.visit.tables import Hours, Kind

Line = dict[str, Any]
PLACES = 4  # visits of one inspector in one part of a day
AHEAD = 5  # working days from which the applicant chooses
STAGES = {Kind.INSPECTION: Stage.INSPECTION, Kind.METERING: Stage.METERING}
GOES = {  # who can come
    Kind.INSPECTION: frozenset({Role.INSPECTOR}),
    Kind.METERING: frozenset({Role.INSPECTOR, Role.METERING}),
}
PLANNERS = frozenset({Role.INSPECTOR, Role.METERING, Role.OPERATOR, Role.MANAGER})
PHOTOS = 12  # of one sheet


@dataclass(frozen=True)
class Ready:
    """A ready-made remark: Russian, it goes into the act. `days`: calendar days to remove it."""

    what: str
    ground: str
    days: int


READY_REMARKS = (
    Ready("Не представлен протокол измерения сопротивления заземляющего устройства", "ПТЭЭП, приложение 3", 10),
    Ready("Не представлен протокол измерения сопротивления изоляции", "ПТЭЭП, приложение 3", 10),
    Ready("Номинал вводного автоматического выключателя не соответствует техническим условиям", "технические условия, п. 11", 7),
    Ready("Нет доступа к щиту учёта для осмотра и пломбирования", "технические условия, п. 10", 5),
    Ready("Нет однолинейной схемы на дверце щита", "ПТЭЭП, п. 2.2.20", 10),
    Ready("Не закрыты токоведущие части", "ПТЭЭП, п. 2.2.3", 5),
    Ready("Не представлены паспорта и сертификаты на оборудование", "Правила № 861, п. 85", 10),
)  # fmt: skip


def clock_hours(hours: str) -> tuple[int, int]:
    """'09-12' → (9, 12)"""
    start, _, end = hours.partition("-")
    return int(start), int(end)


def days_ahead(calendar: Calendar, today: date, count: int = AHEAD) -> list[date]:
    """The working days an applicant chooses from; the first is the next working day."""
    return [calendar.after_working_days(today, n) for n in range(1, count + 1)]


def still_ahead(on: date, hours: str, today: date, hour: int) -> bool:
    """Has this part of the day not passed? `hour` is the local hour now."""
    return on > today or (on == today and hour < clock_hours(hours)[1])


def time_faults(calendar: Calendar, now: datetime, on: date, hours: str) -> list[Invalid]:
    """Beside "on" and "hours"; `now` is local. A visit is on a working day, in a part of it that has not passed."""
    today = now.date()
    faults = []
    if on < today:
        faults.append(Invalid("on", "The day of a visit cannot lie behind"))
    elif not calendar.is_working(on):
        faults.append(Invalid("on", "Choose a working day"))
    if hours not in set(Hours):
        faults.append(Invalid("hours", "Choose the time of the visit"))
    elif on == today and not still_ahead(on, hours, today, now.hour):
        faults.append(Invalid("hours", "This part of the day has passed: choose a later one"))
    return faults


def on_site(owner: Actor, inspector: Actor) -> Actor:
    """The applicant who signs on the inspector's device: his own id, and the evidence names whose device it was."""
    return replace(owner, name=f"{owner.name} (на устройстве инспектора: {inspector.name})", address=inspector.address)


# ------------------------------------------------------------------------------------------------ the check-list
def checklist(conditions: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> list[Line]:
    """Items 9.n (works of the applicant), 10 (metering) and 11.n (protection) of the conditions, nothing found yet.

    At a repeated visit what was in order stays so and shows what was found then; what was not is looked at anew, and the
    remarks that hang on no item are lines of their own."""
    lines = [_line(item, what) for item, what in _demands(conditions)]
    if before is None:
        return lines
    seen = {c.get("item"): c for c in before.get("checks", [])}
    lines = [_again(line, seen.get(line["item"])) for line in lines]
    items = {line["item"] for line in lines}
    loose = [r for r in before.get("remarks", []) if r.get("item", "") not in items]
    return [_line(f"з. {n}", f"Устранено замечание: {r['what']}") for n, r in enumerate(loose, 1)] + lines


def _demands(conditions: Mapping[str, Any]) -> list[tuple[str, str]]:
    own = [
        (f"9.{n}", ", ".join(x for x in (w["what"], w.get("volume", "")) if x))
        for n, w in enumerate(conditions.get("own_works", []), 1)
    ]
    metering = [("10", f"{m['name']}: {m['value']}") for m in conditions.get("metering") or []]
    if len(metering) > 1:
        metering = [(f"10.{n}", told) for n, (_, told) in enumerate(metering, 1)]
    return own + metering + [(f"11.{n}", line) for n, line in enumerate(conditions.get("protection") or [], 1)]


def _line(item: str, required: str) -> Line:
    """`ok` is None until the inspector has decided."""
    return {"item": item, "required": required, "found": "", "ok": None, "wrong": "", "due": ""}


def _again(line: Line, before: Mapping[str, Any] | None) -> Line:
    if before is None:
        return line
    if before.get("ok"):
        return line | {"found": before.get("found", ""), "ok": True}
    return line | {"before": before.get("wrong") or before.get("found", "")}


@dataclass(frozen=True)
class Tally:
    """How far a sheet is: lines that comply, that do not, that nobody has looked at, and remarks beside the lines."""

    good: int
    bad: int
    open: int
    loose: int

    @property
    def whole(self) -> bool:
        return self.open == 0

    @property
    def passed(self) -> bool:
        return self.whole and self.bad == 0 and self.loose == 0


def tally(values: Mapping[str, Any]) -> Tally:
    marks = [c.get("ok") for c in values.get("checks", [])]
    loose = sum(bool(r.get("what", "").strip()) for r in values.get("remarks", []))
    return Tally(marks.count(True), marks.count(False), marks.count(None), loose)


def sheet_faults(values: Mapping[str, Any]) -> list[Invalid]:
    """What keeps a sheet from being sent; `field` is "check-<n>", "check-<n>-due", "remark-<n>" or "remark-<n>-due"."""
    faults = []
    for n, line in enumerate(values.get("checks", [])):
        if line.get("ok") is None:
            faults.append(Invalid(f"check-{n}", "Item %(item)s: say whether it complies", item=line["item"]))
        elif line["ok"] is False:
            faults += _remark_faults(f"check-{n}", line.get("wrong", ""), line.get("due", ""))
    for n, remark in enumerate(values.get("remarks", [])):
        faults += _remark_faults(f"remark-{n}", remark.get("what", ""), remark.get("due", ""))
    return faults


def _remark_faults(field: str, what: str, due: str) -> list[Invalid]:
    faults = [] if what.strip() else [Invalid(field, "Write what is wrong: the applicant corrects it by your words")]
    return faults + ([] if due else [Invalid(f"{field}-due", "Choose the day by which it is to be corrected")])


def report(values: Mapping[str, Any], photos: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The sheet as an inspection keeps it: each line that does not comply is a remark with its item as the ground."""
    lines = [c | {"found": c["found"] or ("выполнено" if c["ok"] else c.get("wrong", ""))} for c in values["checks"]]
    own = [
        {"what": c["wrong"], "ground": f"п. {c['item']} технических условий", "due": c["due"], "item": c["item"]}
        for c in values["checks"]
        if c["ok"] is False
    ]
    loose = [r for r in values.get("remarks", []) if r.get("what", "").strip()]
    return {
        "devices": [d for d in values.get("devices", []) if d["name"].strip()],
        "checks": lines,
        "remarks": own + loose,
        "photos": [p["title"] for p in photos],
        "photo_files": [p["id"] for p in photos],
    }
