"""The life of an envelope by the flow itself, without Prefect, on a real database with real papers and seals."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from infra import clock, mail
from infra.database import Database
from infra.engine.inline import drain
from infra.engine.leg import Leg
from infra.storage import storage
from models.connection.tables import Application
from models.delivery.tables import Letter, Notice
from models.document import queries as documents
from models.document.tables import Document, DocumentState
from models.people import actions as people
from models.people.rules import actor_of
from models.people.tables import User
from models.process.history import broken
from models.process.tables import Work, WorkState
from models.process.work import shift_alarms
from models.signing import actions, protocol, queries, sign
from models.signing.sign import Visit
from models.signing.tables import Envelope, EnvelopeState, Method, Party, Side
from tasks import signing as step
from tests.house import House

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PURPOSE = "supplement"


class Desk:
    """A filed case whose application is the paper to be signed; the engine carries what is due."""

    def __init__(self, db: Database, session: Session) -> None:
        self.db, self.session, self.now = db, session, START
        self.house = House(session, START)
        self.case: Application = self.house.submitted()
        self.carry()
        self.session.refresh(self.case)
        paper = documents.current(session, self.case.id or 0, "application")
        assert paper is not None
        self.paper = paper

    def carry(self) -> None:
        self.session.commit()
        with clock.at(self.now):
            drain(self.db)
        self.session.expire_all()

    def go(self, **delta: float) -> None:
        """Time passes; alarms come nearer by as much."""
        self.session.commit()
        with self.db.transaction() as session:
            shift_alarms(session, timedelta(**delta))
        self.now += timedelta(**delta)
        self.carry()

    def open(self, **more: object) -> Envelope:
        user = self.session.get(User, self.case.applicant_id)
        assert user is not None
        made = actions.open(
            self.session,
            process="connection",
            subject_id=self.case.id or 0,
            purpose=PURPOSE,
            documents=[self.paper.id or 0],
            parties=[
                Party("АО «ПЭС»", None, Side.UTILITY, (Method.SEAL,)),
                Party(user.name, user.id, Side.APPLICANT, (Method.CODE, Method.PAPER)),
            ],
            now=self.now,
            **more,  # type: ignore[arg-type]
        )
        self.session.commit()
        return made

    def sign(self, made: Envelope) -> None:
        signer = queries.signers(self.session, made.id or 0)[1]
        user = self.session.get(User, signer.user_id)
        assert user is not None
        code = people.make_code(self.session, user, "p", made.bound_to, self.now)
        used = people.use_code(self.session, user, "p", made.bound_to, code, self.now)
        visit = Visit("10.0.0.7", "Firefox", None)
        sign.by_code(self.session, signer.id or 0, actor_of(user), used, self.now, visit, agreement="1", letter_id=None)
        self.session.commit()

    def letters(self, kind: str) -> list[Letter]:
        return list(self.session.exec(select(Letter).where(Letter.kind == kind).order_by(col(Letter.id))))

    def waits(self) -> list[Work]:
        return list(self.session.exec(select(Work).where(col(Work.process).in_(("signing", "issuing", "delivery")))))

    def protocols(self) -> list[Document]:
        return list(self.session.exec(select(Document).where(Document.kind == "signing_protocol")))


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(mail, "send", lambda letter, *_, **__: mail.Answer(mail.Outcome.SENT))
    with Session(database.engine, expire_on_commit=False) as session:
        yield Desk(database, session)


@pytest.mark.rows("H-10", "H-11", "D-19")
def test_an_envelope_goes_from_the_request_to_its_sealed_protocol(desk: Desk) -> None:
    made = desk.open()
    desk.carry()
    assert len(desk.letters("signing_request")) == 1
    desk.sign(made)
    desk.carry()
    made = desk.session.get(Envelope, made.id) or made
    assert made.state is EnvelopeState.COMPLETED
    assert made.sealed_at is not None
    made_paper = desk.session.get(Document, made.protocol_id)
    assert made_paper is not None
    assert made_paper.state == DocumentState.PLACED
    assert storage().get(made_paper.pdf_key or "").startswith(b"%PDF-")
    assert made_paper.data["protocol"]["papers"][0]["sha256_after"] == desk.paper.pdf_sha256
    assert [letter.documents for letter in desk.letters("signing_completed")] == [[made_paper.id]]
    assert broken(queries.journal(desk.session, made.id or 0), made.chain) == []
    assert not desk.waits(), "nothing waits for an envelope that is done"


def test_who_keeps_silent_is_reminded_and_then_the_time_passes(desk: Desk) -> None:
    made = desk.open(expires_at=START + timedelta(days=20))
    desk.carry()
    for day in range(1, 20):
        desk.go(days=1)
        assert len(desk.letters("signing_reminder")) == min(day // 3, 3)
    desk.go(days=1, minutes=1)
    made = desk.session.get(Envelope, made.id) or made
    assert made.state is EnvelopeState.EXPIRED
    assert len(desk.letters("signing_ended")) == 1
    assert len(desk.letters("signing_request")) == 1


def test_a_cancelled_envelope_is_told_to_who_was_asked(desk: Desk) -> None:
    made = desk.open()
    desk.carry()
    actions.cancel(desk.session, "connection", made.subject_id, PURPOSE, desk.now, "изменились условия")
    desk.carry()
    assert len(desk.letters("signing_ended")) == 1
    kinds = set(desk.session.exec(select(Notice.kind)).all())
    assert {"signing_request", "signing_ended"} <= kinds


# ------------------------------------------------------------------------------------------------ killed in every gap
def killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt  # nothing may catch it: like kill -9, it leaves only what was committed


GAPS: dict[str, tuple[object, str]] = {
    "while the bytes are read anew": (step, "_streebog"),
    "before the protocol is ordered": (protocol, "order"),
    "before the seal is verified": (step, "seal_verdict"),
    "before the protocol is placed": (protocol, "sealed"),
    "before the parties are told": (step, "tell"),
    "before the next alarm": (step, "arm"),
    "before the leg is settled": (Leg, "end"),
}


@pytest.mark.parametrize("gap", list(GAPS))
def test_a_worker_killed_in_any_gap_leaves_an_envelope_that_is_completed_later_once(
    desk: Desk, gap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = desk.open()
    desk.carry()
    desk.sign(made)
    with monkeypatch.context() as dying:
        where, name = GAPS[gap]
        dying.setattr(where, name, killed)
        with pytest.raises(KeyboardInterrupt):
            desk.carry()
    reclaimed(desk)
    made = desk.session.get(Envelope, made.id) or made
    assert made.state is EnvelopeState.COMPLETED
    assert made.sealed_at is not None
    assert len(desk.protocols()) == 1
    assert len(desk.letters("signing_completed")) == 1
    names = [h.tag.rsplit(":", 1)[-1] for h in queries.journal(desk.session, made.id or 0)]
    assert (names.count("order_protocol"), names.count("seal_protocol")) == (1, 1)
    assert not desk.waits()


def reclaimed(desk: Desk) -> None:
    """The leases of the dead worker are over."""
    from sqlalchemy import text

    from models.process import work

    desk.session.rollback()
    for _ in range(3):
        with desk.db.transaction() as session:
            session.execute(
                text("update work set lease_until = clock_timestamp() - interval '1 s' where state = 'running'")
            )
            work.reclaim(session, 10)
            session.execute(text("update work set run_at = clock_timestamp() where state = 'due'"))
        desk.carry()


# ------------------------------------------------------------------------------------------------ tampered twins
@pytest.mark.parametrize("forge", ["paper", "seal"])
def test_bytes_that_were_changed_are_never_called_signed_or_sealed(
    desk: Desk, forge: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tampered twin of the first test: the row is set aside for a person, the protocol is never placed."""
    forging(desk, forge, monkeypatch)
    made = desk.open()
    desk.carry()
    desk.sign(made)
    for _ in range(12):
        reclaimed(desk)
    made = desk.session.get(Envelope, made.id) or made
    assert made.sealed_at is None
    assert not [p for p in desk.protocols() if p.state == DocumentState.PLACED]
    row = desk.session.exec(select(Work).where(Work.process == "signing")).one()
    assert row.state == WorkState.ASIDE
    assert row.error
    assert ("Altered" if forge == "paper" else "seal") in row.error


def forging(desk: Desk, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def other(function: Callable[..., bytes]) -> Callable[..., bytes]:
        def get(key: str) -> bytes:
            data = function(key)
            made = desk.session.exec(select(Document).where(Document.pdf_key == key)).first()
            hit = key == desk.paper.pdf_key if what == "paper" else made is not None and made.kind == "signing_protocol"
            desk.session.rollback()
            return data + b"\n" if hit else data

        return get

    store = storage()
    forged = type("Forged", (), {"get": staticmethod(other(store.get))})()
    monkeypatch.setattr(step, "storage", lambda: forged)
