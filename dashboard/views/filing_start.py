"""Before a new application: what it takes, where the object stands, whether the session lasts long enough (G-05)."""

from datetime import timedelta

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.filing_draft import begin
from documents.wording import plural
from infra import clock
from infra.wording import _, language
from models.connection.rules import papers_wanted
from models.people import queries as people
from models.people.tables import PersonKind

HALF_AN_HOUR = timedelta(minutes=30)


def page(who: session.Who) -> None:
    with session.reading(who) as db:
        branches = people.branches(db)
    kind = who.user.kind or PersonKind.INDIVIDUAL
    parts.show(
        parts.head(_("Apply for connection"), _("Five steps, about 15 minutes. Everything is saved as you type."))
    )
    _short_session(who)
    with st.container(key="card-begin"):
        parts.show(parts.h2(_("Where does the object stand?")))
        names = {b.id or 0: f"{b.name}, {b.address}" if b.address else b.name for b in branches}
        here = who.user.branch_id if who.user.branch_id in names else None
        index = list(names).index(here) if here is not None else (0 if len(names) == 1 else None)
        chosen = st.radio(_("Branch"), list(names), index=index, format_func=lambda i: names[i], key="filing-branch")
        parts.show(parts.h2(_("Papers to have at hand")), _papers(kind))
        if st.button(_("Begin the application"), type="primary", key="filing-begin"):
            menu.go("filing", id=begin(chosen or 0))


def _papers(kind: str) -> str:
    wanted = papers_wanted(kind, represented=False, social=False, generation=False)
    fields = [parts.Field(_(p.title), _("required") if p.required else _("at will"), there=p.required) for p in wanted]
    return parts.listing(fields) + parts.p(
        _("PDF, JPG, PNG or DOCX, up to 10 MB each. We ask for nothing else."), sub=True
    )


def _short_session(who: session.Who) -> None:
    left = who.sign_in.expires_at - clock.now()
    if left < HALF_AN_HOUR:
        parts.error_box(
            _("Your session ends soon"),
            note=_("%(left)s are left. Sign out and in again before you begin: the form takes up to half an hour.")
            % {"left": time_words(left)},
        )


def time_words(left: timedelta) -> str:
    """'7 ч 40 мин'"""
    minutes = max(int(left.total_seconds() // 60), 0)
    hours, rest = divmod(minutes, 60)
    if language() != "ru":
        return f"{hours} h {rest} min" if hours else f"{rest} min"
    in_hours = f"{hours} {plural(hours, 'час', 'часа', 'часов')}" if hours else ""
    in_minutes = f"{rest} {plural(rest, 'минута', 'минуты', 'минут')}" if rest or not hours else ""
    return " ".join(filter(None, (in_hours, in_minutes)))
