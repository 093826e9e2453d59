"""What is still missing in the conditions, what they cost, and which words of the sheet were typed. HTML only."""

from typing import Any

from dashboard import parts
from dashboard.views import desk_conditions as words
from dashboard.views.desk_fee import Outcome, fee_card, works_words
from infra.wording import _
from models.connection.rules import conditions_faults, points_faults
from models.connection.tables import Application

PLAIN = ("source", "feeder", "substation", "point")


def checks(case: Application, values: dict[str, Any], found: Outcome) -> str:
    told = conditions_faults(values) + points_faults(case, values)
    faults = [_(words.LABELS.get(f.field, f.field)).lower() for f in told]
    filled = (
        parts.chip("done", _("everything is filled in"))
        if not faults
        else parts.chip("soon", _("%(count)s to fill in") % {"count": len(faults)})
    )
    works = parts.chip("late" if found.works_fault else "done", works_words(found))
    if values["distance_m"] is None:
        works = parts.chip("next", _("after the distance"))
    fields = [
        parts.Field(_("Fields"), value_html=filled),
        parts.Field(_("Term of the works"), value_html=works),
        parts.Field(_("Two people"), value_html=parts.chip("next", _("a manager approves"))),
    ]
    missing = parts.p(_("Still empty: %(names)s") % {"names": ", ".join(faults)}, sub=True) if faults else ""
    return parts.card(_("Checks"), parts.listing(fields) + missing)


def fee(values: dict[str, Any], found: Outcome) -> str:
    """Both hang on the distance: before it is typed, no figure is shown."""
    if values["distance_m"] is None:
        return parts.card(_("Fee"), parts.p(_("It is counted when the distance to the plot is typed."), sub=True))
    return fee_card(found)


def typed(values: dict[str, Any]) -> list[str]:
    """What stands in the fields: marked on the sheet."""
    works = [str(w[k]) for name in ("grid_works", "own_works") for w in values[name] for k in ("what", "volume")]
    further = [str(p[k]) for p in values.get("more_points", []) for k in ("point", "kw")]
    metering = [str(m["value"]) for m in values["metering"]]
    return [
        *(str(values[n]) for n in PLAIN),
        *further,
        *works,
        *metering,
        *map(str, values["protection"]),
        str(values["note"]),
    ]
