"""The protocol of disagreements: every version side by side, and our answer to each line of the newest one (п. 15)."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import parts, session
from dashboard.views.desk_case import Sight
from dashboard.views.desk_form import Form
from dashboard.views.desk_parts import moment
from infra.wording import N_, _
from models.connection import actions
from models.connection.rules import MOVES
from models.connection.tables import Answer, Disagreement, Stage

ANSWERS: dict[str, tuple[str, str]] = {
    Answer.ACCEPTED: ("done", N_("accepted")),
    Answer.DECLINED: ("closed", N_("declined")),
    Answer.EDITED: ("work", N_("accepted in another wording")),
}
_CHOICES = {
    Answer.ACCEPTED: N_("Accept the applicant's wording"),
    Answer.EDITED: N_("Propose another wording"),
    Answer.DECLINED: N_("Decline with a reason"),
}


def tab(who: session.Who, seen: Sight) -> None:
    newest = max(seen.protocols)
    rows = seen.protocols[newest]
    open_ = [r for r in rows if not r.answer]
    head = _("Protocol %(number)s") % {"number": newest}
    left = parts.chip("yours", _("%(count)s without an answer") % {"count": len(open_)}) if open_ else ""
    parts.show(f'<div class="f-head"><h2>{parts.esc(head)}</h2>{left}</div>', _table(rows, seen))
    if seen.case.stage == Stage.DISAGREEMENT and who.actor.role in MOVES["answer_remark"].by:
        for row in open_:
            _answer(seen, row)
    if len(seen.protocols) > 1:
        parts.show(f"<h2>{parts.esc(_('Versions side by side'))}</h2>", _versions(seen.protocols))


def _table(rows: Sequence[Disagreement], seen: Sight) -> str:
    columns = [
        parts.Column(_("Clause"), "nw"),
        parts.Column(_("Answer"), "nw key"),
        parts.Column(_("The applicant proposes")),
        parts.Column(_("Our wording")),
        parts.Column(_("Who answered")),
    ]
    return parts.still(parts.table(columns, [_line(r, seen) for r in rows], _("Protocol of disagreements")))


def _line(row: Disagreement, seen: Sight) -> tuple[str, list[str]]:
    chip, word = ANSWERS.get(row.answer, ("yours", N_("no answer yet")))
    ground = f"<small>{parts.esc(_('Ground: %(ground)s') % {'ground': row.ground})}</small>" if row.ground else ""
    reason = f"<small>{parts.esc(row.reason)}</small>" if row.reason else ""
    ours = row.proposed if row.answer == Answer.ACCEPTED else row.text
    who = seen.name(row.answered_by) if row.answered_by else ""
    return str(row.id), [
        f"<b>{parts.esc(row.clause)}</b>",
        parts.chip(chip, _(word)),
        parts.esc(row.proposed) + ground,
        parts.esc(ours) + reason,
        f"{parts.esc(who)}<small>{parts.esc(moment(row.answered_at, seen.card.zone))}</small>" if who else "",
    ]


def _answer(seen: Sight, row: Disagreement) -> None:
    told = Form(f"remark-{row.id}")
    with st.container(key=f"card-remark-{row.id}"):
        parts.show(parts.h2(row.clause), parts.p(_("The applicant proposes: «%(text)s»") % {"text": row.proposed}))
        answer = st.radio(
            _("Our answer"), list(_CHOICES), format_func=lambda a: _(_CHOICES[a]), key=told.field("answer"), index=None
        )
        told.beside("answer", "seq")
        text = st.text_area(_("Our wording"), key=told.field("text"), height=80, max_chars=4000) if answer == Answer.EDITED else ""  # fmt: skip
        told.beside("text")
        reason = ""
        if answer in (Answer.EDITED, Answer.DECLINED):
            reason = st.text_area(_("Reason"), key=told.field("reason"), height=80, max_chars=2000, help=_("The applicant will read it"))  # fmt: skip
        told.beside("reason")
        if st.button(_("Answer the remark"), key=told.field("send")):
            with told.sending():
                with session.acting() as (db, actor, now):
                    actions.answer_remark(db, seen.id, actor, row.seq, answer or "", text or "", reason or "", now)
                parts.done(_("The answer to %(clause)s is written down") % {"clause": row.clause})


def _versions(rounds: Mapping[int, Sequence[Disagreement]]) -> str:
    """Clauses down, protocols across: what was proposed each time and what we said."""
    clauses = list(dict.fromkeys(r.clause for rows in rounds.values() for r in rows))
    columns = [parts.Column(_("Clause"), "nw")]
    columns += [parts.Column(_("Protocol %(number)s") % {"number": n}) for n in rounds]
    lines = []
    for clause in clauses:
        told = [_cell(next((r for r in rows if r.clause == clause), None)) for rows in rounds.values()]
        lines.append((clause, [f"<b>{parts.esc(clause)}</b>", *told]))
    return parts.still(parts.table(columns, lines, _("Versions side by side")))


def _cell(row: Disagreement | None) -> str:
    if row is None:
        return f"<small>{parts.esc(_('not in this protocol'))}</small>"
    _chip, word = ANSWERS.get(row.answer, ("", N_("no answer yet")))
    ours = f": {row.text}" if row.text else ""
    return f"{parts.esc(row.proposed)}<small>{parts.esc(_(word) + ours)}</small>"
