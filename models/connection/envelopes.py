"""Papers of a case that both sides sign: which, by whom and how. Opens and cancels envelopes; what is signed is told by them."""

from datetime import datetime, timedelta

from sqlmodel import Session

from models.connection import queries
from models.connection.kinds import ORDINARY_PAPERS
from models.connection.tables import PROCESS, Application
from models.document import queries as documents
from models.people.tables import PersonKind
from models.signing import actions as signing
from models.signing import queries as envelopes
from models.signing.tables import EnvelopeState, Method, Party, Side

PAPERS: dict[str, tuple[str, ...]] = {  # purpose → the papers of its envelope, those that exist
    "contract": ORDINARY_PAPERS,
    "tu_act": ("tu_act",),
    "connection_act": ("connection_act", "reserve_act"),
    "supplement": ("supplement",),
    "termination": ("termination",),
}
OF_CHANGES = ("supplement", "termination")  # sent again only by making the agreement anew
LOST = (EnvelopeState.DECLINED, EnvelopeState.EXPIRED, EnvelopeState.CANCELLED)


def parties(session: Session, case: Application) -> list[Party]:
    """The grid company by its seal, then the applicant: a person by a code or on paper, an organisation on paper or with
    a certificate (domain b.9)."""
    utility = queries.org(session)["utility"]["full_short"]
    code = (Method.CODE,) if case.person.get("kind") == PersonKind.INDIVIDUAL else ()
    name = str(case.person.get("head") or case.person.get("name", ""))
    return [
        Party(utility, None, Side.UTILITY, (Method.SEAL,)),
        Party(name, case.applicant_id, Side.APPLICANT, (*code, Method.PAPER, Method.CERTIFICATE)),
    ]


def open_for(session: Session, case: Application, purpose: str, now: datetime, *, announce: bool = True) -> None:
    """`announce`: signing writes to the applicant itself; not when a letter of the case goes with the papers."""
    found = [documents.current(session, case.id or 0, kind) for kind in PAPERS[purpose]]
    ids = [d.id for d in found if d is not None and d.id]
    signing.open(
        session,
        process=PROCESS,
        subject_id=case.id or 0,
        purpose=purpose,
        documents=ids,
        parties=parties(session, case),
        now=now,
        announce=announce,
    )


def expect(session: Session, case: Application, purpose: str, end: datetime | None) -> EnvelopeState | None:
    """Its open signing ends with the last second before `end`, never when nothing is said. Gives the state of the newest."""
    newest = envelopes.newest(session, PROCESS, case.id or 0, purpose)
    if newest is None:
        return None
    last = (
        None if end is None else end - timedelta(seconds=1)
    )  # screens and letters name the last day, not the next one
    if newest.state == EnvelopeState.OPEN and newest.expires_at != last:
        signing.end_at(session, newest.id or 0, last)
    return EnvelopeState(newest.state)


def again(session: Session, case: Application, now: datetime) -> None:
    """Every signing of this case that was lost begins anew with the same papers; that of a change never does."""
    for purpose in (p for p in PAPERS if p not in OF_CHANGES):
        newest = envelopes.newest(session, PROCESS, case.id or 0, purpose)
        if newest is not None and newest.state in LOST:
            open_for(session, case, purpose, now)


def cancel(session: Session, case: Application, purpose: str, now: datetime, reason: str) -> None:
    signing.cancel(session, PROCESS, case.id or 0, purpose, now, reason)


def cancel_all(session: Session, case: Application, now: datetime, reason: str) -> None:
    for purpose in PAPERS:
        cancel(session, case, purpose, now, reason)
