"""A paper of an envelope made anew by an employee: before the first signature only, once, and nobody signs meanwhile."""

import pytest
from sqlmodel import select

from models.document.tables import Document, DocumentState
from models.people.tables import User
from models.process.actor import Role
from models.process.errors import Invalid, NotAllowed, NotReady
from models.signing import queries, replacing
from models.signing.tables import Envelope
from tasks import signing as step
from tests.flows.test_signing import Desk, desk, killed, reclaimed  # noqa: F401 - the fixture

WHY = "опечатка в адресе"


@pytest.fixture
def opened(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Envelope:  # noqa: F811
    """Of the one paper this case has got so far; a contract follows from the case in the same way."""
    monkeypatch.setattr(replacing, "RENEWED", {"application"})
    made = desk.open()
    desk.carry()
    return made


def ordered(desk: Desk, made: Envelope) -> Document:  # noqa: F811
    actor = desk.house.staff[Role.OPERATOR]
    return replacing.renew(desk.session, made.id or 0, desk.paper.id or 0, actor, desk.now, WHY)


@pytest.mark.rows("D-19")
def test_a_paper_made_anew_takes_the_place_and_everybody_is_asked_again(desk: Desk, opened: Envelope) -> None:  # noqa: F811  # fmt: skip
    before, asked = opened.bound_to, len(desk.letters("signing_request"))
    fresh = ordered(desk, opened)
    desk.carry()
    desk.go(seconds=40)
    desk.session.refresh(opened)
    assert [p.document_id for p in queries.papers(desk.session, opened.id or 0)] == [fresh.id]
    assert opened.bound_to != before
    desk.session.refresh(fresh)
    assert fresh.state == DocumentState.PLACED
    assert desk.session.get_one(Document, desk.paper.id).state == DocumentState.REPLACED
    assert len(desk.letters("signing_request")) == asked + 1
    desk.sign(opened)
    assert [s.document_id for s in queries.signatures(desk.session, opened.id or 0)][-1] == fresh.id


def test_while_it_is_made_nobody_signs_and_no_second_one_is_ordered(desk: Desk, opened: Envelope) -> None:  # noqa: F811  # fmt: skip
    ordered(desk, opened)
    with pytest.raises(NotReady, match="made anew"):
        desk.sign(opened)
    desk.session.rollback()
    ordered(desk, opened)
    with pytest.raises(NotReady):
        ordered(desk, opened)


def test_after_the_first_signature_no_paper_is_made_anew(desk: Desk, opened: Envelope) -> None:  # noqa: F811
    desk.sign(opened)
    with pytest.raises(Exception, match="signed"):
        ordered(desk, opened)


def test_only_the_desk_renews_and_says_why(desk: Desk, opened: Envelope) -> None:  # noqa: F811
    customer = desk.session.exec(select(User).where(User.id == desk.case.applicant_id)).one()
    from models.people.rules import actor_of

    with pytest.raises(NotAllowed):
        replacing.renew(desk.session, opened.id or 0, desk.paper.id or 0, actor_of(customer), desk.now, WHY)
    with pytest.raises(Invalid):
        replacing.renew(
            desk.session, opened.id or 0, desk.paper.id or 0, desk.house.staff[Role.OPERATOR], desk.now, "  "
        )


@pytest.mark.parametrize("gap", [(replacing, "replace"), (step, "ask")], ids=["putting in place", "asking anew"])
def test_a_worker_killed_while_it_replaces_leaves_a_paper_that_is_replaced_once(
    desk: Desk,  # noqa: F811
    opened: Envelope,
    gap: tuple[object, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fresh = ordered(desk, opened)
    desk.carry()
    with monkeypatch.context() as dying:
        dying.setattr(*gap, killed)
        with pytest.raises(KeyboardInterrupt):
            desk.go(seconds=40)
    reclaimed(desk)
    assert [p.document_id for p in queries.papers(desk.session, opened.id or 0)] == [fresh.id]
    names = [h.tag.rsplit(":", 1)[-1] for h in queries.journal(desk.session, opened.id or 0)]
    assert (names.count("renew"), names.count("replace")) == (1, 1)
