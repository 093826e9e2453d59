"""Whose applications a list shows: one's own, those of the people one acts for, or all of them side by side."""

from dataclasses import dataclass

import streamlit as st

from dashboard import menu, parts, session
from infra.wording import _
from models.people import represent_queries as queries
from models.people.represent_tables import Act
from models.process.typed import whole

ALL = 0


@dataclass(frozen=True)
class Whose:
    """`names`: principals by id, nobody for most people. `chosen`: whose applications to show; ALL: everybody's."""

    names: dict[int, str]
    chosen: int = ALL

    def shows(self, applicant_id: int) -> bool:
        return self.chosen in (ALL, applicant_id)


def principals(who: session.Who) -> dict[int, str]:
    """For whom this person acts now: names by id, nobody for most people."""
    with session.reading(who) as db:
        return queries.principals(db, who.id)


def choose(who: session.Who) -> Whose:
    """A row of names when this person acts for somebody; the address may name one (?of=…)."""
    names = principals(who)
    if not names:
        return Whose({})
    options = {ALL: _("All"), who.id: _("Mine"), **names}
    wanted = st.query_params.get("of", "")
    named = whole(wanted)
    first = named if named in options else ALL
    chosen = st.pills(
        _("Whose applications"), list(options), default=first, format_func=lambda i: options[i], key="applications-of"
    )
    return Whose(names, chosen or ALL)


def link(who: session.Who) -> None:
    """For the start page: whom this person acts for, with the way to their applications. Nothing for most people."""
    names = principals(who)
    if names:
        with st.container(key="card-acts-for"):
            parts.show(parts.h2(_("You act for others")))
            for principal, name in names.items():
                menu.link("applications", _("Applications: %(name)s") % {"name": name}, of=principal)


def filing_for(who: session.Who) -> int | None:
    """At the start of a new application: for whom. None: for oneself; nothing is asked when there is no choice."""
    with session.reading(who) as db:
        names = queries.principals(db, who.id, Act.FILE, whole=True)
    if not names:
        return None
    options = {who.id: _("For myself: %(name)s") % {"name": who.user.name}} | names
    wanted = st.query_params.get("of", "")
    named = whole(wanted)
    index = list(options).index(named) if named in options else 0
    parts.show(parts.h2(_("For whom do you apply?")))
    chosen = st.radio(_("Applicant"), list(options), index=index, format_func=lambda i: options[i], key="filing-for")
    parts.show(
        parts.p(_("The data of the applicant are filled in from their cabinet; the paper names you both."), sub=True)
    )
    return chosen if chosen in names else None
