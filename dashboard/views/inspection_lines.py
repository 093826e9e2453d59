"""Lines of the inspector's sheet: items of the conditions, devices seen, remarks. Values go back to the sheet, nothing is saved here."""

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from dashboard import parts
from dashboard.faults import sentence_of
from dashboard.views import desk_list
from dashboard.views.desk_list import Row
from dashboard.views.filing_fields import faulty
from dashboard.views.inspection_sheet import Sheet
from infra.wording import N_, _
from models.process.errors import Invalid
from models.visit import rules

DEVICES = (
    ("Вводной автоматический выключатель", "установлен"),
    ("Трансформаторная подстанция 10/0,4 кВ", "смонтирована"),
    ("Заземляющее устройство", "смонтировано, протокол измерений представлен"),
    ("Ограничители перенапряжения", "установлены"),
    ("Щит учёта", "установлен, доступ обеспечен"),
)
_VERDICTS = {"yes": N_("Complies"), "no": N_("Does not comply")}
_MARKS = {"yes": True, "no": False}


# ------------------------------------------------------------------------------------------------ items of the conditions
def checks(sheet: Sheet, today: date) -> list[Row]:
    lines = sheet.values["checks"]
    with st.container(key="card-checks"):
        parts.show(
            parts.h2(_("Check-list by the technical conditions")),
            parts.p(
                _("Each line is an item of the conditions. Where something does not comply, it becomes a remark."),
                sub=True,
            ),
        )
        if not lines:
            parts.show(parts.p(_("The conditions have no items to look at: write remarks below.")))
        return [_check(sheet, n, line, today) for n, line in enumerate(lines)]


def _check(sheet: Sheet, n: int, line: Row, today: date) -> Row:
    key = f"{sheet.key}-check-{n}"
    with st.container(border=True, key=f"{key}-box"):
        before = line.get("before", "")
        was = f'<p class="f-before">{parts.esc(_("Last time: %(what)s") % {"what": before})}</p>' if before else ""
        parts.show(f'<p class="f-item"><b>{parts.esc(line["item"])}</b>{parts.esc(line["required"])}</p>{was}')
        chosen = st.segmented_control(
            _("Item %(item)s: conclusion") % {"item": line["item"]},
            list(_VERDICTS),
            default=None if line["ok"] is None else "yes" if line["ok"] else "no",
            format_func=lambda v: _(_VERDICTS[v]),
            key=f"{key}-ok",
            label_visibility="collapsed",
            width="stretch",
        )
        ok = _MARKS[chosen] if chosen else None
        if ok is None and sheet.tried:
            parts.show(faulty(_("Say whether it complies")))
        found = line | {"ok": ok}
        if ok is False:
            return found | _wrong(sheet, key, line, today)
        label = _("What is found: type, figure, number of a record")
        return found | {"found": st.text_input(label, line["found"], max_chars=300, key=f"{key}-found")}


def _wrong(sheet: Sheet, key: str, line: Row, today: date) -> Row:
    wrong = st.text_area(_("What is wrong"), line["wrong"], max_chars=500, height=90, key=f"{key}-wrong")
    if sheet.tried and not wrong.strip():
        parts.show(faulty(_("Write what is wrong: the applicant corrects it by your words")))
    return {"wrong": wrong, "due": _due(sheet, key, line["due"], today)}


def _due(sheet: Sheet, key: str, stored: str, today: date) -> str:
    """ISO day, or nothing. A day that was chosen and has passed meanwhile has to be chosen anew."""
    known = date.fromisoformat(stored) if stored else None
    chosen = st.date_input(
        _("To be corrected by"),
        known if known and known >= today else None,
        min_value=today,
        format="DD.MM.YYYY",
        key=f"{key}-due",
    )
    if not isinstance(chosen, date) and sheet.tried:
        parts.show(faulty(_("Choose the day by which it is to be corrected")))
    return chosen.isoformat() if isinstance(chosen, date) else ""


# ------------------------------------------------------------------------------------------------ remarks and devices
def remarks(sheet: Sheet, today: date) -> list[Row]:
    """What hangs on no item of the conditions; ready-made ones come with their ground and day."""
    ready = [
        (r.what, {"what": r.what, "ground": r.ground, "due": (today + timedelta(days=r.days)).isoformat()})
        for r in rules.READY_REMARKS
    ]
    return desk_list.edit(
        f"{sheet.key}-remarks",
        _("Other remarks"),
        sheet.values["remarks"],
        lambda key, row: _remark(sheet, key, row, today),
        ready=ready,
        blank={"what": "", "ground": "", "due": ""},
    )


def _remark(sheet: Sheet, key: str, row: Row, today: date) -> Row:
    what = st.text_area(_("What is wrong"), row["what"], max_chars=500, height=90, key=f"{key}-what")
    if sheet.tried and not what.strip():
        parts.show(faulty(_("Write what is wrong: the applicant corrects it by your words")))
    ground = st.text_input(_("Ground"), row["ground"], key=f"{key}-ground", placeholder="ПТЭЭП, приложение 3")
    return {"what": what, "ground": ground, "due": _due(sheet, key, row["due"], today)}


def devices(sheet: Sheet) -> list[Row]:
    ready = [(name, {"name": name, "mark": "", "seen": found}) for name, found in DEVICES]
    return desk_list.edit(
        f"{sheet.key}-devices",
        _("Devices seen"),
        sheet.values["devices"],
        _device,
        ready=ready,
        blank={"name": "", "mark": "", "seen": ""},
    )


def _device(key: str, row: Row) -> Row:
    a, b, c = st.columns([1.4, 1, 1.2])
    return {
        "name": a.text_input(_("Device"), row["name"], key=f"{key}-name"),
        "mark": b.text_input(_("Type and passport"), row["mark"], key=f"{key}-mark"),
        "seen": c.text_input(_("What is seen"), row["seen"], key=f"{key}-seen"),
    }


# ------------------------------------------------------------------------------------------------ how far it is
def progress(count: rules.Tally) -> str:
    """Chips in words: what complies, what does not, what is still open."""
    chips = parts.chip("done", _("complies: %(count)s") % {"count": count.good})
    if count.bad or count.loose:
        chips += " " + parts.chip("late", _("remarks: %(count)s") % {"count": count.bad + count.loose})
    if count.open:
        chips += " " + parts.chip("next", _("without a conclusion: %(count)s") % {"count": count.open})
    return f"<p>{chips}</p>"


def summary(faults: Sequence[Invalid]) -> str:
    """Above the button: what is missing; each stands at its own line too."""
    told = _("Not sent yet: %(count)s to fill in. Each is marked in red at its line.") % {"count": len(faults)}
    first = sentence_of(faults[0])
    return f'<p class="f-err" role="alert">{parts.icon("bang")}<span>{parts.esc(told)} {parts.esc(first)}.</span></p>'
