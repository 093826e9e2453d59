"""What the typed power means: the category of the application, explained at once with its paragraph. The rule is
models.connection.categories."""

from dashboard import parts
from dashboard.parts import in_working_days
from dashboard.views.filing_draft import Sheet
from documents.wording import NBSP, figure
from infra.wording import N_, _
from models.connection.rules import CATEGORY_NAMES, rtn_kind
from models.connection.tables import Category, Path

_MEANING = {
    Category.IND_15: N_(
        "For household needs the payment is preferential when the grid is near: the engineer counts it."
    ),
    Category.LE_150: N_("The payment is by standard rates, in four parts."),
    Category.MICRO: N_("You feed the surplus into the grid; the meter counts both directions."),
    Category.IND_150_MICRO: N_("You feed the surplus into the grid; the meter counts both directions."),
    Category.TEMP: N_("The contract ends on the day you name; then the line is taken down."),
    Category.GE_670: N_("The technical conditions are approved with the System Operator."),
    Category.GEN: N_("The technical conditions are approved with the System Operator."),
    Category.REDISTRIBUTE: N_("The power of the other consumer becomes smaller by what you get."),
    Category.REISSUE: N_("No works and no new power: we find the papers and issue them again."),
}


def category_box(sheet: Sheet) -> None:
    """The category, why, what follows from it."""
    choice, trial = sheet.choice, sheet.trial
    if choice is None:
        if not sheet.case.draft.get("power_kw"):
            parts.show(parts.p(_("Name the power: we say at once by which rules it is connected."), sub=True))
        return
    facts = {name: figure(value) for name, value in choice.facts.items()}
    why = _(choice.why) % facts
    lines = [_("%(why)s (%(paragraph)s of the Rules No. 861).") % {"why": why, "paragraph": choice.paragraph}]
    if choice.category in _MEANING:
        lines.append(_(_MEANING[choice.category]))
    if trial.prior_kw:
        whole = f"{figure(trial.power_kw + trial.prior_kw)}{NBSP}кВт"
        lines.append(_("Together with earlier power: %(power)s.") % {"power": whole})
    lines += _way(sheet, choice.path, choice.category)
    title = _("Category: %(name)s") % {"name": _(CATEGORY_NAMES[choice.category])}
    body = "".join(parts.p(line) for line in lines)
    parts.show(f'<section class="f-card" role="status">{parts.h2(title)}{body}</section>')


def _way(sheet: Sheet, path: Path, category: Category) -> list[str]:
    """How the contract comes about and when its papers come."""
    term = in_working_days(sheet.offer_days) if sheet.offer_days else ""
    if path == Path.X:
        lines = (
            [_("The contract, conditions and invoice appear here within %(term)s.") % {"term": term}] if term else []
        )
        return [*lines, _("No signature on paper is needed: the contract is concluded by payment.")]
    if category == Category.REISSUE:
        return []
    lines = [_("The draft contract and the conditions appear here within %(term)s.") % {"term": term}] if term else []
    lines.append(_("Both sides sign the contract here; you may send a protocol of disagreements."))
    if kind := rtn_kind(sheet.trial):
        lines.append(
            _("Before the voltage you tell Rostekhnadzor that the installation is ready.")
            if kind == "notice"
            else _("Before the voltage you get the permission of Rostekhnadzor.")
        )
    return lines
