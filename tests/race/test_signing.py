"""An envelope signed by many at the same moment: every signature counts once and the last one completes it. The control,
with the lock off, must go wrong."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from infra.database import Database
from models.people import actions as people
from models.people.rules import actor_of
from models.people.tables import SimpleCode, User
from models.process.errors import FeederError, Invalid
from models.process.history import broken
from models.signing import actions, moving, queries, sign
from models.signing.tables import Envelope, EnvelopeState, PartyState, Signer
from tests.models.signing.envelopes import PURPOSE, VISIT, Desk
from tests.race.together import together

MANY = 20


def opened(database: Database, now: datetime, count: int, *, ordered: bool = False) -> tuple[int, list[int]]:
    """(envelope, parties)"""
    with database.transaction() as session:
        desk = Desk(session, now)
        made = desk.open(*[desk.party() for _ in range(count)], ordered=ordered)
        return made.id or 0, [s.id or 0 for s in desk.signers(made)]


def signing(database: Database, signer_id: int, now: datetime) -> Callable[[], None]:
    """One click: the code was made before, the signature is one transaction."""
    with database.transaction() as session:
        signer, made, user = found(session, signer_id)
        code = people.make_code(session, user, f"signing:{signer_id}", made.bound_to, now)

    def click() -> None:
        with database.transaction() as session:
            _, made, user = found(session, signer_id)
            used = people.use_code(session, user, f"signing:{signer_id}", made.bound_to, code, now)
            sign.by_code(session, signer_id, actor_of(user), used, now, VISIT, agreement="1", letter_id=None)

    return click


def found(session: Session, signer_id: int) -> tuple[Signer, Envelope, User]:
    signer = session.get(Signer, signer_id)
    assert signer is not None
    made, user = session.get(Envelope, signer.envelope_id), session.get(User, signer.user_id)
    assert made is not None
    assert user is not None
    return signer, made, user


def whole_once(database: Database, envelope_id: int, count: int) -> bool:
    """Completed, each signature counted once, the chain proves, the case was woken."""
    with database.transaction() as session:
        made = session.get(Envelope, envelope_id)
        assert made is not None
        journal = queries.journal(session, envelope_id)
        names = [h.tag.rsplit(":", 1)[-1] for h in journal]
        woken = session.execute(
            text("select 1 from work where process = 'connection' and subject_id = :id"), {"id": made.subject_id}
        ).first()
        return (
            made.state is EnvelopeState.COMPLETED
            and all(s.state == PartyState.SIGNED for s in queries.signers(session, envelope_id))
            and len(queries.signatures(session, envelope_id)) == count
            and (names.count("sign"), names.count("complete")) == (count, 1)
            and broken(journal, made.chain) == []
            and woken is not None
        )


@pytest.mark.rows("D-19")
def test_an_envelope_signed_by_twenty_at_once_is_whole_and_every_signature_counts_once(
    database: Database, now: datetime
) -> None:
    envelope_id, parties = opened(database, now, MANY)
    assert together(*[signing(database, p, now) for p in parties]) == []
    assert whole_once(database, envelope_id, MANY)


def test_control_without_the_lock_signatures_are_lost_or_it_stays_open_for_ever(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlocked(session: Session, envelope_id: int) -> Envelope:
        made = session.get(Envelope, envelope_id, populate_existing=True)
        assert made is not None
        session.execute(text("select pg_sleep(0.1)"))
        return made

    monkeypatch.setattr(moving, "lock", unlocked)
    envelope_id, parties = opened(database, now, 4)
    faults = together(*[signing(database, p, now) for p in parties])
    assert faults or not whole_once(database, envelope_id, 4)
    assert not whole_once(database, envelope_id, 4)


def test_the_same_click_made_twice_is_one_signature(database: Database, now: datetime) -> None:
    envelope_id, (party, other) = opened(database, now, 2)
    click = signing(database, party, now)
    (fault,) = together(click, click)
    assert isinstance(fault, FeederError)
    assert together(signing(database, other, now)) == []
    assert whole_once(database, envelope_id, 2)


def test_a_signature_and_a_cancelling_at_once_end_in_one_of_both(database: Database, now: datetime) -> None:
    envelope_id, (party,) = opened(database, now, 1)

    def cancel() -> None:
        with database.transaction() as session:
            made = session.get(Envelope, envelope_id)
            assert made is not None
            actions.cancel(session, "connection", made.subject_id, PURPOSE, now, "передумали")

    faults = together(signing(database, party, now), cancel)
    assert all(isinstance(f, FeederError) for f in faults)
    with database.transaction() as session:
        made = session.get(Envelope, envelope_id)
        assert made is not None
        signed = bool(queries.signatures(session, envelope_id))
        assert made.state is (EnvelopeState.COMPLETED if signed else EnvelopeState.CANCELLED)
        assert broken(queries.journal(session, envelope_id), made.chain) == []


# ------------------------------------------------------------------------------------------------ tries of a code
def guess(database: Database, user_id: int, now: datetime, *, apart: bool) -> None:
    """A wrong code whose transaction is rolled back; `apart`: the try is counted in a transaction of its own."""
    counted = None
    if apart:
        with database.transaction() as session:
            counted = people.begin_try(session, session.get_one(User, user_id), "p", "hash", now)
    with pytest.raises(Invalid), database.transaction() as session:
        people.use_code(session, session.get_one(User, user_id), "p", "hash", "wrong", now, counted=counted)


def guesses(database: Database, now: datetime, *, apart: bool) -> int:
    """How many of three wrong tries are remembered."""
    with database.transaction() as session:
        user = Desk(session, now).person()
        people.make_code(session, user, "p", "hash", now)
        user_id = user.id or 0
    for _ in range(3):
        guess(database, user_id, now + timedelta(seconds=1), apart=apart)
    with database.transaction() as session:
        row = session.exec(select(SimpleCode).where(SimpleCode.user_id == user_id).order_by(col(SimpleCode.id))).one()
        return row.tries


def test_wrong_tries_are_remembered_though_each_transaction_was_rolled_back(database: Database, now: datetime) -> None:
    assert guesses(database, now, apart=True) == 3


def test_control_counted_in_the_same_transaction_they_are_forgotten(database: Database, now: datetime) -> None:
    assert guesses(database, now, apart=False) == 0
