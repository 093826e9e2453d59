"""How the interest of instalments was counted, stretch by stretch, for the desk and for the applicant. Shows, counts nothing."""

from collections.abc import Sequence

from dashboard import parts, session
from documents.wording import NBSP, day, figure, money
from infra.wording import _
from models.payment.accrued import Accrued, accrued


def show(who: session.Who, invoice_id: int | None) -> None:
    """Nothing where no interest runs."""
    with session.reading(who) as db:
        found = accrued(db, invoice_id or 0)
    if not found:
        return
    columns = [
        parts.Column(_("Days"), "nw"),
        parts.Column(_("On what is outstanding"), "n"),
        parts.Column(_("A year"), "nw"),
        parts.Column(_("Interest"), "n"),
        parts.Column(_("Key rate")),
    ]
    rows = [(str(a.row.id), _line(a)) for a in found]
    parts.show(parts.h2(_("Interest of the instalments")), parts.still(parts.table(columns, rows, _("Interest of the instalments"))))  # fmt: skip
    if told := unsure(found):
        parts.show(parts.p(told, sub=True))


def _line(a: Accrued) -> list[str]:
    added = figure(a.row.percent - a.key_percent)
    rate = _("%(percent)s from %(day)s, and %(points)s points") % {"percent": f"{figure(a.key_percent)}{NBSP}%", "day": day(a.since), "points": added}  # fmt: skip
    known = f" {parts.chip('soon', _('last known of %(day)s') % {'day': day(a.since)})}" if a.last_known else ""
    known += f" {parts.chip('done', _('paid before a later rate was known'))}" if a.paid else ""
    return [
        parts.esc(f"{day(a.row.day_from)} – {day(a.row.day_to)}"),
        parts.esc(money(a.row.principal)),
        parts.esc(f"{figure(a.row.percent)}{NBSP}%"),
        parts.esc(money(a.row.amount)),
        parts.esc(rate) + known,
    ]


def unsure(found: Sequence[Accrued]) -> str:
    """The sentence under the table while days stand on the last rate that is known."""
    last = next((a for a in reversed(found) if a.last_known), None)
    if last is None:
        return ""
    told = _("No later key rate than that of %(day)s is known here (%(basis)s): compare it with the Bank of Russia.")
    return told % {"day": day(last.since), "basis": last.basis}
