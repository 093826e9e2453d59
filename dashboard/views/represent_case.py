"""Who acts in a case: a line on the applicant's card for both sides, a card on the desk. Draws nothing when nobody does."""

from collections.abc import Sequence

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import represent_words as words
from dashboard.views.represent import in_force
from infra.wording import _
from models.connection.tables import Application
from models.people import represent_queries as queries
from models.people import represent_rules as rules
from models.people.represent_tables import Representative


def _rows(who: session.Who, case: Application) -> Sequence[Representative]:
    with session.reading(who) as db:
        return queries.of_case(db, case.applicant_id, case.id or 0)


def line(who: session.Who, case: Application) -> None:
    """To a representative: for whom and how far he acts here. To the applicant: who acts for him."""
    rows = [r for r in _rows(who, case) if in_force(r)]
    if not rows:
        return
    own = case.applicant_id == who.id
    title = _("Your representative") if own else _("You act for %(name)s") % {"name": rows[0].principal_name}
    with st.container(key="card-represented"):
        told = [f"{rules.short(r.agent_name)}: {words.acts(r)}" if own else words.acts(r) for r in rows]
        terms = [f"{words.paper(r)}, {words.term(r)}" for r in rows]
        shown = "".join(parts.p(a) + parts.p(t, sub=True) for a, t in zip(told, terms, strict=True))
        parts.show(parts.h2(title), shown)
        menu.link("representatives", _("Representatives"))


def who_acts(who: session.Who) -> None:
    """On the page about one's own data: whoever acts for him now."""
    with session.reading(who) as db:
        rows = [r for r in queries.of_principal(db, who.id) if in_force(r)]
    if rows:
        fields = [parts.Field(r.agent_name, f"{words.acts(r)}; {words.term(r)}") for r in rows]
        parts.show(parts.card(_("Who acts for me"), parts.listing(fields)))
    menu.link("representatives", _("Representatives"))


def desk(who: session.Who, case: Application) -> None:
    """To staff: name, ground, rights, term, and what still waits for a check."""
    for row in _rows(who, case):
        fields = [
            parts.Field(_("Name"), row.agent_name), parts.Field(_("Ground"), words.paper(row)),
            parts.Field(_("Rights"), words.acts(row)), parts.Field(_("Term"), words.term(row)),
            parts.Field(_("State"), value_html=words.chip(row)),
        ]  # fmt: skip
        with st.container(key=f"card-agent-{row.id}"):
            parts.show(parts.h2(_("Representative")), parts.listing(fields))
            menu.link("powers", _("Open the power"), id=row.id)
