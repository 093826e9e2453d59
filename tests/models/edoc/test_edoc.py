"""A customer's own document: registered, signed by him and by the company, deleted only while nobody has signed."""

from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select

from models.connection.tables import Stage
from models.document import queries as documents
from models.document.tables import Document
from models.edoc import actions, queries, rules
from models.edoc.actions import Kept
from models.edoc.tables import Edoc, EdocKind, EdocState
from models.people.represent_rules import BeyondPower, OnlyInPerson
from models.people.represent_tables import Act
from models.people.rules import actor_of
from models.people.tables import Audit, User
from models.process.actor import Actor, Role
from models.process.errors import IllegalMove, Invalid, NotAllowed, NotFound, NotReady
from models.signing import moving, sign
from models.signing import queries as signing
from models.signing.sign import Proof, Visit
from models.signing.tables import EnvelopeState
from tests.models.people.powers import power
from tests.models.story import Story

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KEPT = Kept("a" * 64, "a" * 64, 100)


class Desk:
    def __init__(self, session: Session) -> None:
        self.session, self.story = session, Story(session, NOW)
        self.case = self.story.to(Stage.CHECKING)
        self.owner = self.story.house.owner(self.case)
        self.user = session.get_one(User, self.owner.person)

    def register(self, kind: EdocKind = EdocKind.LETTER, title: str = "Письмо") -> Edoc:
        return actions.register(self.session, self.owner, self.case.id or 0, kind, title, KEPT, self.story.now)

    def signed(self, row: Edoc) -> None:
        envelope = actions.send(self.session, self.owner, row.id or 0, self.story.now)
        mine = signing.signers(self.session, envelope.id or 0)[0]
        proof = {row.document_id: Proof("k", {"status": "valid"})}
        sign.by_certificate(self.session, mine.id or 0, self.owner, proof, self.story.now, Visit())

    def staff(self, role: Role = Role.OPERATOR) -> Actor:
        return self.story.staff(role)


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


@pytest.mark.rows("J-035", "J-036")
def test_a_document_is_signed_by_the_customer_and_then_by_the_company(desk: Desk) -> None:
    row, s = desk.register(), desk.session
    with pytest.raises(IllegalMove):
        actions.order_counter(s, desk.staff(), row.id or 0, desk.story.now)
    actions.send(s, desk.owner, row.id or 0, desk.story.now)
    with pytest.raises(NotReady):
        actions.order_counter(s, desk.staff(), row.id or 0, desk.story.now)
    desk.signed(row)
    with pytest.raises(NotAllowed):
        actions.order_counter(s, desk.staff(Role.ENGINEER), row.id or 0, desk.story.now)
    actions.order_counter(s, desk.staff(), row.id or 0, desk.story.now)
    assert queries.progress(s) == (1, 0, 0)
    actions.countersigned(s, row, "seal", "АО «ПЭС»", desk.story.now)
    actions.countersigned(s, row, "another", "АО «ПЭС»", desk.story.now)  # a second seal never comes
    actions.settle(s, row, desk.story.now)
    envelope = queries.envelope_of(s, row.id or 0)
    assert envelope is not None
    assert (envelope.state, row.state) == (EnvelopeState.COMPLETED, EdocState.SIGNED)
    assert s.get_one(Document, row.document_id).seal_key == "seal"
    assert len(signing.signatures(s, envelope.id or 0)) == 2


@pytest.mark.rows("J-037")
def test_only_an_unsigned_document_is_deleted_and_it_is_only_marked(desk: Desk) -> None:
    gone, kept = desk.register(title="Лишнее"), desk.register()
    actions.delete(desk.session, desk.owner, gone.id or 0, desk.story.now)
    assert desk.session.get_one(Document, gone.document_id).pdf_key == KEPT.key
    titles = [line.document.title for line in queries.of_person(desk.session, desk.owner.person, kind="own")]
    assert titles == ["Письмо"]
    with pytest.raises(NotFound):
        actions.delete(desk.session, desk.owner, gone.id or 0, desk.story.now)
    desk.signed(kept)
    with pytest.raises(NotReady):
        actions.delete(desk.session, desk.owner, kept.id or 0, desk.story.now)


def test_nobody_else_reaches_a_document(desk: Desk) -> None:
    row, stranger = desk.register(), desk.story.house.applicant()
    from models.people.rules import actor_of

    other = actor_of(stranger)
    for verb in (actions.send, actions.delete):
        with pytest.raises(NotFound):
            verb(desk.session, other, row.id or 0, desk.story.now)
    with pytest.raises(NotFound):
        actions.register(desk.session, other, desk.case.id or 0, EdocKind.LETTER, "Письмо", KEPT, desk.story.now)
    assert documents.readable_by(desk.session, stranger, row.document_id) is None
    assert documents.readable_by(desk.session, desk.user, row.document_id) is not None


def test_an_own_document_is_never_taken_for_a_paper_of_the_company(desk: Desk) -> None:
    row = desk.register()
    paper = desk.session.get_one(Document, row.document_id)
    assert documents.check_by_number(desk.session, paper.number) is None
    assert documents.check_card(desk.session, paper.check_token) is None
    assert documents.ours_by_sum(desk.session, KEPT.sha256) is None


def test_the_company_sends_a_document_back_with_its_reason(desk: Desk) -> None:
    row = desk.register()
    desk.signed(row)
    with pytest.raises(Invalid):
        actions.send_back(desk.session, desk.staff(), row.id or 0, " ", desk.story.now)
    actions.send_back(desk.session, desk.staff(), row.id or 0, "не тот договор", desk.story.now)
    actions.settle(desk.session, row, desk.story.now)
    assert row.state == EdocState.RETURNED


@pytest.mark.rows("J-034")
def test_documents_are_found_by_words_of_title_and_number(desk: Desk) -> None:
    desk.register(title="Акт снятия показаний за октябрь")
    desk.register(title="Письмо о сроках")
    found = queries.of_person(desk.session, desk.owner.person, "октябрь АКТ")
    assert [line.document.title for line in found] == ["Акт снятия показаний за октябрь"]
    assert queries.of_person(desk.session, desk.owner.person, "100%") == []


@pytest.mark.rows("J-117")
def test_an_agreement_flags_its_case_only_when_both_sides_have_signed(desk: Desk) -> None:
    row = desk.register(EdocKind.AGREEMENT, "Соглашение об ЭДО")
    desk.signed(row)
    case = desk.case.id or 0
    assert queries.agreement_of(desk.session, case) is None
    actions.order_counter(desk.session, desk.staff(), row.id or 0, desk.story.now)
    actions.countersigned(desk.session, row, "seal", "АО «ПЭС»", desk.story.now)
    actions.settle(desk.session, row, desk.story.now)
    assert queries.agreement_of(desk.session, case) == row
    assert queries.agreements(desk.session, [case]) == {case}


def test_every_verb_has_its_states() -> None:
    allowed = {(v, str(s)) for v in rules.VERBS for s in EdocState if rules.may(v, s)}
    assert allowed == {
        ("send", "registered"), ("delete", "registered"), ("counter", "signing"), ("return", "signing"),
        ("complete", "signing"), ("give_up", "signing"),
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------ who signs for another
def agent(desk: Desk, *acts: Act, principal: User | None = None) -> Actor:
    person = desk.story.house.applicant()
    power(desk.session, principal or desk.user, person, acts, desk.staff(), desk.story.now)
    return actor_of(person)


def test_a_representative_with_the_right_to_sign_sends_and_signs_for_the_principal(desk: Desk) -> None:
    row, who = desk.register(), agent(desk, Act.SIGN)
    (line,) = queries.of_person(desk.session, who.person, kind="own", represented=True)
    assert (line.principal, line.by_certificate) == (desk.user.name, False)
    envelope = actions.send(desk.session, who, row.id or 0, desk.story.now)
    mine = next(s for s in signing.signers(desk.session, envelope.id or 0) if s.user_id)
    assert mine.user_id == desk.user.id, "the party is the principal"
    assert moving.own(desk.session, mine.id or 0, who)[1].id == mine.id
    assert "по доверенности" in moving.voice(desk.session, envelope, mine, who).name
    sent = desk.session.exec(select(Audit).where(Audit.tag == "edoc:document:send")).one()
    assert "по доверенности" in sent.user_name
    with pytest.raises(NotFound):
        actions.delete(desk.session, who, row.id or 0, desk.story.now)


def test_without_that_right_he_neither_sees_nor_sends(desk: Desk) -> None:
    row = desk.register()
    reader, stranger = agent(desk, Act.RECEIVE), actor_of(desk.story.house.applicant())
    for who, refusal in ((reader, BeyondPower), (stranger, NotFound)):
        assert queries.of_person(desk.session, who.person, kind="own", represented=True) == []
        with pytest.raises(refusal):
            actions.send(desk.session, who, row.id or 0, desk.story.now)


def test_what_only_a_certificate_signs_the_firm_signs_in_person(desk: Desk) -> None:
    firm = desk.story.organisation()
    case = desk.story.to(Stage.CHECKING, firm)
    owner = desk.story.house.owner(case)
    row = actions.register(desk.session, owner, case.id or 0, EdocKind.LETTER, "Письмо", KEPT, desk.story.now)
    who = agent(desk, Act.SIGN, principal=firm)
    (line,) = queries.of_person(desk.session, who.person, kind="own", represented=True)
    assert line.by_certificate
    with pytest.raises(OnlyInPerson):
        actions.send(desk.session, who, row.id or 0, desk.story.now)
    assert row.state == EdocState.REGISTERED
    actions.send(desk.session, owner, row.id or 0, desk.story.now)
