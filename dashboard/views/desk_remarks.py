"""Ready-made remarks of the completeness check: a manager adds, changes and switches them off; operators pick them."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.desk_form import Form
from dashboard.views.desk_parts import dialog, moment
from infra.wording import N_, _
from models.desk import actions, queries
from models.desk.rules import EDITORS
from models.desk.tables import RemarkTemplate
from models.people import queries as people
from models.process.actor import Role

ENTRY = menu.Entry(
    "remarks", N_("Remark templates"), order=55, roles=frozenset({Role.MANAGER, Role.OPERATOR, Role.AUDITOR})
)


def page() -> None:
    who = session.current()
    parts.show(parts.head(_("Remark templates"), _("Lines of the notice of missing information that operators pick with one click.")))  # fmt: skip
    with session.reading(who) as db:
        rows = queries.templates(db, active_only=False)
        names: dict[int | None, str] = {u.id: u.name for u in people.staff(db)}
    may = who.actor.role in EDITORS
    if may and st.button(_("Add a template"), key="remark-add", type="primary"):
        dialog(_("Add a template"), _form, None)
    if not rows:
        return parts.show(parts.empty(_("There are no templates"), _("A manager adds them here.")))
    columns = [parts.Column(_("What is missing")), parts.Column(_("State"), "nw key"), parts.Column(_("Ground")),
               parts.Column(_("How to correct")), parts.Column(_("Changed"))]  # fmt: skip
    cells = [(str(r.id), _cells(r, names.get(r.changed_by, ""), may)) for r in rows]
    table = parts.table(columns, cells, _("Remark templates"))
    if not may:
        return parts.show(parts.still(table))
    opened = parts.rows(table, key="remarks")
    found = next((r for r in rows if str(r.id) == opened), None)
    if found:
        dialog(_("Change the template"), _form, found)
    return None


def _cells(r: RemarkTemplate, who: str, may: bool) -> list[str]:
    state = parts.chip("done", _("in use")) if r.active else parts.chip("closed", _("switched off"))
    return [
        parts.opener(r.title).replace('class="f-open"', 'class="f-open" style="white-space:normal"')
        if may
        else parts.esc(r.title),
        state,
        parts.esc(r.ground),
        parts.esc(r.how),
        f"{moment(r.changed_at)}<small>{parts.esc(who)}</small>" if r.changed_at else parts.esc(_("never")),
    ]


def _form(row: RemarkTemplate | None) -> None:
    form = Form(f"remark-{row.id if row else 'new'}")
    title = st.text_input(_("What is missing"), row.title if row else "", key=form.field("title"), max_chars=300)
    form.beside("title")
    ground = st.text_input(_("Ground: paragraph of the Rules"), row.ground if row else "пункт 10 Правил", key=form.field("ground"), max_chars=120)  # fmt: skip
    form.beside("ground")
    how = st.text_area(_("How to correct"), row.how if row else "", key=form.field("how"), max_chars=600, height=90)
    form.beside("how")
    active = st.checkbox(_("Operators may pick it"), row.active if row else True, key=form.field("active"))
    if st.button(_("Keep the template"), type="primary", key=form.field("keep")):
        with form.sending():
            with session.acting() as (db, actor, now):
                actions.keep_template(
                    db, row.id if row else None, title or "", ground or "", how or "", active, actor, now
                )
            parts.done(_("The template is kept"))
