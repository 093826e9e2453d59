"""Windows of the applicant's moves that carry words only: withdraw, refuse, report works, remarks, a hidden fault.

Each tells the consequence first and makes the move by its verb; what is open is told by the table of moves."""

from collections.abc import Callable

import streamlit as st

from dashboard import parts, session
from dashboard.promises import within
from dashboard.views.application_sight import Sight
from dashboard.views.desk_form import Form
from dashboard.views.desk_parts import dialog
from dashboard.views.filing_fields import faulty
from infra.wording import N_, _
from models.connection import actions
from models.connection.rules import inspected
from models.connection.tables import Stage


def button(seen: Sight, move: str, *, primary: bool = False) -> None:
    """The button of an open move; nothing while it is closed."""
    if move not in seen.moves:
        return
    label, body = WINDOWS[move]
    kind = "primary" if primary else "tertiary" if move == "withdraw" else "secondary"
    if st.button(_(label), key=move, type=kind):  # type: ignore[arg-type]
        dialog(_(label), body, seen)


def _do(seen: Sight, move: str, said: str, reason: str = "") -> None:
    with session.acting() as (db, actor, now):
        actions.simple_move(db, seen.id, move, actor, now, reason)
    parts.done(said)


def _withdraw(seen: Sight) -> None:
    lines = [_("The application is closed for good: the terms stop, nothing more is prepared by it.")]
    if seen.case.stage == Stage.CONTRACT_SENT:
        lines.append(_("The draft contract and the conditions lose force."))
    if seen.case.stage == Stage.OFFER_PLACED:
        lines.append(_("The contract, the conditions and the invoice lose force. Do not pay the invoice after that."))
    lines.append(_("You can apply again any day, with the same data."))
    parts.show(*map(parts.p, lines))
    reason = st.text_area(_("Why (at will)"), key="withdraw-why", max_chars=1000, height=80)
    if st.button(_("Withdraw the application"), type="primary", key="withdraw-sure"):
        _do(seen, "withdraw", _("The application is withdrawn"), reason or "")


def _refuse_offer(seen: Sight) -> None:
    parts.show(
        parts.p(
            _(
                "Use it when the contract or the conditions do not suit you. Name what to correct: we prepare corrected papers within %(term)s."
            )
            % {"term": within("TP-08")}
        ),
        parts.p(_("The papers and the invoice placed now lose force. Do not pay them.")),
    )
    reason = st.text_area(_("What to correct and why"), key="refuse-why", max_chars=4000, height=140)
    if st.button(_("Send the refusal with demands"), type="primary", key="refuse-sure") and _written(reason):
        with session.acting() as (db, actor, now):
            actions.refuse_offer(db, seen.id, actor, reason or "", now)
        parts.done(_("The refusal is sent. Corrected papers appear here."))


def _report_own_works(seen: Sight) -> None:
    if inspected(seen.case):
        parts.show(
            parts.p(
                _("We come to inspect the installation. If the works are not finished, the visit ends with remarks.")
            )
        )
    else:
        parts.show(parts.p(_("You say that the input up to the metering board is ready by the technical conditions.")))
    if st.button(_("My works are done"), type="primary", key="own-works-sure"):
        with session.acting() as (db, actor, now):
            actions.report_own_works(db, seen.id, actor, now)
        parts.done(_("We know that your works are done"))


def _remark(seen: Sight) -> None:
    parts.show(
        parts.p(
            _("Write what is wrong in the closing papers. We correct it or explain within %(term)s.")
            % {"term": within("TP-20")}
        )
    )
    reason = st.text_area(_("Your remarks"), key="remark-why", max_chars=4000, height=140)
    if st.button(_("Send the remarks"), type="primary", key="remark-sure") and _written(reason):
        _do(seen, "remark", _("The remarks are sent"), reason or "")


def _written(text: str | None) -> bool:
    """Says beside the field that something has to be written."""
    if (text or "").strip():
        return True
    parts.show(faulty(_("Write what is wrong first: we act by your words")))
    return False


def _report_fault(seen: Sight) -> None:
    """Kind, day and words; each fault beside its field."""
    form = Form(f"fault-{seen.id}")
    parts.show(
        parts.p(
            _(
                "A fault in our works that could not be seen at once: no voltage, a bad voltage, a meter, a support. We remove it within %(term)s and write to you."
            )
            % {"term": within("TP-21")}
        ),
        parts.p(_("In danger of life call 112 first, then us."), sub=True),
    )
    kinds = list(actions.FAULTS)
    kind = st.radio(_("What is wrong"), kinds, index=None, format_func=lambda k: _(actions.FAULTS[k]), key=form.field("kind"))  # fmt: skip
    form.beside("kind")
    today = seen.card.today
    since = st.date_input(_("Since which day"), today, max_value=today, format="DD.MM.YYYY", key=form.field("since"), width=220)  # fmt: skip
    form.beside("since")
    reason = st.text_area(_("In your words"), key="fault-why", max_chars=4000, height=120)
    form.beside("reason")
    if st.button(_("Tell of the fault"), type="primary", key="fault-sure"):
        with form.sending():
            with session.acting() as (db, actor, now):
                actions.report_fault(db, seen.id, actor, kind or "", since, reason or "", now)
            parts.done(_("We know of the fault"))


WINDOWS: dict[str, tuple[str, Callable[[Sight], None]]] = {
    "report_own_works": (N_("Report that my works are done"), _report_own_works),
    "refuse_offer": (N_("Refuse with demands"), _refuse_offer),
    "remark": (N_("Send remarks on the papers"), _remark),
    "report_fault": (N_("Tell of a hidden fault"), _report_fault),
    "withdraw": (N_("Withdraw the application"), _withdraw),
}
