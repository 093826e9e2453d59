"""The same step for many applications: accept complete ones, give to somebody, remind. Each is its own transaction and has
its own result; one that fails stops no other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import streamlit as st
from sqlmodel import Session

from dashboard import menu, parts, session
from dashboard.faults import sentence_of
from dashboard.views.desk_parts import short_left
from dashboard.views.desk_words import MINE, SHORT
from dashboard.views.queue_rows import short_name
from infra import clock
from infra.wording import N_, _
from models.connection import actions, cards
from models.connection.cards import QueueRow
from models.connection.tables import Application, Stage
from models.connection.wanted import papers_wanted
from models.desk import actions as desk
from models.desk import queries as tools
from models.desk.actions import REMINDERS
from models.desk.rules import ASSIGNERS, WORKERS
from models.document import queries as documents
from models.people import queries as people
from models.people.tables import PersonKind
from models.process.actor import ROLE_NAMES, Actor, Role
from models.process.errors import FeederError

ENTRY = menu.Entry("bulk", N_("Many at once"), order=18, roles=ASSIGNERS)
MOST = 100  # lines offered at once
_BATCH = "bulk-batch"
Verb = Callable[[Session, int, Actor, datetime], object]
WORK = {
    "accept": N_("Accept complete ones"),
    "assign": N_("Give to somebody"),
    "remind": N_("Remind the applicants"),
}


@dataclass(frozen=True)
class Result:
    number: str
    ok: bool
    words: str


@dataclass
class Batch:
    """What one press of the button did so far; it has not ended when another click stopped it in the middle."""

    results: list[Result] = field(default_factory=list)
    ended: bool = False


def page() -> None:
    who = session.current()
    parts.show(parts.head(_("Many at once"), _("Choose the step, tick the applications: each gets its own result.")))
    offered = [w for w in WORK if w != "accept" or who.actor.role == Role.OPERATOR]
    what = st.segmented_control(_("Step"), offered, format_func=lambda w: _(WORK[w]), default=offered[0], key="bulk-what", required=True)  # fmt: skip
    chosen = what or offered[0]
    rows = _rows(who, chosen)
    missed = _told(who, _missed(chosen, rows))
    _results()
    if not rows:
        return parts.show(parts.empty(_("Nothing to do"), _NOTHING[chosen]()))
    to = _whom(who) if chosen == "assign" else None
    ids = _ticks(who, chosen, rows)
    label = _("%(step)s: %(count)s") % {"step": _(WORK[chosen]), "count": len(ids)}
    if st.button(label, type="primary", key="bulk-go", disabled=not ids or (chosen == "assign" and to is None)):
        _run(_verb(chosen, to), {r.case.id or 0: r.case.number or "" for r in rows if r.case.id in ids}, missed)
        st.rerun()
    return None


_NOTHING: dict[str, Callable[[], str]] = {
    "accept": lambda: _("No application of your branch has every required paper: the others need a look first."),
    "assign": lambda: _("No open application waits at your stages."),
    "remind": lambda: _("In no application of your branch is it the applicant's turn."),
}


def _rows(who: session.Who, what: str) -> list[QueueRow]:
    stages = {"accept": (Stage.CHECKING,), "remind": tuple(REMINDERS)}.get(what, MINE.get(who.actor.role, ()))
    with session.reading(who) as db:
        found = cards.queue(db, clock.now(), branch_id=who.actor.branch_id, stages=stages)
        if what == "accept":
            found = [r for r in found if r.case.suspended_at is None and _complete(db, r)]
    return found[:MOST]


def _complete(db: Session, row: QueueRow) -> bool:
    """Every required paper of the closed list has a file."""
    c = row.case
    wanted = papers_wanted(
        c.person.get("kind", PersonKind.INDIVIDUAL), represented=bool(c.draft.get("represented")), social=c.social,
        generation=c.generation_kw > 0, category=c.category, kept=c.previous.get("kind") != "nothing",
        total_kw=c.power_kw + c.prior_kw,
    )  # fmt: skip
    sent = {a.kind for a in documents.attachments(db, c.id or 0)}
    return all(p.kind in sent for p in wanted if p.required)


def _whom(who: session.Who) -> int | None:
    with session.reading(who) as db:
        names = {u.id or 0: f"{u.name} · {_(ROLE_NAMES[Role(u.role)])}" for u in people.staff(db) if u.role in WORKERS}
    return st.selectbox(_("To whom"), list(names), index=None, format_func=lambda i: names[i], placeholder=_("Choose"), key="bulk-to", width=420)  # fmt: skip


def _ticks(who: session.Who, what: str, rows: Sequence[QueueRow]) -> set[int]:
    """A tick before each line; one above ticks them all."""
    with session.reading(who) as db:
        given = tools.assignees(db, [r.case.id or 0 for r in rows])
    every = st.checkbox(_("All %(count)s") % {"count": len(rows)}, key=f"bulk-all-{what}", on_change=_tick_all, args=(what, [r.case.id or 0 for r in rows]))  # fmt: skip
    ids = set()
    with st.container(key="card-bulk", gap="small"):
        for r in rows:
            c = r.case
            left, right = st.columns([1.2, 2.4], vertical_alignment="center")
            if left.checkbox(c.number or "", value=bool(every), key=f"bulk-{what}-{c.id}"):
                ids.add(c.id or 0)
            worker = given.get(c.id or 0)
            told = " · ".join(filter(None, [short_name(c), c.object_address, _(SHORT[c.stage]), worker.name if worker else ""]))  # fmt: skip
            with right:
                parts.show(f"<p>{short_left(r.clock) if r.clock else ''} {parts.esc(told)}</p>")
    return ids


def _missed(what: str, rows: Sequence[QueueRow]) -> set[int]:
    """Ticked before and not among the lines any more: somebody else was quicker."""
    ticked = {
        int(str(key).rpartition("-")[2])
        for key, on in st.session_state.items()
        if on is True and str(key).startswith(f"bulk-{what}-")
    }
    return ticked - {r.case.id or 0 for r in rows}


def _told(who: session.Who, missed: set[int]) -> list[Result]:
    if not missed:
        return []
    batch: Batch = st.session_state.get(_BATCH) or Batch()
    ours = {r.number for r in batch.results}
    with session.reading(who) as db:
        numbers = [case.number or "" for i in sorted(missed) if (case := db.get(Application, i)) is not None]
    words = _("Somebody else has carried this application on in the meantime: nothing was done to it here.")
    return [Result(number, False, words) for number in numbers if number not in ours]


def _tick_all(what: str, ids: Sequence[int]) -> None:
    on = bool(st.session_state.get(f"bulk-all-{what}"))
    for i in ids:
        st.session_state[f"bulk-{what}-{i}"] = on


def _verb(what: str, to: int | None) -> Verb:
    if what == "accept":
        return lambda db, case, actor, now: actions.simple_move(db, case, "accept", actor, now)
    if what == "assign":
        return lambda db, case, actor, now: desk.assign(db, case, to or 0, actor, now)
    return desk.remind


def _run(verb: Verb, cases: dict[int, str], told: list[Result]) -> None:
    """One transaction a case; the bar tells how far it is. A result is kept as soon as it is there: another click ends this
    run in the middle, and a second one of the same button goes on where it stopped."""
    batch: Batch = st.session_state.get(_BATCH) or Batch()
    st.session_state[_BATCH] = batch
    batch.results += told
    bar = st.progress(0.0)
    for n, (case_id, number) in enumerate(cases.items(), start=1):
        batch.results.append(_one(verb, case_id, number))
        bar.progress(n / len(cases), text=_("%(done)s of %(count)s: %(number)s") % {"done": n, "count": len(cases), "number": number})  # fmt: skip
    batch.ended = True


def _one(verb: Verb, case_id: int, number: str) -> Result:
    try:
        with session.acting() as (db, actor, now):
            verb(db, case_id, actor, now)
    except FeederError as error:
        return Result(number, False, sentence_of(error))
    return Result(number, True, _("done"))


def _results() -> None:
    """Of the last batch, once: what was done, and why the rest was not. One that was stopped stands until it goes on."""
    batch: Batch | None = st.session_state.get(_BATCH)
    if batch is None or not batch.results:
        return
    if batch.ended:
        del st.session_state[_BATCH]
    done = sum(r.ok for r in batch.results)
    columns = [parts.Column(_("Application"), "nw"), parts.Column(_("Result"), "nw key"), parts.Column(_("Why"))]
    rows = [
        (r.number, [f"<b>{parts.esc(r.number)}</b>", parts.chip("done" if r.ok else "late", _("done") if r.ok else _("not done")), "" if r.ok else parts.esc(r.words)])
        for r in sorted(batch.results, key=lambda r: r.ok)
    ]  # fmt: skip
    title = _("Done: %(done)s of %(count)s") % {"done": done, "count": len(batch.results)}
    told = (
        ""
        if batch.ended
        else parts.p(_("Another click stopped the work here. Press the button to go on with the rest."))
    )
    parts.show(f'<h2 role="status">{parts.esc(title)}</h2>', told, parts.still(parts.table(columns, rows, title)))
