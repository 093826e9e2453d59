"""What a manager sees of appeals: how many came, the share in time, marks; by kind below. Numbers say what they are compared with."""

from datetime import timedelta

from dashboard import parts, session
from documents.wording import figure
from infra import clock
from infra.wording import _
from models.appeal import counts

SPAN = timedelta(days=90)


def show(who: session.Who) -> None:
    now = clock.now()
    with session.reading(who) as db:
        found, kinds = counts.since(db, now - SPAN, now), counts.by_kind(db, now - SPAN, now)
    if not found.came:
        parts.show(parts.p(_("No appeal has come in these days.")))
        return
    parts.show(
        parts.tiles([
            (_("Came"), str(found.came), _("%(open)s are open now") % {"open": found.open}),
            (_("Answered in time"), _share(found.answered_in_time), _("%(late)s are late now") % {"late": found.late}),
            (_("Looked at in time"), _share(found.looked_in_time), _("four hours of office work")),
            (_("Mark"), _mark(found.mark), _("of 5, %(count)s marks") % {"count": found.marked}),
            (_("Reopened"), str(found.reopened), _("of %(count)s that came") % {"count": found.came}),
        ])
    )  # fmt: skip
    columns = [parts.Column(_("What about")), parts.Column(_("Came"), "n"), parts.Column(_("Answered"), "n"),
               parts.Column(_("In time"), "n"), parts.Column(_("Mark"), "n")]  # fmt: skip
    rows = [
        (
            k.title,
            [parts.esc(k.title), str(k.came), str(k.answered), parts.esc(_share(k.in_time)), parts.esc(_mark(k.mark))],
        )
        for k in kinds
    ]
    parts.show(parts.still(parts.table(columns, rows, _("Appeals by kind"))))


def _share(value: int | None) -> str:
    return _("nothing yet") if value is None else f"{value}\u00a0%"


def _mark(value: float | None) -> str:
    return _("nothing yet") if value is None else figure(value)
