"""«Обращение»: the author's history of appeals, one appeal with its answer, and the way into the wizard (J-027, J-028, G-17)."""

from collections.abc import Sequence

import streamlit as st

from dashboard import menu, parts, session
from dashboard.utility import utility
from dashboard.views import appeal_card, appeal_wizard
from dashboard.views.appeal_words import chip, zone
from dashboard.views.desk_parts import moment
from dashboard.views.profile_blocks import help_line
from infra.wording import N_, _
from models.appeal import queries
from models.appeal.tables import Appeal

ENTRY = menu.Entry("appeal", N_("Appeal"), order=50, roles=menu.APPLICANT)
_EXCERPT = 90  # characters of the text in the list


def page() -> None:
    who = session.current()
    if "id" in st.query_params:
        return appeal_card.page(who, menu.number("id"))
    if "new" in st.query_params:
        return appeal_wizard.page(who)
    return _list(who)


def _list(who: session.Who) -> None:
    lead = _(
        "A question, a complaint, files for an application, an error in the cabinet: write, and the number is given at once."
    )
    parts.show(parts.head(_("Appeal"), lead))
    with st.container(horizontal=True):
        if st.button(_("Submit an appeal"), type="primary", key="appeal-new"):
            menu.go("appeal", new=1)
    with session.reading(who) as db:
        found = queries.of_author(db, who.id)
    parts.show(parts.h2(_("History of appeals")))
    if found:
        _table(who, found)
    else:
        parts.show(
            parts.empty(
                _("There are no appeals yet"), _("What you write stands here with its answer and its last day.")
            )
        )
    ours = utility()
    told = _(
        "By phone: %(phone)s (%(hours)s), by e-mail: %(email)s. Name the number of the appeal when you call again."
    )
    parts.show(parts.p(told % {"phone": ours.phone, "hours": ours.hours, "email": ours.email}, sub=True))
    help_line(who, "appeal", "trouble")


def _table(who: session.Who, found: Sequence[tuple[Appeal, str]]) -> None:
    where = zone(who)
    columns = [parts.Column(_("No."), "nw"), parts.Column(_("State"), "nw key"), parts.Column(_("What about")),
               parts.Column(_("Registered"), "nw")]  # fmt: skip
    lines = []
    for appeal, kind in found:
        text = appeal.text if len(appeal.text) <= _EXCERPT else f"{appeal.text[:_EXCERPT].rstrip()}…"
        cells = [parts.opener(appeal.number), chip(appeal.stage, author=True),
                 f"{parts.esc(kind)}<small>{parts.esc(text)}</small>", parts.esc(moment(appeal.registered_at, where))]  # fmt: skip
        lines.append((str(appeal.id), cells))
    if opened := parts.rows(parts.table(columns, lines, _("History of appeals")), key="appeals"):
        menu.go("appeal", id=opened)
