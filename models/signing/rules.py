"""What is legal in an envelope: the table of moves, whose turn it is, when it is whole. Pure: no session here.

63-ФЗ, ст. 6 and 9; domain c."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.process.actor import DESK, Role
from models.process.errors import NotReady
from models.process.moves import Move, Moves
from models.process.words import N_
from models.signing.tables import PROCESS, Envelope, EnvelopeState, Method, Paper, PartyState, Side, Signer

REMIND_EVERY = timedelta(days=3)  # a party that was asked and has not signed is reminded
REMINDERS = 3  # at most, without a person's click

STATE_NAMES = {
    EnvelopeState.OPEN: N_("waiting for signatures"),
    EnvelopeState.COMPLETED: N_("signed by everybody"),
    EnvelopeState.DECLINED: N_("signing declined"),
    EnvelopeState.EXPIRED: N_("the time to sign has passed"),
    EnvelopeState.CANCELLED: N_("signing cancelled"),
}
PARTY_NAMES = {
    PartyState.WAITING: N_("has not signed yet"),
    PartyState.SIGNED: N_("has signed"),
    PartyState.DECLINED: N_("has declined"),
    PartyState.DELEGATED: N_("has handed over to another person"),
}
METHOD_NAMES = {
    Method.SEAL: N_("seal of the company"),
    Method.CODE: N_("code by e-mail (simple signature)"),
    Method.PAPER: N_("on paper"),
    Method.CERTIFICATE: N_("certificate (qualified signature)"),
}
SIDE_NAMES = {
    Side.UTILITY: N_("grid company"),
    Side.APPLICANT: N_("applicant"),
    Side.THIRD: N_("third party"),
}


@dataclass(frozen=True)
class Known:
    """What a move looks at: the envelope, its parties, and the party that acts."""

    envelope: Envelope
    signers: Sequence[Signer]
    signer: Signer | None = None
    method: str = ""
    replacing: bool = False  # one of its papers is being made anew
    role: str = ""  # of whoever acts


# ------------------------------------------------------------------------------------------------ facts
def turn(signers: Iterable[Signer]) -> int | None:
    """The turn that is now: the smallest of those who wait."""
    return min((s.turn for s in signers if s.state == PartyState.WAITING), default=None)


def whose_turn(signers: Sequence[Signer]) -> list[Signer]:
    now = turn(signers)
    return [s for s in signers if s.state == PartyState.WAITING and s.turn == now]


def whole(envelope: Envelope, signers: Sequence[Signer]) -> bool:
    """Enough have signed, and everybody who is required is among them."""
    signed = [s for s in signers if s.state == PartyState.SIGNED]
    missing = [s for s in signers if s.required and s.state in (PartyState.WAITING, PartyState.DECLINED)]
    return len(signed) >= envelope.needed and not missing


def hopeless(envelope: Envelope, signers: Sequence[Signer]) -> bool:
    """So many have declined that it can never be whole."""
    left = [s for s in signers if s.state in (PartyState.SIGNED, PartyState.WAITING)]
    return len(left) < envelope.needed or any(s.required and s.state == PartyState.DECLINED for s in signers)


def bound(papers: Iterable[Paper]) -> str:
    """One hash for all papers of an envelope, in their order: what a code is bound to."""
    told = "\n".join(f"{p.document_id}:{p.version}:{p.sha256}" for p in papers)
    return hashlib.sha256(told.encode()).hexdigest()


def next_reminder(signer: Signer) -> datetime | None:
    """When this party is reminded next; nothing when it was not asked or was reminded often enough."""
    if signer.asked_at is None or signer.reminders >= REMINDERS:
        return None
    return max(signer.asked_at, signer.reminded_at or signer.asked_at) + REMIND_EVERY


# ------------------------------------------------------------------------------------------------ what a move needs
def _in_time(known: Known, now: datetime) -> NotReady | None:
    ends = known.envelope.expires_at
    return NotReady(N_("The time to sign has passed")) if ends and ends <= now else None


def _time_passed(known: Known, now: datetime) -> NotReady | None:
    ends = known.envelope.expires_at
    return None if ends and ends <= now else NotReady(N_("The time to sign has not passed yet"))


def _still_waits(known: Known, now: datetime) -> NotReady | None:
    if known.signer is None or known.signer.state != PartyState.WAITING:
        return NotReady(N_("This party has signed, declined or handed over already"))
    return None


def _turn_has_come(known: Known, now: datetime) -> NotReady | None:
    if known.signer is not None and known.signer.turn != turn(known.signers):
        return NotReady(N_("It is not the turn of this party yet: others sign first"))
    return None


def _way_is_open(known: Known, now: datetime) -> NotReady | None:
    if known.signer is not None and known.method not in known.signer.methods:
        return NotReady(N_("This party may not sign in this way"))
    return None


INSPECTED = frozenset({"tu_act"})  # papers that an inspector signs on site; the rest is the desk's


def _on_site(known: Known, now: datetime) -> NotReady | None:
    """An inspector records signatures of the papers of his visit alone."""
    if known.role == Role.INSPECTOR and known.envelope.purpose not in INSPECTED:
        return NotReady(
            N_("An inspector records signatures under the papers of his visit only: the desk records this one")
        )
    return None


def _nobody_signed(known: Known, now: datetime) -> NotReady | None:
    """The company's own seal is under the paper, not under the envelope: a new paper brings its own."""
    signed = any(s.state == PartyState.SIGNED for s in known.signers if Method.SEAL not in s.methods)
    return NotReady(N_("Somebody has signed already: cancel the envelope and open a new one")) if signed else None


def _papers_stand(known: Known, now: datetime) -> NotReady | None:
    if known.replacing:
        return NotReady(N_("A paper is being made anew: you will be asked to sign when it is ready"))
    return None


def _enough(known: Known, now: datetime) -> NotReady | None:
    return None if whole(known.envelope, known.signers) else NotReady(N_("Not everybody has signed yet"))


def _no_hope(known: Known, now: datetime) -> NotReady | None:
    return None if hopeless(known.envelope, known.signers) else NotReady(N_("The others can still sign"))


# ------------------------------------------------------------------------------------------------ the legal moves
_OPEN = frozenset({EnvelopeState.OPEN.value})
_SYSTEM = frozenset({Role.SYSTEM})
_DESK = frozenset({Role.OPERATOR, Role.MANAGER, Role.ADMIN})
_SIGNERS = frozenset({Role.APPLICANT}) | DESK - {Role.AUDITOR}

_MINE = (_in_time, _still_waits, _turn_has_come, _way_is_open, _papers_stand)
MOVES = Moves(
    PROCESS,
    (
        Move("request", N_("Ask to sign"), _OPEN, None, by=_SYSTEM | _DESK),
        Move("remind", N_("Remind"), _OPEN, None, by=_SYSTEM | _DESK, needs=(_still_waits, _turn_has_come)),
        Move("sign", N_("Sign"), _OPEN, None, by=_SIGNERS | _SYSTEM, needs=_MINE),
        Move(
            "record_paper",
            N_("Record a paper signature"),
            _OPEN,
            None,
            by=_DESK | {Role.INSPECTOR},
            needs=(_on_site, *_MINE),
        ),
        Move("decline", N_("Decline to sign"), _OPEN, None, by=_SIGNERS, needs=(_in_time, _still_waits), reason=True),
        Move("delegate", N_("Hand over"), _OPEN, None, by=_SIGNERS, needs=(_in_time, _still_waits)),
        Move(
            "renew", N_("Make a paper anew"), _OPEN, None, by=_DESK, needs=(_nobody_signed, _papers_stand), reason=True
        ),
        Move("replace", N_("Replace a paper"), _OPEN, None, by=_SYSTEM | _DESK, needs=(_nobody_signed,)),
        Move("complete", N_("Complete"), _OPEN, EnvelopeState.COMPLETED, by=_SYSTEM, needs=(_enough,)),
        Move("give_up", N_("End as declined"), _OPEN, EnvelopeState.DECLINED, by=_SYSTEM, needs=(_no_hope,)),
        Move("expire", N_("End as expired"), _OPEN, EnvelopeState.EXPIRED, by=_SYSTEM, needs=(_time_passed,)),
        Move("cancel", N_("Cancel signing"), _OPEN, EnvelopeState.CANCELLED, by=_SYSTEM | _DESK, reason=True),
        Move("confirm_paper", N_("Confirm a paper signature"), frozenset(EnvelopeState), None, by=_DESK),
        Move("order_protocol", N_("Order the protocol"), frozenset({EnvelopeState.COMPLETED.value}), None, by=_SYSTEM),
        Move("seal_protocol", N_("Protocol sealed"), frozenset({EnvelopeState.COMPLETED.value}), None, by=_SYSTEM),
    ),
    {str(state): name for state, name in STATE_NAMES.items()},
)
