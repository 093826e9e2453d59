"""The deadline board of a case: every clock of both sides, what a lapse does, how much of it has gone; what late works cost."""

from collections.abc import Sequence

import streamlit as st

from dashboard import parts
from dashboard.views.desk_case import Sight
from dashboard.views.desk_parts import clock_bar, clock_chip
from dashboard.views.desk_words import WHOSE
from documents.wording import NBSP, day, figure, money, sentence
from infra.wording import _
from models.connection.board import BoardRow
from models.connection.penalty import Owed

OVER = ("done", "done_late", "cancelled", "expired")


def board(seen: Sight) -> None:
    """Clocks that run stand open, the nearest first; those that are over fold away."""
    if not seen.board:
        return
    going = [r for r in seen.board if r.clock.state not in OVER]
    over = [r for r in seen.board if r.clock.state in OVER]
    parts.show(f'<h2 style="margin-bottom:2px">{parts.esc(_("Terms"))}</h2>')
    if going:
        parts.show(_table(seen, going))
    else:
        parts.show(parts.p(_("No clock runs now."), sub=True))
    if over:
        with st.expander(_("Terms that are over: %(count)s") % {"count": len(over)}):
            parts.show(_table(seen, over))
    if seen.penalties:
        parts.show(_penalties(seen.penalties))


def _table(seen: Sight, rows: Sequence[BoardRow]) -> str:
    columns = [
        parts.Column(_("Term")),
        parts.Column(_("State"), "nw key"),
        parts.Column(_("Begin – end"), "nw"),
        parts.Column(_("What a lapse does")),
    ]
    return parts.still(parts.table(columns, [_row(seen, r) for r in rows], _("Terms of the application")))


def _row(seen: Sight, r: BoardRow) -> tuple[str, list[str]]:
    c = r.clock
    whose = _(WHOSE.get(c.whose, c.whose))
    return str(r.term_id), [
        f"<b>{parts.esc(c.title)}</b><small>{parts.esc(f'{c.rule} · {whose}')}</small>{_notes(seen, r)}",
        clock_chip(c) + _mark(r),
        parts.esc(f"{day(c.starts_on)} – {day(c.due_on)}") + clock_bar(c) + _done(r),
        _then(r),
    ]


def _mark(r: BoardRow) -> str:
    """Of a clock that runs: how much has gone, in words beside the bar."""
    if r.clock.state not in ("running", "soon") or r.mark not in (50, 80):
        return ""
    return f"<small>{parts.esc(_('%(mark)s gone') % {'mark': f'{r.mark}{NBSP}%'})}</small>"


def _done(r: BoardRow) -> str:
    if r.clock.done_on is None:
        return ""
    return f"<small>{parts.esc(_('fulfilled %(day)s') % {'day': day(r.clock.done_on)})}</small>"


def _then(r: BoardRow) -> str:
    if r.clock.state in OVER:
        return f"<small>{parts.esc(r.clock.basis)}</small>"
    on = "" if r.acts_on == r.clock.due_on else _("not before %(day)s") % {"day": day(r.acts_on)}
    small = " · ".join(filter(None, [on, r.clock.basis]))
    return parts.esc(sentence(_(r.then))) + f"<small>{parts.esc(small)}</small>"


def _notes(seen: Sight, r: BoardRow) -> str:
    told = []
    if r.proposed:
        told.append(_("Proposed: %(day)s, by %(name)s; waits for another manager") % {"day": day(r.proposed.due_on), "name": seen.name(r.proposed.proposed_by)})  # fmt: skip
    if r.late_reason:
        why = f"{_(r.late_reason)}{f' · {r.late_note}' if r.late_note else ''}"
        told.append(_("Why it was late: %(why)s") % {"why": why})
    elif r.term_id in seen.late_terms:
        told.append(_("Late without a reason written down"))
    return "".join(f"<small>{parts.esc(line)}</small>" for line in told)


def _penalties(rows: Sequence[Owed]) -> str:
    fields = []
    for owed in rows:
        told = _("%(percent)s %% a day of the fee, %(days)s days since %(since)s") % {
            "percent": figure(owed.rate), "days": owed.days, "since": day(owed.since),
        }  # fmt: skip
        cap = f" · {_('at most %(sum)s') % {'sum': money(owed.cap)}}" if owed.cap is not None else ""
        label = f"{sentence(_(WHOSE[owed.who]))} · {owed.rule}: {told}{cap}"
        fields.append(parts.Field(label, money(owed.roubles)))
    return parts.card(_("Penalty for late works (п. 16)"), parts.listing(fields))
