"""What a representative does in a case of his principal: within his acts as the principal would, beyond them refused with the
name of what is missing; the history and the papers name both."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from models.connection import actions, feeds, lapses, represented, talk
from models.connection.actions import ends
from models.connection.rules import MOVES
from models.connection.tables import Application, Stage
from models.delivery.tables import Letter, LetterState, Notice
from models.document import actions as files
from models.document import queries as documents
from models.payment import actions as payments
from models.people import actions as people
from models.people import represent
from models.people.represent_queries import need_move
from models.people.represent_rules import OF_MOVES, BeyondPower, OnlyInPerson
from models.people.represent_tables import Act
from models.people.rules import actor_of
from models.people.tables import PersonKind, User
from models.process import history
from models.process.actor import Actor, Role
from models.process.errors import NotFound, NotReady
from models.signing import actions as signing
from models.signing import agreement, codes, protocol
from models.signing import queries as envelopes
from models.signing.sign import Visit
from models.signing.tables import Method, Party, Side, Signature
from tests.house import PASSPORT
from tests.models.people.powers import power
from tests.models.story import Story

MINE = [move.name for move in MOVES.table.values() if Role.APPLICANT in move.by]


class Pair:
    """A principal and his representative with these acts."""

    def __init__(self, story: Story, *acts: Act, firm: bool = False, **more: Any) -> None:
        self.story = story
        self.principal = story.house.applicant(PersonKind.LEGAL_ENTITY if firm else PersonKind.INDIVIDUAL)
        self.agent = story.house.applicant()
        self.agent.name = "Борисов Фёдор Львович"
        self.row = power(story.session, self.principal, self.agent, acts, story.staff(Role.OPERATOR), story.now, **more)

    @property
    def actor(self) -> Actor:
        return actor_of(self.agent)

    def case(self, stage: Stage, **typed: Any) -> Application:
        return self.story.to(stage, self.principal, **typed)


def sha(letter: str) -> dict[str, Any]:
    return {"name": "x.pdf", "media_type": "application/pdf", "size": 3, "sha256": letter * 64, "key": letter * 64}


VERBS: dict[str, tuple[Stage, Act, Callable[[Story, Application, Actor], Any]]] = {
    "type": (Stage.DRAFT, Act.FILE, lambda s, c, a: actions.save_draft(s.session, c.id or 0, a, {"devices": "x"}, s.now)),
    "attach to a draft": (Stage.DRAFT, Act.FILE, lambda s, c, a: files.attach(s.session, c.id or 0, a, s.now, kind="plan", **sha("a"))),
    "correct": (Stage.CHECKING, Act.FILE, lambda s, c, a: actions.correct(s.session, c.id or 0, a, {"devices": "x"}, s.now)),
    "answer": (Stage.AWAITING_INFO, Act.CORRESPOND, lambda s, c, a: actions.supply_info(s.session, c.id or 0, a, "Вот", s.now)),
    "attach an answer": (Stage.AWAITING_INFO, Act.CORRESPOND, lambda s, c, a: files.attach(s.session, c.id or 0, a, s.now, kind="reply", **sha("b"))),
    "write": (Stage.CHECKING, Act.CORRESPOND, lambda s, c, a: actions.say(s.session, c.id or 0, a, "Вопрос", s.now)),
    "read the talk": (Stage.CHECKING, Act.CORRESPOND, lambda s, c, a: talk.read(s.session, c.id or 0, a, s.now)),
    "report own works": (Stage.EXECUTION, Act.CORRESPOND, lambda s, c, a: actions.report_own_works(s.session, c.id or 0, a, s.now)),
    "pay": (Stage.OFFER_PLACED, Act.PAY, lambda s, c, a: payments.order_payment(s.session, c.id or 0, a, s.now)),
    "refuse the offer": (Stage.OFFER_PLACED, Act.SIGN, lambda s, c, a: actions.refuse_offer(s.session, c.id or 0, a, "не та точка", s.now)),
    "withdraw": (Stage.CHECKING, Act.WITHDRAW, lambda s, c, a: actions.simple_move(s.session, c.id or 0, "withdraw", a, s.now)),
}  # fmt: skip


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_is_done_within_the_act_and_refused_beyond_it(story: Story, name: str) -> None:
    stage, act, verb = VERBS[name]
    without = Pair(story, *(a for a in Act if a is not act))
    refused = without.case(stage)
    version = refused.version
    with pytest.raises(BeyondPower) as found:
        verb(story, refused, without.actor)
    assert found.value.facts["principal"] == without.principal.name
    assert refused.version == version, "nothing was written"
    within = Pair(story, act)
    verb(story, within.case(stage), within.actor)


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_is_not_found_by_a_stranger_nor_after_the_power_was_revoked(story: Story, name: str) -> None:
    stage, _act, verb = VERBS[name]
    pair = Pair(story, *Act)
    case = pair.case(stage)
    with pytest.raises(NotFound):
        verb(story, case, actor_of(story.house.applicant()))
    represent.revoke(story.session, pair.row.id or 0, actor_of(pair.principal), story.now)
    with pytest.raises(NotFound):
        verb(story, case, pair.actor)


@pytest.mark.parametrize("name", MINE)
def test_every_move_of_an_applicant_names_its_acts_or_stays_his_own(story: Story, name: str) -> None:
    """Default: nobody. A new move of the applicant is closed to representatives until it is named."""
    case = Application(applicant_id=0, branch_id=1, created_at=story.now, changed_at=story.now, status_token="t")
    pair = Pair(story, *Act)
    case.applicant_id = pair.principal.id or 0
    if name in OF_MOVES:
        need_move(story.session, case.applicant_id, 1, pair.actor, name, story.now)
        idle = Pair(story, *(a for a in Act if a not in OF_MOVES[name]))
        with pytest.raises(BeyondPower):
            need_move(story.session, idle.principal.id or 0, 1, idle.actor, name, story.now)
    else:
        with pytest.raises(OnlyInPerson):
            need_move(story.session, case.applicant_id, 1, pair.actor, name, story.now)


def test_money_back_is_asked_for_by_the_applicant_in_person(story: Story) -> None:
    pair = Pair(story, *Act)
    case = pair.case(Stage.EXECUTION)
    with pytest.raises(OnlyInPerson):
        ends.ask_refund(story.session, case.id or 0, pair.actor, {"ground": "x"}, story.now)


def test_the_power_ends_at_the_edge_of_its_last_day(story: Story) -> None:
    pair = Pair(story, Act.WITHDRAW)
    early, late = pair.case(Stage.CHECKING), pair.case(Stage.CHECKING)
    just = pair.row.until - timedelta(microseconds=1)
    actions.simple_move(story.session, early.id or 0, "withdraw", pair.actor, just)
    with pytest.raises(NotFound):
        actions.simple_move(story.session, late.id or 0, "withdraw", pair.actor, pair.row.until)


def test_a_power_for_one_case_moves_that_one_alone(story: Story) -> None:
    principal, agent = story.house.applicant(), story.house.applicant()
    one, other = story.to(Stage.CHECKING, principal), story.to(Stage.CHECKING, principal)
    clerk = story.staff(Role.OPERATOR)
    power(story.session, principal, agent, [Act.WITHDRAW], clerk, story.now, application_id=one.id)
    actions.simple_move(story.session, one.id or 0, "withdraw", actor_of(agent), story.now)
    with pytest.raises(NotFound):
        actions.simple_move(story.session, other.id or 0, "withdraw", actor_of(agent), story.now)
    assert [c.id for c in represented.of_agent(story.session, agent.id or 0)] == [one.id]


# ------------------------------------------------------------------------------------------------ both are named
def test_the_history_names_who_acted_and_for_whom_and_its_chain_proves(story: Story) -> None:
    pair = Pair(story, Act.CORRESPOND, firm=True)
    case = pair.case(Stage.AWAITING_INFO, power_kw="120")
    actions.supply_info(story.session, case.id or 0, pair.actor, "Вот план", story.now)
    newest = story.history(case)[-1]
    day = f"{pair.row.issued_on:%d.%m.%Y}"
    assert newest.actor_name == f"Борисов Ф. Л. по доверенности № 12 от {day} за ООО «Лесной двор»"
    assert newest.actor_id == pair.agent.id
    assert history.broken(story.history(case), case.chain) == []


def test_an_application_is_filed_by_a_representative_and_its_paper_names_both(story: Story) -> None:
    pair = Pair(story, Act.FILE, Act.SIGN)
    case = pair.case(Stage.DRAFT)
    bound = actions.check_draft(story.session, case.id or 0, pair.actor, PASSPORT, story.now)
    digits = people.make_code(story.session, pair.agent, "application", bound, story.now)
    used = people.use_code(story.session, pair.agent, "application", bound, digits, story.now)
    case = actions.submit(story.session, case.id or 0, pair.actor, used, PASSPORT, story.now)
    assert case.applicant_id == pair.principal.id
    story.register(case)
    (signer,) = story.paper(case, "application").data["signers"]
    assert signer["stamp"]["lines"][0].startswith("Подписал представитель: Борисов Ф. Л. по доверенности № 12")
    assert "Смирнова" in signer["name"]


def test_who_may_only_prepare_leaves_the_sending_to_the_principal(story: Story) -> None:
    pair = Pair(story, Act.FILE)
    case = pair.case(Stage.DRAFT)
    with pytest.raises(BeyondPower):
        actions.check_draft(story.session, case.id or 0, pair.actor, PASSPORT, story.now)
    assert actions.check_draft(story.session, case.id or 0, actor_of(pair.principal), PASSPORT, story.now)


# ------------------------------------------------------------------------------------------------ signing by a code
def envelope(pair: Pair) -> int:
    """An open one of a paper of the case: the company has signed, the principal has to. Gives the id of his party."""
    story, case = pair.story, pair.case(Stage.CHECKING)
    paper = story.paper(case, "application")
    made = signing.open(
        story.session, process="connection", subject_id=case.id or 0, purpose="supplement", documents=[paper.id or 0],
        parties=[Party("ПЭС", None, Side.UTILITY, (Method.SEAL,)),
                 Party(pair.principal.name, pair.principal.id, Side.APPLICANT, (Method.CODE, Method.CERTIFICATE))],
        now=story.now,
    )  # fmt: skip
    return next(s.id or 0 for s in envelopes.signers(story.session, made.id or 0) if s.user_id)


def test_a_representative_signs_by_a_code_of_his_own_and_the_protocol_names_both(story: Story) -> None:
    pair = Pair(story, Act.SIGN)
    signer, session, actor, now = envelope(pair), story.session, pair.actor, story.now
    agreement.accept(session, actor, agreement.in_force(session, now).id or 0, now, Visit())
    codes.send(session, signer, actor, now)
    letter = session.exec(select(Letter).where(Letter.kind == "signature_code")).one()
    assert letter.recipient == pair.agent.email
    typed = str(letter.data["details"][0]).split()[1].strip(".")
    codes.enter(session, signer, actor, typed, codes.begin(session, signer, actor, now), now, Visit("127.0.0.1"))
    row = session.exec(select(Signature).where(Signature.party_id == signer)).one()
    assert row.user_id == pair.agent.id
    case = session.get_one(Application, represented.of_agent(session, pair.agent.id or 0)[0].id)
    told = protocol._told(session, envelopes.of_case(session, case.id or 0)[0], "1", story.house.now.tzinfo, _Any())  # type: ignore[arg-type]
    (mine,) = [s for s in told["signatures"] if s["name"] == pair.principal.name]
    assert "подписал представитель: Борисов Ф. Л. по доверенности № 12" in " ".join(mine["evidence"])
    assert any("Борисов Ф. Л." in e["who"] for e in told["journal"])


class _Any(dict):  # type: ignore[type-arg]
    def __missing__(self, key: int) -> str:
        return ""


def test_without_the_right_to_sign_no_code_is_sent(story: Story) -> None:
    pair = Pair(story, *(a for a in Act if a is not Act.SIGN))
    signer = envelope(pair)
    with pytest.raises(BeyondPower):
        codes.send(story.session, signer, pair.actor, story.now)
    with pytest.raises(BeyondPower):
        signing.decline(story.session, signer, pair.actor, story.now, "нет")


def test_a_certificate_and_the_handing_over_stay_with_the_party_itself(story: Story) -> None:
    from models.signing import sign

    pair = Pair(story, *Act)
    signer = envelope(pair)
    with pytest.raises(NotReady):
        sign.ready(story.session, signer, pair.actor, Method.CERTIFICATE, story.now)
    stranger = Party("Третий", story.house.applicant().id, Side.APPLICANT, (Method.CODE,))
    with pytest.raises(OnlyInPerson):
        signing.delegate(story.session, signer, pair.actor, stranger, story.now)


# ------------------------------------------------------------------------------------------------ papers and letters
def test_a_paper_is_opened_by_who_receives_and_by_nobody_beyond(story: Story) -> None:
    reads, pays = Pair(story, Act.RECEIVE), Pair(story, Act.PAY)
    for pair, kinds in ((reads, {"contract", "invoice"}), (pays, {"invoice"})):
        case = pair.case(Stage.OFFER_PLACED)
        seen = {k for k in ("contract", "invoice")
                if documents.readable_by(story.session, pair.agent, story.paper(case, k).id or 0)}  # fmt: skip
        assert seen == kinds
        assert documents.readable_by(story.session, pair.principal, story.paper(case, "contract").id or 0)
        file = documents.attachments(story.session, case.id or 0)[0]
        opened = documents.attachment_readable_by(story.session, pair.agent, file.id or 0)
        assert (opened is not None) is (pair is reads)


def told(story: Story, user: User) -> set[str]:
    story.session.flush()
    return set(story.session.exec(select(Notice.kind).where(Notice.user_id == user.id)).all())


def test_both_hear_of_the_case_as_far_as_the_power_goes(story: Story) -> None:
    writes, pays = Pair(story, Act.CORRESPOND), Pair(story, Act.PAY)
    for pair in (writes, pays):
        case = pair.case(Stage.CHECKING)
        actions.say(story.session, case.id or 0, story.staff(Role.OPERATOR), "Ответ", story.now)
        assert {"registered", "message"} <= told(story, pair.principal)
    assert {"registered", "message"} <= told(story, writes.agent)
    assert "registered" in told(story, pays.agent)
    assert "message" not in told(story, pays.agent)


def test_a_copy_to_a_representative_fulfils_no_duty_to_the_applicant(story: Story) -> None:
    pair = Pair(story, Act.RECEIVE)
    case = pair.case(Stage.AWAITING_INFO)
    story.wait_for(case, "TP-02")
    story.look(case)
    story.store(case, "annulment")
    story.move(case, "place_annulment")
    query = select(Letter).where(Letter.application_id == case.id, Letter.kind == "annulled").order_by(col(Letter.id))
    own, copy = story.session.exec(query).all()
    assert (own.recipient, copy.recipient) == (pair.principal.email, pair.agent.email)
    if "TP-22" not in story.running(case):
        pytest.fail("the duty to tell is expected to run here")
    copy.state, copy.sent_at = LetterState.SENT, story.now
    lapses.note_deliveries(story.session, case, story.now)
    assert "TP-22" in story.running(case)
    own.state, own.sent_at = LetterState.SENT, story.now
    lapses.note_deliveries(story.session, case, story.now)
    assert "TP-22" not in story.running(case)


def test_the_calendar_of_a_case_ends_with_the_power(story: Story) -> None:
    pair = Pair(story, Act.RECEIVE)
    case = pair.case(Stage.CHECKING)
    row = feeds.issue(story.session, pair.actor, story.now, case.id)
    assert feeds.read(story.session, row.token, story.now).entries  # type: ignore[union-attr]
    represent.revoke(story.session, pair.row.id or 0, pair.actor, story.now)
    assert feeds.read(story.session, row.token, story.now).entries == []  # type: ignore[union-attr]
    with pytest.raises(NotFound):
        feeds.issue(story.session, pair.actor, story.now, case.id)
