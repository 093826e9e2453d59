"""Who supplies the electricity, and the number that the supplier has placed: a personal account, or a contract (TP-05)."""

from dashboard import parts
from dashboard.promises import within
from dashboard.views.application_sight import Sight
from dashboard.views.desk_data import supply_words
from infra.wording import _
from models.connection.tables import UNDER_CONTRACT, Stage


def card(seen: Sight) -> None:
    """From the contract on; before the supplier has done its part, that it is awaited."""
    case = seen.case
    if case.stage not in UNDER_CONTRACT | {Stage.COMPLETED} or not case.supplier:
        return
    number = supply_words(case)
    if not number and not any(c.rule == "TP-05" and c.state != "cancelled" for c in seen.card.clocks):
        return
    fields = [
        parts.Field(_("Supplier"), case.supplier),
        parts.Field(_("Account or contract"), number, True)
        if number
        else parts.Field(
            _("Account or contract"),
            _("the supplier places it within %(term)s") % {"term": within("TP-05")},
            there=False,
        ),
    ]
    parts.show(parts.card(_("Electricity supplier"), parts.listing(fields)))
