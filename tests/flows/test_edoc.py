"""A customer's document and a paper of the company, killed between any two steps of making, signing, verifying, storing and
counting: each ends complete, once, with one seal that holds."""

import pytest
from sqlalchemy import text
from sqlmodel import select

from infra import clock
from infra.engine.leg import Leg
from infra.storage import storage
from models.delivery.tables import Notice
from models.document import actions as papers
from models.document import queries as documents
from models.document.tables import Document, DocumentState
from models.edoc import actions
from models.edoc import queries as edocs
from models.edoc.tables import EdocState
from models.process import work
from models.process.tables import Work
from models.signing import queries
from models.signing.tables import EnvelopeState, Method
from signatures import verify
from signatures.verdict import Status
from tasks import edoc as step
from tasks import issuing, sealing
from tests.flows.test_signing import killed
from tests.flows.test_trust import World, edoc, place  # noqa: F401 - the fixture

_COUNTING = {
    "before the seal is made": (sealing.seal, "sign"),
    "before the seal is verified": (sealing.verify, "detached"),
    "before the seal is stored": (None, "put"),
    "before the seal is counted": (actions, "countersigned"),
    "while the seal is counted": (actions, "settle_envelope"),
    "before the outcome is the document's": (step, "settle"),
    "while the customer is told": (actions.delivery, "notify"),
    "before the leg is settled": (Leg, "end"),
}
_ISSUING = {
    "before the bytes are made": (issuing.papers, "render"),
    "before the seal is made": (sealing.seal, "sign"),
    "before the seal is verified": (sealing.verify, "detached"),
    "before the bytes are stored": (None, "put"),
    "before the row is written": (papers, "stored"),
    "before the leg is settled": (Leg, "end"),
}


def die(place: World, patch: pytest.MonkeyPatch, where: object | None, name: str) -> None:  # noqa: F811
    """As by kill -9: only what was committed is left. Then the lease of the dead worker ends and another one goes on."""
    with patch.context() as dying:
        dying.setattr(where or type(storage()), name, killed)
        with pytest.raises(KeyboardInterrupt):
            place.carry()
    place.session.rollback()
    for _turn in range(3):
        with place.db.transaction() as session:
            session.execute(
                text("update work set lease_until = clock_timestamp() - interval '1 s' where state = 'running'")
            )
            work.reclaim(session, 10)
            session.execute(text("update work set run_at = clock_timestamp() where state = 'due'"))
        place.carry()


@pytest.mark.rows("J-036")
@pytest.mark.parametrize("gap", list(_COUNTING))
def test_a_counter_signature_killed_in_any_gap_is_made_once(
    place: World,  # noqa: F811
    gap: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = edoc(place)
    die(place, monkeypatch, *_COUNTING[gap])
    envelope = edocs.envelope_of(place.session, row.id or 0)
    assert envelope is not None
    assert (row.state, row.error, envelope.state) == (EdocState.SIGNED, "", EnvelopeState.COMPLETED)
    seals = [s for s in queries.signatures(place.session, envelope.id or 0) if s.method == Method.SEAL]
    paper = place.session.get_one(Document, row.document_id)
    assert [s.signature_key for s in seals] == [paper.seal_key]
    assert _holds(paper)
    assert len(place.session.exec(select(Notice).where(Notice.kind == "edoc")).all()) == 1
    assert not place.waits("edoc")


@pytest.mark.parametrize("gap", list(_ISSUING))
def test_a_paper_killed_in_any_gap_is_issued_once_with_one_seal(
    place: World,  # noqa: F811
    gap: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = place.house.submitted()
    place.session.commit()
    die(place, monkeypatch, *_ISSUING[gap])
    made = documents.papers(place.session, case.id or 0, placed_only=False)
    assert [(d.kind, d.state) for d in made] == [("application", DocumentState.PLACED)]
    assert _holds(made[0])
    assert not place.waits("issuing")


def test_a_row_that_no_worker_can_carry_is_shown_with_its_error_and_taken_up_by_a_click(
    place: World,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = edoc(place)
    with monkeypatch.context() as broken:
        broken.setattr(sealing, "utility_seal", lambda: (_ for _ in ()).throw(OSError("the token is not in its slot")))
        for _turn in range(12):
            with place.db.transaction() as session:
                session.execute(text("update work set run_at = clock_timestamp() where state = 'due'"))
            place.carry()
    assert "the token is not in its slot" in row.error
    assert [w.state for w in place.session.exec(select(Work).where(Work.process == "edoc"))] == ["aside"]
    assert edocs.progress(place.session) == (0, 1, 0)
    actions.order_counter(place.session, place.house.staff["OPERATOR"], row.id or 0, clock.now())  # type: ignore[index]
    place.carry()
    assert (row.state, row.error) == (EdocState.SIGNED, "")


def _holds(paper: Document) -> bool:
    data, proof = storage().get(paper.pdf_key or ""), storage().get(paper.seal_key or "")
    return verify.detached(data, proof, sealing.utility_seal().trust, clock.now())[0].status is Status.VALID
