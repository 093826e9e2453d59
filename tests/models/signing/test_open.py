"""Opening, cancelling and finding envelopes."""

import pytest
from sqlalchemy import text

from models.process.errors import Invalid, NotReady, Stale
from models.signing import actions, queries
from models.signing.tables import EnvelopeState, Method, PartyState
from tests.models.signing.envelopes import PURPOSE, Desk


def woken(desk: Desk, process: str, subject: int | None) -> bool:
    query = text("select 1 from work where process = :p and subject_id = :s")
    return desk.session.execute(query, {"p": process, "s": subject}).first() is not None


def test_an_envelope_is_found_by_what_it_is_for(desk: Desk) -> None:
    made = desk.open(desk.utility(), desk.party())
    found = queries.newest(desk.session, "connection", desk.case.id or 0, PURPOSE)
    assert found is made
    assert found.state is EnvelopeState.OPEN
    assert queries.newest(desk.session, "connection", desk.case.id or 0, "contract") is None
    assert woken(desk, "signing", made.id)


def test_the_seal_of_the_company_counts_at_once(desk: Desk) -> None:
    made = desk.open(desk.utility(), desk.party())
    ours, theirs = desk.signers(made)
    assert ours.state == PartyState.SIGNED
    assert theirs.state == PartyState.WAITING
    seal = queries.signatures(desk.session, made.id or 0)[0]
    assert (seal.method, seal.signature_key) == (Method.SEAL, queries.papers(desk.session, made.id or 0)[0].seal_key)


def test_an_envelope_of_the_company_alone_is_whole_at_once(desk: Desk) -> None:
    made = desk.open(desk.utility())
    assert made.state is EnvelopeState.COMPLETED
    assert woken(desk, "connection", desk.case.id)


def test_a_paper_that_is_not_made_cannot_be_signed(desk: Desk) -> None:
    with pytest.raises(NotReady, match="not made yet"):
        desk.open(desk.party(), papers=[desk.paper(made=False)])


def test_nobody_signs_nothing(desk: Desk) -> None:
    with pytest.raises(Invalid):
        desk.open()


def test_asked_again_with_the_same_papers_it_is_the_same_envelope(desk: Desk) -> None:
    paper, party = desk.paper(), desk.party()
    first = desk.open(party, papers=[paper])
    assert desk.open(party, papers=[paper]) is first
    with pytest.raises(Stale):
        desk.open(party, papers=[desk.paper()])


def test_a_cancelled_envelope_says_why_and_wakes_the_case(desk: Desk) -> None:
    made = desk.open(desk.party())
    actions.cancel(desk.session, "connection", desk.case.id or 0, PURPOSE, desk.now, "ошибка в сумме")
    assert made.state is EnvelopeState.CANCELLED
    assert made.reason == "ошибка в сумме"
    assert woken(desk, "connection", desk.case.id)
    again = actions.cancel(desk.session, "connection", desk.case.id or 0, PURPOSE, desk.now, "ещё раз")
    assert again is None


def test_after_a_cancelled_envelope_a_new_one_may_be_opened(desk: Desk) -> None:
    first = desk.open(desk.party())
    actions.cancel(desk.session, "connection", desk.case.id or 0, PURPOSE, desk.now, "ошибка")
    second = desk.open(desk.party())
    assert second.id != first.id
    assert queries.newest(desk.session, "connection", desk.case.id or 0, PURPOSE) is second
