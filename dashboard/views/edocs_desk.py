"""The desk of customers' documents: the queue, the company's signature in bulk with its progress, sending back with a reason."""

from collections.abc import Sequence

import streamlit as st

from dashboard import faults, menu, parts, session
from dashboard.views.desk_parts import dialog, moment
from dashboard.views.filing_fields import faulty
from infra.wording import N_, _
from models.edoc import actions, queries, rules
from models.edoc.queries import Waiting
from models.edoc.tables import EdocKind
from models.process.actor import Role
from models.process.errors import FeederError

ROLES = frozenset({Role.OPERATOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR})
ENTRY = menu.Entry("edocs_desk", N_("Documents of customers"), order=28, roles=ROLES)

EVERY = 1.0  # seconds between two looks while a signature is being made
_BATCH = "counter-batch"  # documents of the last order of this employee


def page() -> None:
    who = session.current()
    lead = _(
        "Documents that customers have registered and signed. The company signs by its seal; every signature is verified before it counts."
    )
    parts.show(parts.head(_("Documents of customers"), lead))
    with session.reading(who) as db:
        rows = queries.queue(db)
    _progress()
    if not rows:
        parts.show(parts.empty(_("Nothing waits"), _("When a customer signs a document of his own, it appears here.")))
        return
    may = who.user.role != Role.AUDITOR
    chosen = [w for w in rows if may and w.ours and (w.edoc.counter_at is None or w.edoc.error) and _tick(w)]
    if may:
        label = _("Counter-sign the chosen ones: %(count)s") % {"count": len(chosen)}
        if st.button(label, type="primary", key="counter-sign", disabled=not chosen):
            _order(chosen)
    parts.show(parts.still(_table(rows)))
    ours = [w for w in rows if w.ours]
    if may and ours and st.button(_("Send one back"), key="edoc-back", type="tertiary"):
        dialog(_("Send a document back"), _back, ours)


def _tick(row: Waiting) -> bool:
    label = f"{row.document.title} № {row.document.number} · {row.owner}"
    return st.checkbox(label, value=True, key=f"counter-{row.edoc.id}")


def _order(chosen: Sequence[Waiting]) -> None:
    """Each in its own transaction: what has changed meanwhile stops nobody else."""
    done = []
    for row in chosen:
        try:
            with session.acting() as (db, actor, now):
                actions.order_counter(db, actor, row.edoc.id or 0, now)
            done.append(row.edoc.id or 0)
        except FeederError:
            continue  # its line shows its new state after the rerun
    st.session_state[_BATCH] = done
    parts.done(
        _("Signatures of the company are ordered: %(done)s of %(all)s") % {"done": len(done), "all": len(chosen)}
    )


def _progress() -> None:
    """How many of the ordered signatures are made: it looks again by itself while one is being made, and no longer."""
    who = session.current()
    if _told(who)[0]:
        st.fragment(lambda: faults.guarded(_look, "counter-signing"), run_every=EVERY)()
    else:
        _draw(*_told(who))


def _look() -> None:
    who = session.guard()
    waiting, failed, made = _told(who)
    _draw(waiting, failed, made)
    if not waiting:
        st.rerun()  # the queue below shows its new states, and nobody looks any more


def _told(who: session.Who) -> tuple[int, int, int]:
    with session.reading(who) as db:
        return queries.progress(db, st.session_state.get(_BATCH, ()))


def _draw(waiting: int, failed: int, made: int) -> None:
    if not waiting + failed + made:
        return
    said = _("Made: %(made)s · being made: %(waiting)s · failed: %(failed)s")
    told = parts.p(said % {"made": made, "waiting": waiting, "failed": failed})
    parts.show(f'<div role="status">{parts.bar(made / (made + waiting + failed))}{told}</div>')


def _table(rows: Sequence[Waiting]) -> str:
    columns = [
        parts.Column(_("Document")), parts.Column(_("State"), "nw key"), parts.Column(_("Customer")), parts.Column(_("Application"), "nw"),
        parts.Column(_("Sent"), "nw"),
    ]  # fmt: skip
    return parts.table(columns, [(str(w.edoc.id), _cells(w)) for w in rows], _("Documents of customers"))


def _cells(row: Waiting) -> list[str]:
    kind = _(rules.KIND_NAMES[EdocKind(row.edoc.kind)])
    name = f'<a href="/files/{row.document.id}" target="_blank" rel="noopener">{parts.esc(row.document.title)}</a>'
    error = f"<small>{parts.esc(row.edoc.error)}</small>" if row.edoc.error else ""
    note = f"<small>№ {parts.esc(row.document.number)} · {parts.esc(kind)}</small>{error}"
    return [
        name + note,
        _state(row),
        parts.esc(row.owner),
        parts.esc(row.case_number),
        parts.esc(moment(row.edoc.sent_at)),
    ]


def _state(row: Waiting) -> str:
    if row.edoc.error:
        return parts.chip("late", _("the signature was not made"))
    if row.edoc.counter_at is not None:
        return parts.chip("work", _("the signature is being made"))
    return (
        parts.chip("yours", _("waits for the company")) if row.ours else parts.chip("next", _("waits for the customer"))
    )


def _back(rows: Sequence[Waiting]) -> None:
    names = {w.edoc.id or 0: f"{w.document.title} № {w.document.number}" for w in rows}
    chosen = st.selectbox(_("Which"), list(names), format_func=lambda i: names[i], key="back-which")
    reason = st.text_area(_("Why"), key="back-why", max_chars=1000, height=80)
    if not st.button(_("Send back"), type="primary", key="back-sure"):
        return
    if not (reason or "").strip():
        parts.show(faulty(_("Write the reason first: the other parties will read it")))
        return
    with session.acting() as (db, actor, now):
        actions.send_back(db, actor, chosen or 0, reason or "", now)
    parts.done(_("The document is sent back"))
