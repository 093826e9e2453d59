"""What the typed power means: the category of the application, explained at once. The rule is models.connection.rules."""

from dashboard import parts
from dashboard.views.filing_draft import Sheet
from documents.wording import NBSP, figure, in_working_days
from infra.wording import N_, _
from models.connection.rules import CATEGORY_NAMES
from models.connection.tables import Category

_MEANING = {
    Category.IND_15: N_(
        "For household needs the payment is preferential when the grid is near: the engineer counts it."
    ),
    Category.LE_150: N_("The payment is by standard rates, in four parts."),
    Category.MICRO: N_("You feed the surplus into the grid; the meter counts both directions."),
}


def category_box(sheet: Sheet) -> None:
    """The category, how many days the offer takes, and the sum of powers when some were connected before."""
    trial = sheet.trial
    if trial.category is None:
        if not sheet.case.draft.get("power_kw"):
            parts.show(parts.p(_("Name the power: we say at once by which rules it is connected."), sub=True))
        return
    category = Category(trial.category)
    lines = [_(_MEANING[category])]
    if trial.prior_kw:
        whole = f"{figure(trial.power_kw + trial.prior_kw)}{NBSP}кВт"
        lines.append(_("Together with earlier power: %(power)s.") % {"power": whole})
    if sheet.offer_days:
        term = in_working_days(sheet.offer_days)
        lines.append(_("The contract, conditions and invoice appear here within %(term)s.") % {"term": term})
    lines.append(_("No signature on paper is needed: the contract is concluded by payment."))
    title = _("Category: %(name)s") % {"name": _(CATEGORY_NAMES[category])}
    body = "".join(parts.p(line) for line in lines)
    parts.show(f'<section class="f-card" role="status">{parts.h2(title)}{body}</section>')
