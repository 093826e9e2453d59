"""Lists fetched over the loopback, warnings that become letters, the company's signature under a customer's document."""

import threading
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from sqlmodel import Session, select

from infra import clock, mail
from infra.database import Database
from infra.engine.inline import drain
from infra.storage import storage
from models.delivery.tables import Letter, LetterState, Notice
from models.document.tables import Document
from models.edoc import actions as edocs
from models.edoc import queries as edoc_queries
from models.edoc.actions import Kept
from models.edoc.tables import Edoc, EdocKind, EdocState
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Role
from models.process.tables import Work
from models.process.work import shift_alarms
from models.signing import queries as signing
from models.signing import sign
from models.signing.sign import Proof, Visit
from models.trust import actions, queries
from models.trust.tables import Place, RevocationList, UserCertificate
from signatures import certificates, demo_centre, seal, verify
from signatures.trust import Trust
from signatures.verdict import Status
from tasks import sealing
from tasks.upkeep import wake_stuck
from tests.house import House
from tests.signatures.authority import FIRM, centre, crl, key_of


class Shelf:
    """A web server on the loopback: what it hands out next, and how often it was asked."""

    def __init__(self) -> None:
        self.status, self.body, self.asked = 200, b"", 0
        shelf = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802 - the name of http.server
                shelf.asked += 1
                self.send_response(shelf.status)
                self.end_headers()
                self.wfile.write(shelf.body)

            def log_message(self, *_: Any) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/list.crl"


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    made = Shelf()
    yield made
    made.server.shutdown()
    made.server.server_close()


class World:
    """A house with a trusted centre; the engine carries what is due."""

    def __init__(self, db: Database, session: Session) -> None:
        self.db, self.session, self.now = db, session, clock.now()
        self.house = House(session, self.now)
        facts = asdict(certificates.facts(certificates.load(centre().der)))
        row = actions.propose(session, self.house.staff[Role.ADMIN], facts, centre().der, Place.ROOT, self.now)
        actions.confirm(session, self.house.staff[Role.MANAGER], row.id or 0, row.sha256[-8:], self.now)

    def carry(self, **later: float) -> None:
        self.session.commit()
        with self.db.transaction() as session:
            shift_alarms(session, timedelta(**later))
        self.now += timedelta(**later)
        with clock.at(self.now):
            drain(self.db)
        self.session.expire_all()

    def listed(self, address: str) -> RevocationList:
        return actions.add_address(self.session, self.house.staff[Role.ADMIN], address, self.now)

    def waits(self, process: str) -> list[Work]:
        return list(self.session.exec(select(Work).where(Work.process == process)))


@pytest.fixture
def place(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(mail, "send", lambda letter, *_, **__: mail.Answer(mail.Outcome.SENT))
    monkeypatch.setattr("tasks.trust.fetch.retry_delay_seconds", 0, raising=False)
    with Session(database.engine, expire_on_commit=False) as session:
        yield World(database, session)


def test_a_list_is_fetched_kept_and_asked_for_again(place: World, shelf: Shelf) -> None:
    shelf.body = crl(key_of(FIRM, "revoked"))
    row = place.listed(shelf.address)
    place.carry()
    assert (row.entries, row.issuer, row.failures) == (1, demo_centre.NAME, 0)
    assert queries.believed(place.session).lists == (shelf.body,)
    assert len(place.waits("trust")) == 1, "the next look is armed"
    place.carry(hours=7)
    assert shelf.asked == 2


@pytest.mark.parametrize(
    ("status", "body"),
    [(503, b""), (200, b"<html>away</html>"), (200, demo_centre.crl(centre("Другой УЦ"))), (200, crl()[:-9])],
)
def test_a_bad_answer_leaves_the_list_we_have_in_force(place: World, shelf: Shelf, status: int, body: bytes) -> None:
    shelf.body = good = crl()
    row = place.listed(shelf.address)
    place.carry()
    shelf.status, shelf.body = status, body
    place.carry(hours=7)
    assert (row.failures, row.der) == (1, good)
    assert row.error
    asked = shelf.asked
    place.carry(minutes=11)
    assert shelf.asked > asked, "asked again soon"
    assert row.failures == 2
    shelf.status, shelf.body = 200, crl()
    place.carry(minutes=25)
    assert (row.failures, row.error) == (0, "")


def test_nobody_answers_and_the_row_says_so(place: World) -> None:
    row = place.listed("http://127.0.0.1:9/list.crl")
    place.carry()
    assert (row.failures, row.der) == (1, None)
    assert [w.state for w in place.waits("trust")] == ["due"]


def test_a_stale_list_makes_verdicts_undetermined_with_the_reason(place: World, shelf: Shelf) -> None:
    shelf.body = crl(days=7)
    place.listed(shelf.address)
    place.carry()
    told = queries.believed(place.session)
    trust = Trust.of(told.roots, told.between, told.lists)
    proof = seal.sign(b"paper", key_of(FIRM))
    assert verify.detached(b"paper", proof, trust, place.now)[0].status is Status.VALID
    late = verify.detached(b"paper", proof, trust, place.now + timedelta(days=8))[0]
    assert late.status is Status.UNDETERMINED
    assert "no fresh list" in late.reason


@pytest.mark.rows("J-033")
def test_the_owner_is_warned_thirty_seven_and_one_day_before_the_end(place: World) -> None:
    user = place.house.applicant()
    facts = asdict(certificates.facts(certificates.load(key_of(FIRM).chain[0])))
    facts["not_after"] = place.now + timedelta(days=40)
    row = actions.register(place.session, actor_of(user), facts, b"der", "file", "", place.now)
    place.carry()
    assert not list(place.session.exec(select(Letter)))
    for days in (11, 23, 5, 3):
        place.carry(days=days)
    letters = list(place.session.exec(select(Letter).where(Letter.kind == "certificate_ends").order_by(Letter.id)))  # type: ignore[arg-type]
    assert [letter.state for letter in letters] == [LetterState.SENT] * 3
    assert "Заканчивается срок" in letters[0].subject
    assert len(list(place.session.exec(select(Notice)))) == 3
    assert place.session.get_one(UserCertificate, row.id).warned == [1, 7, 30]
    assert not place.waits("certificate")


# ------------------------------------------------------------------------------------------------ the company's signature
def edoc(place: World) -> Edoc:
    """An own document that its customer has signed, with an employee's order."""
    case = place.house.submitted()
    place.carry()
    user = place.session.get_one(User, case.applicant_id)
    data = b"%PDF-1.7 letter of a customer"
    key = storage().put(data)
    row = edocs.register(
        place.session, actor_of(user), case.id or 0, EdocKind.LETTER, "Письмо", Kept(key, key, len(data)), place.now
    )
    envelope = edocs.send(place.session, actor_of(user), row.id or 0, place.now)
    mine = signing.signers(place.session, envelope.id or 0)[0]
    proof = {row.document_id: Proof(key, {"status": "valid"})}
    sign.by_certificate(place.session, mine.id or 0, actor_of(user), proof, place.now, Visit())
    edocs.order_counter(place.session, place.house.staff[Role.OPERATOR], row.id or 0, place.now)
    return row


@pytest.mark.rows("J-036", "J-038", "J-039")
def test_an_ordered_signature_of_the_company_is_made_verified_and_completes_the_document(place: World) -> None:
    row = edoc(place)
    place.carry()
    assert row.state == EdocState.SIGNED
    paper = place.session.get_one(Document, row.document_id)
    data, proof = storage().get(paper.pdf_key or ""), storage().get(paper.seal_key or "")
    trust = sealing.utility_seal().trust
    assert verify.detached(data, proof, trust, clock.now())[0].status is Status.VALID
    assert verify.detached(data + b" ", proof, trust, clock.now())[0].status is Status.INVALID
    envelope = edoc_queries.envelope_of(place.session, row.id or 0)
    assert envelope is not None
    assert envelope.sealed_at is not None
    assert place.session.exec(select(Notice.title).where(Notice.kind == "edoc")).all() == [
        "Ваш документ подписан обеими сторонами"
    ]
    assert not place.waits("edoc")


def test_a_seal_that_does_not_hold_completes_nothing_and_is_tried_again(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = edoc(place)
    real = seal.sign
    monkeypatch.setattr("tasks.sealing.seal.sign", lambda data, key: real(data + b"!", key))
    place.carry()
    assert row.state == EdocState.SIGNING
    assert "SealBroken" in row.error
    assert place.session.get_one(Document, row.document_id).seal_key is None
    monkeypatch.setattr("tasks.sealing.seal.sign", real)
    with place.db.transaction() as session:
        shift_alarms(session, timedelta(minutes=5))
        session.connection().exec_driver_sql("update work set run_at = clock_timestamp()")
    place.carry()
    assert (row.state, row.error) == (EdocState.SIGNED, "")


def test_a_paper_is_stored_only_with_a_seal_that_was_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    real = seal.sign
    proof, owner = sealing.sealed(b"paper")
    assert owner == sealing.utility_seal().owner
    assert verify.detached(b"paper", proof, sealing.utility_seal().trust, datetime.now(UTC))[0].status is Status.VALID
    monkeypatch.setattr("tasks.sealing.seal.sign", lambda data, key: real(data + b"!", key))
    with pytest.raises(sealing.SealBroken):
        sealing.sealed(b"paper")


def test_upkeep_finds_what_lost_its_row(place: World, shelf: Shelf) -> None:
    shelf.body = crl()
    place.listed(shelf.address)
    row = edoc(place)
    place.session.connection().exec_driver_sql("delete from work")
    place.session.commit()
    wake_stuck.fn()
    assert len(place.waits("trust")) == 1
    assert [w.subject_id for w in place.waits("edoc")] == [row.id]
