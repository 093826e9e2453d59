"""Before a new application: what it takes, where the object stands, whether the session lasts long enough (G-05)."""

from datetime import timedelta

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import represent_list, session_time
from dashboard.views.filing_draft import begin, save
from documents.wording import money, plural
from infra import clock
from infra.wording import _, language
from models.connection.rules import papers_wanted
from models.payment import estimates
from models.payment.ledger_tables import Estimate
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
    estimate = _estimate()
    with st.container(key="card-begin"):
        principal = represent_list.filing_for(who)
        parts.show(parts.h2(_("Where does the object stand?")))
        names = {b.id or 0: f"{b.name}, {b.address}" if b.address else b.name for b in branches}
        here = who.user.branch_id if who.user.branch_id in names else None
        index = list(names).index(here) if here is not None else (0 if len(names) == 1 else None)
        chosen = st.radio(_("Branch"), list(names), index=index, format_func=lambda i: names[i], key="filing-branch")
        parts.show(parts.h2(_("Papers to have at hand")), _papers(kind))
        if st.button(_("Begin the application"), type="primary", key="filing-begin"):
            case_id = begin(chosen or 0, principal=principal)
            if estimate is not None:
                save(case_id, estimate.values)
            menu.go("filing", id=case_id)


def _estimate() -> Estimate | None:
    """The visitor comes from the calculator: what he typed there is shown and goes into the draft."""
    token = st.query_params.get("estimate", "")
    if not token:
        return None
    with session.acting() as (db, _actor, _now):
        found = estimates.kept(db, token[:60])
    if found is None:
        parts.error_box(_("The estimate was not found"), note=_("Begin the application: you can type the power there."))
        return None
    power = str(found.values.get("power_kw", ""))
    told = _("%(power)s kW, about %(sum)s. The power and the voltage are filled in for you; you can change them.")
    parts.show(
        parts.card(
            _("From the calculator"), parts.p(told % {"power": power.replace(".", ","), "sum": money(found.total)})
        )
    )
    return found


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
            note=_("%(left)s are left. Renew the session before you begin: the form takes up to half an hour.")
            % {"left": time_words(left)},
        )
        session_time.renew_button(who)


def time_words(left: timedelta) -> str:
    """'7 ч 40 мин'"""
    minutes = max(int(left.total_seconds() // 60), 0)
    hours, rest = divmod(minutes, 60)
    if language() != "ru":
        return f"{hours} h {rest} min" if hours else f"{rest} min"
    in_hours = f"{hours} {plural(hours, 'час', 'часа', 'часов')}" if hours else ""
    in_minutes = f"{rest} {plural(rest, 'минута', 'минуты', 'минут')}" if rest or not hours else ""
    return " ".join(filter(None, (in_hours, in_minutes)))
