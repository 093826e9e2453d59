"""Words and pieces that the pages of signing share: chips, the table of parties, the list of papers. Reads nothing."""

from collections.abc import Sequence
from datetime import datetime

from dashboard import parts
from dashboard.views.cabinet_words import file_note
from dashboard.views.desk_parts import local_day, moment
from documents.wording import NBSP
from infra.wording import N_, _
from models.connection.tables import PROCESS as CASES
from models.signing.queries import Sight
from models.signing.rules import METHOD_NAMES, PARTY_NAMES, SIDE_NAMES, STATE_NAMES
from models.signing.tables import EnvelopeState, Method, Paper, PartyState, Side, Signature, Signer

CHIPS = {
    EnvelopeState.OPEN: "work",
    EnvelopeState.COMPLETED: "done",
    EnvelopeState.DECLINED: "closed",
    EnvelopeState.EXPIRED: "late",
    EnvelopeState.CANCELLED: "closed",
}
_PARTY_CHIPS = {
    PartyState.WAITING: "next",
    PartyState.SIGNED: "done",
    PartyState.DECLINED: "late",
    PartyState.DELEGATED: "closed",
}
OUTCOMES = {
    "passed": N_("yes"),
    "failed": N_("no"),
    "unknown": N_("cannot be told"),
    "noted": N_("for information"),
}


def state_chip(seen: Sight) -> str:
    state = seen.envelope.state
    return parts.chip(CHIPS[state], _(STATE_NAMES[state]))


def until(seen: Sight) -> str:
    """The last day to sign; of an application whose own term ends the signing, that it does; or that there is none."""
    ends = seen.envelope.expires_at
    if ends is None and seen.envelope.process == CASES:
        return _("by the term of the application")
    return local_day(ends) if ends else _("no end is set")


def whose(seen: Sight) -> str:
    """Who signs now, by name."""
    return ", ".join(s.name for s in seen.turn)


def papers(seen: Sight) -> str:
    """Plain links to the file door."""
    return parts.documents((paper_name(p), f"/files/{p.document_id}", paper_note(p)) for p in seen.papers)


def paper_name(paper: Paper) -> str:
    return f"{paper.title} №{NBSP}{paper.number}"


def paper_note(paper: Paper) -> str:
    tail = _("hash ends with %(tail)s") % {"tail": paper.sha256[-4:]}
    return f"{file_note('application/pdf', paper.size)} · {tail}"


def parties(seen: Sight, signatures: Sequence[Signature] = ()) -> str:
    """Who signs in which order, and what each has done."""
    columns = [
        parts.Column(_("Party")),
        parts.Column(_("State"), "nw key"),
        parts.Column(_("When"), "nw"),
        parts.Column(_("How")),
    ]
    now = {s.id for s in seen.turn}
    rows = [(str(s.id), _party(seen, s, signatures, s.id in now)) for s in seen.signers]
    return parts.still(parts.table(columns, rows, _("Parties of the signing")))


def _party(seen: Sight, signer: Signer, signatures: Sequence[Signature], turn: bool) -> list[str]:
    side = _(SIDE_NAMES[Side(signer.side)])
    order = _("signs %(turn)s.") % {"turn": signer.turn} if seen.envelope.ordered else ""
    name = f"{parts.esc(signer.name)}<small>{parts.esc(' · '.join(filter(None, (side, order))))}</small>"
    if turn:
        chip = parts.chip("work", _("signs now"))
    else:
        chip = parts.chip(_PARTY_CHIPS[PartyState(signer.state)], _(PARTY_NAMES[PartyState(signer.state)]))
    mine = [s for s in signatures if s.party_id == signer.id]
    how = _(METHOD_NAMES[Method(mine[0].method)]) if mine else _ways(signer)
    if signer.reason:
        how = signer.reason
    return [name, chip, parts.esc(moment(signer.acted_at)), parts.esc(how)]


def _ways(signer: Signer) -> str:
    """How somebody else has signed is known to a customer only where there was one way."""
    if signer.state == PartyState.SIGNED and len(signer.methods) > 1:
        return ""
    return ", ".join(_(METHOD_NAMES[Method(m)]) for m in signer.methods)


def days_left(seen: Sight, now: datetime) -> int | None:
    """Whole days until the end; nothing when there is none."""
    ends = seen.envelope.expires_at
    return (ends - now).days if ends else None
