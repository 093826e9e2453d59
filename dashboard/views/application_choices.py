"""What the applicant may still choose before the fee is approved: how it is counted, how he pays, how long the works take.

Only what this case may choose is shown; the words of the law stay with the rules."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import parts, session
from dashboard.views.application_sight import Sight
from dashboard.views.desk_form import Form
from dashboard.views.filing_asks import Ask
from dashboard.views.filing_object import object_parts
from infra.wording import _
from models.connection import actions
from models.connection.request import CHOICES


def card(seen: Sight) -> None:
    """Nothing where the Rules leave nothing to choose, and nothing once the conditions have gone to approval."""
    case = seen.case
    if case.stage not in actions.CHOSEN_AT:
        return
    typed = _typed(seen)
    asks = [a for part in object_parts(str(typed["kind"]), seen.card.today) for a in part.asks]
    asks = [a for a in asks if a.name in CHOICES and (a.when is None or a.when(typed))]
    if not asks:
        return
    form = Form(f"choice-{seen.id}", sticky=True)
    with st.expander(
        _("Choose how the fee is counted and paid"), expanded=bool(form.faults), key=f"choosing-{seen.id}"
    ):
        parts.show(parts.p(_("You can change this until the conditions go to approval. The invoice is made by your last choice."), sub=True))  # fmt: skip
        chosen = {ask.name: _field(form, ask, str(case.draft.get(ask.name) or "")) for ask in asks}
        if st.button(_("Save my choice"), key="choose"):
            _save(seen, form, chosen)


def _typed(seen: Sight) -> Mapping[str, Any]:
    """The draft, with what is on the screen now: a field may open another one."""
    case = seen.case
    now = {n: st.session_state[k] for n in CHOICES if (k := f"choice-{seen.id}-{n}") in st.session_state}
    return {**case.draft, "kind": case.person.get("kind") or case.draft.get("kind"), **now}


def _field(form: Form, ask: Ask, before: str) -> str:
    key = form.field(ask.name)
    if ask.options:
        names = list(ask.options)
        index = names.index(before) if before in names else 0
        found = st.radio(_(ask.label), names, index, format_func=lambda o: _(ask.options[o]), key=key, horizontal=True)
    else:
        found = st.text_input(_(ask.label), before, key=key, max_chars=ask.longest)
    form.beside(ask.name)
    if ask.hint:
        parts.show(parts.p(_(ask.hint), sub=True))
    return (found or "").strip()


def _save(seen: Sight, form: Form, chosen: dict[str, str]) -> None:
    before = seen.case.version
    with form.sending():
        with session.acting() as (db, actor, now):
            after = actions.choose(db, seen.id, actor, chosen, now).version
        parts.done(_("Your choice is saved") if after != before else _("Nothing was changed"))
